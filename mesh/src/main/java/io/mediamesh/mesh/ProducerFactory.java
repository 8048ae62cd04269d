package io.mediamesh.mesh;

import io.vertx.core.Future;

/** Starts producers: called with the first subscriber of a topic, on a context of the mesh, so it must not block. */
@FunctionalInterface
public interface ProducerFactory {
    /**
     * Starts producing {@link Publisher#topic()}.
     *
     * @return the running producer; a failure is passed to the subscriber that asked
     */
    Future<Producer> start(Publisher publisher);
}
