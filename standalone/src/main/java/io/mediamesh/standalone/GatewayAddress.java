package io.mediamesh.standalone;

import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the gateway listens, as the settings say.
 *
 * @param host the address that it binds to
 * @param ports all of its ports, the main one first
 */
record GatewayAddress(String host, List<Integer> ports) {
    static final String HOST = "gateway.http.host";
    static final String PORT = "gateway.http.port";
    static final String EXTRA_PORTS = "gateway.http.extra_ports";

    static GatewayAddress of(Settings settings) {
        List<Integer> extra = settings.get(declared(settings, EXTRA_PORTS)) instanceof List<?> list
                ? list.stream()
                        .map(port -> Integer.valueOf(String.valueOf(port)))
                        .toList()
                : List.of();
        return new GatewayAddress(
                String.valueOf(settings.get(declared(settings, HOST))),
                Stream.concat(
                                Stream.of(Integer.valueOf(String.valueOf(settings.get(declared(settings, PORT))))),
                                extra.stream())
                        .toList());
    }

    private static Setting<?> declared(Settings settings, String key) {
        return settings.known().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the gateway has no setting " + key));
    }

    /** The same with the port that was bound in the end, where the setting leaves the choice to the system. */
    GatewayAddress withMainPort(int port) {
        return new GatewayAddress(
                host, Stream.concat(Stream.of(port), ports.stream().skip(1)).toList());
    }

    /** The address for a browser on this machine, ending in a slash. */
    String baseUrl() {
        String name =
                switch (host) {
                    case "0.0.0.0", "::" -> "127.0.0.1";
                    default -> host.contains(":") ? "[" + host + "]" : host;
                };
        return "http://" + name + ":" + mainPort() + "/";
    }

    int mainPort() {
        return ports.getFirst();
    }
}
