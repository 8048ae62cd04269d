package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which machines may be reached because a user said so. A user who may name one could otherwise reach everything that this
 * machine reaches: its own services, the private network, a cloud's metadata address. So everything that is not a
 * public address (IANA special-purpose address registries, RFC 6890) needs permission.
 *
 * @param allowPrivate whether every address is fine
 * @param allowed blocks that are fine although they are not public
 */
public record AddressRules(boolean allowPrivate, List<Cidr> allowed) {
    private static final List<Cidr> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    "::/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "fc00::/7",
                    "fe80::/9",
                    "ff00::/8")
            .map(Cidr::parse)
            .toList();

    /** Copies the list. */
    public AddressRules {
        allowed = List.copyOf(allowed);
    }

    /**
     * Refuses a host when any of its addresses is not allowed: which one a connection takes is not ours to choose.
     *
     * @param allowedKey the setting that {@link #allowed} comes from
     * @param allowPrivateKey the setting that {@link #allowPrivate} comes from
     * @param field where the host was named
     * @throws MeshException {@link FailureCode#FORBIDDEN} naming the setting that would allow it
     */
    public void check(String host, InetAddress[] addresses, String allowedKey, String allowPrivateKey, String field) {
        for (InetAddress address : addresses) {
            if (!permits(address)) {
                throw new MeshException(
                        FailureCode.FORBIDDEN,
                        "the host " + Quoted.of(host) + " has the address " + address.getHostAddress()
                                + ", which is not public; allow it with the setting "
                                + allowedKey
                                + " (for example " + address.getHostAddress() + ") or all of them with "
                                + allowPrivateKey + ": true",
                        field);
            }
        }
    }

    /** Whether this address may be reached. */
    public boolean permits(InetAddress address) {
        return allowPrivate
                || allowed.stream().anyMatch(block -> block.contains(address))
                || NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
    }
}
