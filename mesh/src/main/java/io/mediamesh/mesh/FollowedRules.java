package io.mediamesh.mesh;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The detection rules of one stream as they are now. Opened and closed on one context, read on any thread. */
public final class FollowedRules {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedRules.class);

    private final Directory directory;
    private final StreamId stream;
    private final MessageConsumer<String> changes;
    private volatile DetectionRules current = DetectionRules.NONE;

    private FollowedRules(Directory directory, StreamId stream) {
        this.directory = directory;
        this.stream = stream;
        this.changes = directory.onConfigured(DetectionRules.PART, changed -> {
            if (changed.equals(stream)) {
                read();
            }
        });
    }

    /** Begins to follow the rules; they are those of the moment when the future completes. */
    public static Future<FollowedRules> open(Directory directory, StreamId stream) {
        FollowedRules followed = new FollowedRules(directory, stream);
        return followed.changes.completion().compose(told -> followed.read()).map(followed);
    }

    private Future<Void> read() {
        return directory
                .configuration(stream, DetectionRules.PART)
                .<Void>map(content -> {
                    current = content.map(DetectionRules::ofJson).orElse(DetectionRules.NONE);
                    return null;
                })
                .recover(failure -> {
                    LOG.warn(
                            "the detection rules of {} stay as they were: {}",
                            stream,
                            failure instanceof MeshException ? failure.getMessage() : "they cannot be read");
                    return Future.succeededFuture();
                });
    }

    /** The rules of this moment. */
    public DetectionRules now() {
        return current;
    }

    /** Follows them no more. */
    public Future<Void> close() {
        return changes.unregister();
    }
}
