package io.mediamesh.vision;

import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Stamp;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The most recent event of a kind about the pictures of a stream, as long as it may be drawn. Thread-safe. */
final class Recent<E extends Event> {
    /** What is older would stand where nothing is any more. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private record Seen<E>(Stamp stamp, E event) {}

    private volatile @Nullable Seen<E> latest;

    void remember(Stamp stamp, E event) {
        latest = new Seen<>(stamp, event);
    }

    void forget() {
        latest = null;
    }

    /**
     * What to draw on the frame with this stamp: nothing when the last event is too old by the capture clock, or belongs
     * to another opening of the source, whose clock may be another one.
     */
    Optional<E> of(Stamp frame) {
        Seen<E> seen = latest;
        if (seen == null || seen.stamp.originEpoch() != frame.originEpoch()) {
            return Optional.empty();
        }
        long ageNanos = frame.capture().monotonicNanos() - seen.stamp.capture().monotonicNanos();
        return ageNanos <= MAX_AGE.toNanos() ? Optional.of(seen.event) : Optional.empty();
    }
}
