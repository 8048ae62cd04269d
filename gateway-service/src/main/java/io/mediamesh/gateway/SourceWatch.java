package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.mesh.Directory;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/**
 * Tells a hub how the source behind its pictures does, which its subscription does not: a camera that is looked for again
 * and again still has a producer. On the hub's event loop.
 */
final class SourceWatch {
    private final ViewerHub hub;
    private final MessageConsumer<JsonObject> changes;
    private boolean changed;

    private SourceWatch(Directory directory, StreamId stream, ViewerHub hub) {
        this.hub = hub;
        this.changes = directory.onStatus(stream, this::hear);
    }

    /** Begins with what is known now: others may have the source open already. */
    static SourceWatch start(Directory directory, StreamId stream, ViewerHub hub) {
        SourceWatch watch = new SourceWatch(directory, stream, hub);
        directory.status(stream).onSuccess(status -> {
            if (!watch.changed) {
                hub.source(status);
            }
        });
        return watch;
    }

    private void hear(StreamStatus status) {
        changed = true;
        hub.source(status);
    }

    void stop() {
        changes.unregister();
    }
}
