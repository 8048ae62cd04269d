package io.mediamesh.testkit;

import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Membership;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.MeshConfig;
import io.mediamesh.mesh.Subscription;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Meshes and streams for tests. */
public final class TestMesh {
    private TestMesh() {}

    /** A mesh of one process on a local bus, in which these topic kinds may be offered. Producers stop at once. */
    public static Future<Mesh> local(Vertx vertx, PictureCodec pictures, Set<String> kinds) {
        Member self = new Member("test-member", "test", "test", Set.of("test"), kinds, false);
        return Mesh.start(
                vertx, Membership.alone(self), pictures, new SimpleMeterRegistry(), new MeshConfig(Duration.ZERO, 2));
    }

    /** The description of a stream whose source is never opened. */
    public static StreamDescription stream(String id) {
        return new StreamDescription(new StreamId(id), SourceUrl.parse("test:"), false, Map.of());
    }

    /** Puts everything that the subscription delivers into a list; it flows. */
    public static List<Delivery> collect(Subscription subscription) {
        List<Delivery> deliveries = new CopyOnWriteArrayList<>();
        subscription.handler(deliveries::add);
        return deliveries;
    }

    /** The items among the deliveries. */
    public static List<Delivery.Data> items(List<Delivery> deliveries) {
        return deliveries.stream()
                .filter(Delivery.Data.class::isInstance)
                .map(Delivery.Data.class::cast)
                .toList();
    }
}
