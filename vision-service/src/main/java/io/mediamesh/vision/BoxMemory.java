package io.mediamesh.vision;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Stamp;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The most recent detections of a stream, as long as they may be drawn. Thread-safe. */
final class BoxMemory {
    /** Older boxes would stand where nothing is any more. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private record Seen(Stamp stamp, Detections detections) {}

    private volatile @Nullable Seen latest;

    void remember(Stamp stamp, Detections detections) {
        latest = new Seen(stamp, detections);
    }

    /**
     * What to draw on the frame with this stamp: nothing when the last detections found nothing, are too old by the
     * capture clock, or belong to another opening of the source, whose clock may be another one.
     */
    Optional<Detections> boxesFor(Stamp frame) {
        Seen seen = latest;
        if (seen == null || seen.detections.objects().isEmpty() || seen.stamp.originEpoch() != frame.originEpoch()) {
            return Optional.empty();
        }
        long ageNanos = frame.capture().monotonicNanos() - seen.stamp.capture().monotonicNanos();
        return ageNanos <= MAX_AGE.toNanos() ? Optional.of(seen.detections) : Optional.empty();
    }
}
