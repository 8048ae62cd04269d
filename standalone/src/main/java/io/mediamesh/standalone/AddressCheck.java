package io.mediamesh.standalone;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/** Under which addresses others would reach the dashboard. */
record AddressCheck(String host, int port, String setting) implements Check {
    @Override
    public List<Finding> findings() {
        try {
            InetAddress bound = InetAddress.getByName(host);
            if (bound.isLoopbackAddress()) {
                return List.of(Finding.good(
                        "address", url(bound) + ", for this machine only (" + setting + " would open it to others)"));
            }
            if (!bound.isAnyLocalAddress()) {
                return List.of(
                        isOurs(bound)
                                ? Finding.good("address", url(bound))
                                : Finding.bad(
                                        "address",
                                        host + " is no address of this machine",
                                        "set " + setting + " to one of: " + urls()));
            }
            return List.of(Finding.good("address", urls()));
        } catch (UnknownHostException unknown) {
            return List.of(
                    Finding.bad("address", "the name " + host + " is not known", "correct the setting " + setting));
        } catch (SocketException unreadable) {
            return List.of(Finding.note("address", "the network interfaces can't be read: " + unreadable, ""));
        }
    }

    private static boolean isOurs(InetAddress address) throws SocketException {
        return NetworkInterface.getByInetAddress(address) != null;
    }

    private String urls() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(network -> network.getInterfaceAddresses().stream())
                .map(InterfaceAddress::getAddress)
                .filter(address -> !address.isLinkLocalAddress())
                .map(this::url)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String url(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        return "http://" + (bare.contains(":") ? "[" + bare + "]" : bare) + ":" + port + "/";
    }
}
