package io.mediamesh.recorder;

import io.mediamesh.mesh.Mesh;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A recording that was cut off and waits for its stream, which somebody may load only after the recorder. Runs on one
 * context.
 */
final class Resumption {
    private static final long PERIOD_MILLIS = 500;

    private final Recordings recordings;
    private final Mesh mesh;
    private final Context context;
    private final long deadlineNanos;
    private final Interrupted interrupted;
    private String lastReason = "its stream is not there any more";

    /** What was found on the disk. */
    record Interrupted(Path folder, Manifest manifest) {}

    Resumption(Recordings recordings, Mesh mesh, Context context, Duration patience, Interrupted interrupted) {
        this.recordings = recordings;
        this.mesh = mesh;
        this.context = context;
        this.deadlineNanos = System.nanoTime() + patience.toNanos();
        this.interrupted = interrupted;
    }

    void begin() {
        if (isOver()) {
            return;
        }
        mesh.directory().get(interrupted.manifest().recording().stream()).onComplete(known -> {
            if (known.succeeded() && known.result().isPresent()) {
                recordings.resume(interrupted).onFailure(refused -> {
                    lastReason = String.valueOf(refused.getMessage());
                    later();
                });
            } else {
                later();
            }
        });
    }

    /** The recorder stops, or somebody has deleted the recording meanwhile. */
    private boolean isOver() {
        return recordings.isStopping()
                || !recordings.isKept(interrupted.manifest().recording().id());
    }

    private void later() {
        if (isOver()) {
            return;
        }
        if (System.nanoTime() < deadlineNanos) {
            context.owner().setTimer(PERIOD_MILLIS, timer -> begin());
        } else {
            recordings.giveUp(interrupted, "its recorder was cut off, and " + lastReason);
        }
    }
}
