package io.mediamesh.tracking;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session at this member. Its work is done one piece after the other. All of it on the context of the service, but the
 * tracker, which a thread of the pool uses while a piece of work runs.
 */
final class Session {
    private final String id;
    private @Nullable Tracker tracker;
    private long epoch;
    private long frameIndex;
    private Future<?> last = Future.succeededFuture();
    private int waiting;
    private long usedNanos = System.nanoTime();
    private boolean ended;

    Session(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Does the work when everything asked for earlier is done. */
    <T> Future<T> then(Supplier<Future<T>> work) {
        waiting++;
        usedNanos = System.nanoTime();
        Future<T> result = last.transform(before -> work.get()).onComplete(done -> {
            waiting--;
            usedNanos = System.nanoTime();
        });
        last = result;
        return result;
    }

    /** Pieces of work that are not done. */
    int waiting() {
        return waiting;
    }

    long idleNanos() {
        return waiting > 0 ? 0 : System.nanoTime() - usedNanos;
    }

    /** The tracker, where this member has one of this epoch. */
    @Nullable Tracker trackerOf(long present) {
        return present == epoch ? tracker : null;
    }

    void has(Tracker started, SessionStore.Kept kept) {
        release();
        tracker = started;
        epoch = kept.epoch();
        frameIndex = kept.frameIndex();
    }

    long epoch() {
        return epoch;
    }

    long frameIndex() {
        return frameIndex;
    }

    void tracked(long index) {
        frameIndex = index;
    }

    boolean ended() {
        return ended;
    }

    /** Nothing more will be done for it. */
    void end() {
        ended = true;
        release();
    }

    /** Lets go of the tracker; what the store has is what counts. */
    void release() {
        Tracker present = tracker;
        tracker = null;
        if (present != null) {
            present.close();
        }
    }
}
