package io.mediamesh.recorder;

import io.mediamesh.contracts.CaptureTime;

/**
 * Turns times of capture into media time, from the beginning of the recording. It goes by the monotonic clock, so that
 * a wall clock that is put right moves nothing; when a source comes back with another monotonic clock (of another
 * machine), it goes on by the wall clock. Belongs to one thread.
 */
final class MediaClock {
    private static final long ANOTHER_CLOCK_NANOS = 5_000_000_000L;

    private final CaptureTime origin;
    private long originMonotonicNanos;
    private CaptureTime last;
    private long lastNanos;

    /** The recording begins at this moment, or went on so long before it. */
    MediaClock(CaptureTime first, long mediaNanos) {
        this.origin = first.plusNanos(-mediaNanos);
        this.originMonotonicNanos = origin.monotonicNanos();
        this.last = first;
        this.lastNanos = mediaNanos;
    }

    /** When the recording began. */
    CaptureTime origin() {
        return origin;
    }

    /** Media time of a moment; {@code joint} where the source may have been opened again before. */
    long nanosAt(CaptureTime capture, boolean joint) {
        long byMonotonic = capture.monotonicNanos() - originMonotonicNanos;
        if (joint) {
            long byWall = lastNanos + capture.unixNanos() - last.unixNanos();
            if (Math.abs(byMonotonic - byWall) > ANOTHER_CLOCK_NANOS) {
                originMonotonicNanos = capture.monotonicNanos() - Math.max(lastNanos, byWall);
                byMonotonic = capture.monotonicNanos() - originMonotonicNanos;
            }
        }
        last = capture;
        lastNanos = byMonotonic;
        return byMonotonic;
    }

    /** Media time of a moment about which something else was said. */
    long nanosAt(CaptureTime capture) {
        return capture.monotonicNanos() - originMonotonicNanos;
    }

    /** The moment of a media time, as it is now. */
    CaptureTime at(long ticks) {
        return last.plusNanos(Math.round(Ticks.toSeconds(ticks) * 1e9) - lastNanos);
    }
}
