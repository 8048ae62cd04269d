package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The address of this machine at which other members reach it. Finding it blocks. */
final class OwnAddress {
    static final String AUTO = "auto";
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddress.class);
    /** Any port will do: nothing is sent. */
    private static final int PROBED_PORT = 9;

    private OwnAddress() {}

    /**
     * The address that the setting {@code cluster.host} means.
     *
     * @param host an address, a name of this machine, or {@code auto}: the address from which the system reaches the
     *     members; where none has an address yet, the one of this machine's name, else the first that is not loopback
     * @throws MeshException {@link FailureCode#FATAL} when it is none of this machine's addresses
     */
    static String of(String host, MemberAddresses members) {
        if (host.equals(AUTO)) {
            String found = find(members);
            LOG.info("cluster.host is auto: members reach this process at {}", found);
            return found;
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            if (isOurs(address)) {
                return address.getHostAddress();
            }
        } catch (UnknownHostException unknown) {
            // told below, like an address of another machine
        }
        throw new MeshException(
                FailureCode.FATAL,
                "the setting " + ClusterConfig.HOST.key() + " is " + Quoted.of(host)
                        + ", which is no address of this machine; it has "
                        + String.join(
                                ", ",
                                addresses().map(InetAddress::getHostAddress).toList())
                        + ". Set it to one of them, or to "
                        + AUTO);
    }

    private static String find(MemberAddresses members) {
        return members.addresses().stream()
                .flatMap(member -> towards(member).stream())
                .findFirst()
                .or(OwnAddress::ofName)
                .or(() -> addresses().filter(own -> !own.isLoopbackAddress()).findFirst())
                .orElseGet(InetAddress::getLoopbackAddress)
                .getHostAddress();
    }

    /** The address that the system would send from. */
    private static Optional<InetAddress> towards(InetAddress member) {
        if (member.isLoopbackAddress()) {
            return Optional.empty();
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(member, PROBED_PORT));
            return Optional.ofNullable(socket.getLocalAddress()).filter(own -> !own.isAnyLocalAddress());
        } catch (IOException | java.io.UncheckedIOException unreachable) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> ofName() {
        try {
            return Optional.of(InetAddress.getLocalHost()).filter(own -> !own.isLoopbackAddress());
        } catch (UnknownHostException unknown) {
            return Optional.empty();
        }
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unreadable) {
            return false;
        }
    }

    /** Every address of this machine, IPv4 first. */
    private static Stream<InetAddress> addresses() {
        List<InetAddress> all;
        try {
            all = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .toList();
        } catch (SocketException unreadable) {
            return Stream.empty();
        }
        return all.stream();
    }
}
