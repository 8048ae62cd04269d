package io.mediamesh.standalone;

import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the gateway listens, as the settings say.
 *
 * @param host the address that it binds to
 * @param ports all of its ports for HTTP, the main one first
 * @param soundPorts the ports on which analyses of sound are sent, by the setting that names each
 */
record GatewayAddress(String host, List<Integer> ports, Map<String, Integer> soundPorts) {
    static final String HOST = "gateway.http.host";
    static final String PORT = "gateway.http.port";
    static final String EXTRA_PORTS = "gateway.http.extra_ports";
    static final String DATAGRAM_PORT = "audio.udp.port";
    static final List<String> SOUND_PORTS =
            List.of("audio.websocket.port", "audio.tcp.port", DATAGRAM_PORT, "audio.sse.port");

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
                        .toList(),
                soundPorts(settings));
    }

    private static Map<String, Integer> soundPorts(Settings settings) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String key : SOUND_PORTS) {
            if (settings.get(declared(settings, key)) instanceof Optional<?> chosen) {
                chosen.ifPresent(port -> ports.put(key, Integer.valueOf(String.valueOf(port))));
            }
        }
        return ports;
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
                host, Stream.concat(Stream.of(port), ports.stream().skip(1)).toList(), soundPorts);
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
