package io.mediamesh.ingest;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.mesh.Directory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the statuses of this member's sources on to the directory, in order: the map behind it may live on other
 * machines, so each waits for the one before. While one is under way only the newest waits. Any thread.
 */
final class StatusBoard {
    private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);

    private final Directory directory;
    private final Context context;

    // Only touched on the context: a stream is a key while one of its statuses is under way.
    private final Map<StreamId, StreamStatus> waiting = new HashMap<>();
    private final Map<StreamId, Future<Void>> underWay = new HashMap<>();

    StatusBoard(Directory directory, Context context) {
        this.directory = directory;
        this.context = context;
    }

    void publish(StreamId stream, StreamStatus status) {
        context.runOnContext(now -> {
            if (underWay.containsKey(stream)) {
                waiting.put(stream, status);
            } else {
                send(stream, status);
            }
        });
    }

    private void send(StreamId stream, StreamStatus status) {
        Future<Void> sent = directory.publishStatus(stream, status);
        underWay.put(stream, sent);
        sent.onComplete(result -> context.runOnContext(now -> {
            if (result.failed()) {
                LOG.warn(
                        "stream {}: its state {} could not be told to the mesh: {}",
                        stream,
                        status.state().word(),
                        result.cause().getMessage());
            }
            underWay.remove(stream);
            StreamStatus next = waiting.remove(stream);
            if (next != null) {
                send(stream, next);
            }
        }));
    }
}
