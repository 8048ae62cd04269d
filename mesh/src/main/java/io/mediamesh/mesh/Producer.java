package io.mediamesh.mesh;

import io.vertx.core.Future;

/** Something that is producing a topic right now. */
@FunctionalInterface
public interface Producer {
    /** Stops producing and frees everything; called once, after the last subscriber left. */
    Future<Void> stop();
}
