package io.mediamesh.mesh;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A block of addresses, written {@code 192.168.1.0/24}, {@code fd00::/8} or as a single address.
 *
 * @param network any address of the block
 * @param prefixBits how many leading bits all its addresses share
 */
public record Cidr(InetAddress network, int prefixBits) {
    /** A setting that lists blocks. */
    public static Setting<List<Cidr>> setting(String key, String description) {
        return new Setting<>(
                key, "list of networks", "", description, "", false, text -> Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .map(Cidr::parse)
                        .toList());
    }

    /** Reads the usual notation; never asks a name server. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress network = InetAddress.ofLiteral(address);
            int most = network.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= most) {
                return new Cidr(network, bits);
            }
        } catch (IllegalArgumentException notAnAddress) {
            // told below, together with a good example
        }
        throw new IllegalArgumentException("networks such as 192.168.1.0/24 or fd00::/8, separated by commas");
    }

    /** Whether the address lies in this block; an IPv4 block holds no IPv6 address and the other way round. */
    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((mine[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
