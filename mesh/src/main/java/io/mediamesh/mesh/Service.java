package io.mediamesh.mesh;

import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * One of the product's services. It wires its parts in {@link #start} and takes them down in reverse order in
 * {@link #stop}; the node around it cares for order, signals and the cluster.
 */
public interface Service {
    /** The short name: {@code ingest}, {@code vision}, … */
    String name();

    /** The topic kinds that it offers; advertised to the cluster. Empty for a service that only subscribes. */
    Set<String> kinds();

    /** Every setting that it reads. */
    List<Setting<?>> settings();

    /** Starts; the service is ready when the future completes. */
    Future<Void> start(Mesh mesh, Settings settings);

    /**
     * Takes no new clients and sends those that it has to other members; called before {@link #stop}, while all topics still
     * come. What is subscribed to and produced is the mesh's to hand over.
     */
    default Future<Void> drain() {
        return Future.succeededFuture();
    }

    /** Stops; everything it opened is closed when the future completes. Safe to call twice. */
    Future<Void> stop();

    /** Whether it can do its work. */
    Health health();

    /**
     * The answer of a readiness probe.
     *
     * @param ready whether the service can do its work
     * @param detail what it works with, or why it can't
     */
    record Health(boolean ready, String detail) {}
}
