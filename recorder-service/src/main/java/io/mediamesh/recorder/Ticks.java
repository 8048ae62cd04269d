package io.mediamesh.recorder;

import java.time.Duration;

/** Media time in units of 1/90000 s, the time base of pictures in the files. */
final class Ticks {
    static final long PER_SECOND = 90_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Ticks() {}

    static long ofNanos(long nanos) {
        long seconds = Math.floorDiv(nanos, NANOS_PER_SECOND);
        long rest = Math.floorMod(nanos, NANOS_PER_SECOND);
        return seconds * PER_SECOND + (rest * PER_SECOND + NANOS_PER_SECOND / 2) / NANOS_PER_SECOND;
    }

    static long of(Duration duration) {
        return ofNanos(duration.toNanos());
    }

    static double toSeconds(long ticks) {
        return ticks / (double) PER_SECOND;
    }
}
