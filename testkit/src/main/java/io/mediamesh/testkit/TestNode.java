package io.mediamesh.testkit;

import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.ProducerFactory;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Clustered nodes on loopback, several in one process or one in each, with producers of the test's choice. */
public final class TestNode {
    private TestNode() {}

    /**
     * Starts a node.
     *
     * @param cluster nodes with the same name find each other
     * @param basePort where they look for each other; every concurrent cluster needs its own
     * @param kinds what this node offers
     * @param producers how to make its producers; the mesh is given for its Vert.x instance
     */
    public static Future<Node> start(
            String cluster,
            int basePort,
            String name,
            PictureCodec pictures,
            Set<String> kinds,
            Function<Mesh, ProducerFactory> producers) {
        return start(cluster, basePort, name, pictures, new Offering(name, kinds, producers));
    }

    /** Starts a node that runs this service. */
    public static Future<Node> start(
            String cluster, int basePort, String name, PictureCodec pictures, Service service) {
        return start(cluster, basePort, name, pictures, service, Map.of());
    }

    /** Starts a node that runs this service, with these settings over those that it needs. */
    public static Future<Node> start(
            String cluster,
            int basePort,
            String name,
            PictureCodec pictures,
            Service service,
            Map<String, String> besides) {
        List<Service> services = List.of(service);
        Map<String, String> values = new HashMap<>(Map.of(
                "cluster.enabled",
                "true",
                "cluster.name",
                cluster,
                "cluster.port",
                String.valueOf(basePort),
                "cluster.members",
                "127.0.0.1:" + basePort + ",127.0.0.1:" + (basePort + 1),
                "node.name",
                name,
                "mesh.linger",
                "0"));
        values.putAll(besides);
        return Node.start(services, Settings.of(Node.settingsOf(services), values), pictures);
    }

    /** A service that offers these kinds, by producers of the test's choice; none with empty kinds. */
    public static Service offering(String name, Set<String> kinds, Function<Mesh, ProducerFactory> producers) {
        return new Offering(name, kinds, producers);
    }

    private record Offering(String name, Set<String> kinds, Function<Mesh, ProducerFactory> producers)
            implements Service {
        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Future<Void> start(Mesh mesh, Settings settings) {
            return kinds.isEmpty() ? Future.succeededFuture() : mesh.offer(kinds, producers.apply(mesh));
        }

        @Override
        public Future<Void> stop() {
            return Future.succeededFuture();
        }

        @Override
        public Health health() {
            return new Health(true, "");
        }
    }
}
