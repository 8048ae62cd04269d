package io.mediamesh.ingest.webrtc;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Which addresses clients are told to send media to. */
public final class HostAddresses {
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}", Pattern.CASE_INSENSITIVE);

    private HostAddresses() {}

    static boolean isLiteral(String address) {
        return IPV4.matcher(address).matches();
    }

    /** The addresses that answers name with these settings: at least one, the most widely reachable first. */
    public static List<String> advertised(WebRtcConfig config) {
        return config.advertisedAddresses().isEmpty() ? ofThisMachine() : config.advertisedAddresses();
    }

    /**
     * The IPv4 addresses of all interfaces that are up. The loopback address is among them, because libwebrtc leaves
     * it out by itself and a machine without a network has no other.
     */
    private static List<String> ofThisMachine() {
        try {
            List<String> found = NetworkInterface.networkInterfaces()
                    .filter(HostAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet4Address.class::isInstance)
                    .filter(address -> !address.isLinkLocalAddress())
                    .sorted(Comparator.comparing(InetAddress::isLoopbackAddress))
                    .map(InetAddress::getHostAddress)
                    .distinct()
                    .toList();
            return found.isEmpty() ? List.of("127.0.0.1") : found;
        } catch (SocketException unreadable) {
            return List.of("127.0.0.1");
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }
}
