package io.mediamesh.tracking;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.tracking.SessionStore.Kept;
import io.vertx.core.Future;
import java.util.Optional;

/** A hold on what is remembered of the tracks of one stream. Used on one context, one call after the other. */
final class TracksKeeper {
    private final SessionStore store;
    private final String key;
    private Optional<Kept> mine = Optional.empty();

    TracksKeeper(SessionStore store, StreamId stream) {
        this.store = store;
        this.key = stream.value();
    }

    /** What is remembered; whoever writes from here on without having taken it is refused. */
    Future<Optional<TracksRecord>> take() {
        return store.takeOver(key).map(kept -> {
            mine = kept;
            return kept.map(taken -> TracksRecord.of(taken.state()));
        });
    }

    /** Whether there was something to take, or something was kept since. */
    boolean hasRecord() {
        return mine.isPresent();
    }

    /** Remembers this instead; {@link FailureCode#STALE} where somebody else has taken it since. */
    Future<Void> keep(TracksRecord record) {
        Optional<Kept> before = mine;
        Kept next = before.map(kept -> new Kept(kept.epoch(), kept.frameIndex() + 1, record.toBytes()))
                .orElseGet(() -> new Kept(System.currentTimeMillis(), 0, record.toBytes()));
        Future<Void> written = before.isPresent() ? store.save(key, next) : store.create(key, next);
        return written.<Void>map(kept -> {
                    mine = Optional.of(next);
                    return null;
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof MeshException refusal && refusal.code() == FailureCode.CONFLICT
                                ? new MeshException(FailureCode.STALE, "somebody else remembers these tracks")
                                : failure));
    }

    /** What is remembered, for reading only. */
    static Future<Optional<TracksRecord>> read(SessionStore store, StreamId stream) {
        return store.read(stream.value()).map(kept -> kept.map(present -> TracksRecord.of(present.state())));
    }
}
