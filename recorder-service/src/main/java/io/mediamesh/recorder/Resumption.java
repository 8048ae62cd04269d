package io.mediamesh.recorder;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
    private Optional<Promise<Recording>> over = Optional.empty();
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
            recordings.waitsNoMore(id());
            over.ifPresent(ending -> ending.fail(new MeshException(
                    FailureCode.UNAVAILABLE, "the recorder leaves, or the recording " + id() + " was deleted")));
            return;
        }
        if (over.isPresent()) {
            giveUp(State.FINISHED, "");
            return;
        }
        mesh.directory().get(interrupted.manifest().recording().stream()).onComplete(known -> {
            if (over.isEmpty() && known.succeeded() && known.result().isPresent()) {
                recordings.resume(interrupted).onSuccess(ready -> goesOn()).onFailure(refused -> {
                    lastReason = String.valueOf(refused.getMessage());
                    later();
                });
            } else {
                later();
            }
        });
    }

    /** Somebody wants it to end: it does not go on, or not for long. */
    Future<Recording> stop() {
        return over.orElseGet(() -> {
                    Promise<Recording> ending = Promise.promise();
                    over = Optional.of(ending);
                    return ending;
                })
                .future();
    }

    private String id() {
        return interrupted.manifest().recording().id();
    }

    private void goesOn() {
        recordings.waitsNoMore(id());
        over.ifPresent(ending -> recordings.stop(id()).onComplete(ending));
    }

    private void giveUp(State state, String reason) {
        recordings.waitsNoMore(id());
        Future<Recording> ended = recordings.giveUp(interrupted, state, reason);
        over.ifPresent(ended::onComplete);
    }

    /** The recorder stops, or somebody has deleted the recording meanwhile. */
    private boolean isOver() {
        return recordings.isStopping() || !recordings.isKept(id());
    }

    private void later() {
        if (over.isPresent() || isOver()) {
            begin();
        } else if (System.nanoTime() < deadlineNanos) {
            context.owner().setTimer(PERIOD_MILLIS, timer -> begin());
        } else {
            giveUp(State.INTERRUPTED, "its recorder was cut off, and " + lastReason);
        }
    }
}
