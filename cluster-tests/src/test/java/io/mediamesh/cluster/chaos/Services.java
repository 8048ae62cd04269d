package io.mediamesh.cluster.chaos;

import io.mediamesh.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Services of one mesh, each a process of its own as in production, that a test may kill, freeze and cut off. */
final class Services implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Path folder;
    private final Map<String, String> common = new HashMap<>();
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final String members;

    /**
     * A mesh on loopback.
     *
     * @param folder of the data and logs; recorders share the folder {@code recordings} in it
     * @param basePort of Hazelcast, with those of the other members behind it; every concurrent mesh needs its own
     * @param count how many members there may be at a time
     */
    static Services onLoopback(Path folder, String cluster, int basePort, int count) {
        String members = IntStream.range(basePort, basePort + count)
                .mapToObj(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
        return new Services(folder, cluster, basePort, members);
    }

    /** A mesh whose processes have a network namespace each. */
    static Services in(Network network, Path folder, String cluster) {
        return new Services(folder, cluster, 5701, String.join(",", network.addresses()));
    }

    private Services(Path folder, String cluster, int basePort, String members) {
        this.folder = folder;
        this.members = members;
        common.put("MEDIAMESH_CLUSTER_ENABLED", "true");
        common.put("MEDIAMESH_CLUSTER_NAME", cluster);
        common.put("MEDIAMESH_CLUSTER_PORT", String.valueOf(basePort));
        common.put("MEDIAMESH_CLUSTER_MEMBERS", members);
        common.put("MALLOC_ARENA_MAX", "2");
    }

    /** A setting of all processes that are started from here on. */
    Services with(String variable, String value) {
        common.put(variable, value);
        return this;
    }

    /** Starts a service and waits for nothing. */
    ServiceProcess launch(String service, String name) {
        return launch(service, name, Optional.empty(), Map.of());
    }

    /**
     * Starts a service, or with the word {@code all} the six of them in one process.
     *
     * @param place the namespace to run in
     */
    ServiceProcess launch(String service, String name, Optional<Network.Place> place, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(common);
        place.ifPresent(there -> environment.put("MEDIAMESH_CLUSTER_HOST", there.address()));
        environment.put("MEDIAMESH_NODE_NAME", name);
        environment.put("MEDIAMESH_DATA_DIR", folder.resolve("data-" + name).toString());
        int port = place.isPresent() ? 8080 : freePort();
        environment.putAll(settingsOf(service, port, place.isPresent()));
        environment.putAll(settings);
        List<String> command = new ArrayList<>(place.map(Network.Place::within).orElse(List.of()));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dlogback.configurationFile=logback.xml"));
        if (service.equals("all")) {
            command.addAll(List.of("io.mediamesh.standalone.StandaloneMain", "up"));
        } else {
            command.add("io.mediamesh." + service + "." + capitalised(service) + "Main");
        }
        String address = place.map(Network.Place::address).orElse("127.0.0.1");
        ServiceProcess process = ServiceProcess.start(folder, name, command, environment, address + ":" + port);
        processes.add(process);
        return process;
    }

    /** Those that the service knows: a setting of another one would be refused. */
    private Map<String, String> settingsOf(String service, int port, boolean reached) {
        Map<String, String> own = new HashMap<>();
        boolean all = service.equals("all");
        if (all || service.equals("recorder")) {
            own.put("MEDIAMESH_RECORDER_DIRECTORY", folder.resolve("recordings").toString());
        }
        if (all || service.equals("ingest")) {
            own.put("MEDIAMESH_INGEST_ALLOW_PRIVATE_ADDRESSES", "true");
        }
        if (all || service.equals("gateway")) {
            own.put("MEDIAMESH_GATEWAY_HTTP_PORT", String.valueOf(port));
            own.put("MEDIAMESH_GATEWAY_HTTP_EXTRA_PORTS", "");
            for (String protocol : List.of("WEBSOCKET", "TCP", "UDP", "SSE")) {
                own.put("MEDIAMESH_AUDIO_" + protocol + "_PORT", "off");
            }
            if (reached) {
                own.put("MEDIAMESH_GATEWAY_HTTP_HOST", "0.0.0.0");
                own.put("MEDIAMESH_AUTH", "none");
            }
        }
        return own;
    }

    private static String capitalised(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /** Starts a service and waits until it is ready. */
    ServiceProcess start(String service, String name) {
        ServiceProcess process = launch(service, name);
        process.awaitReady(START_LIMIT);
        return process;
    }

    /** Waits until all that were started are ready. */
    void awaitReady() {
        processes.stream().filter(ServiceProcess::isAlive).forEach(process -> process.awaitReady(START_LIMIT));
    }

    /** Waits until the gateway sees exactly so many members. */
    void awaitMembers(Gateway gateway, int count) {
        Await.until("members at " + gateway, gateway::members, names -> names.size() == count);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    @Override
    public void close() {
        processes.forEach(ServiceProcess::close);
    }

    @Override
    public String toString() {
        return "mesh of " + members;
    }
}
