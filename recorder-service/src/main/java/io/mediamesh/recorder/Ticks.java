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

    /** Samples at this rate up to a moment. */
    static long toSamples(long ticks, int rateHz) {
        long seconds = Math.floorDiv(ticks, PER_SECOND);
        long rest = Math.floorMod(ticks, PER_SECOND);
        return seconds * rateHz + Math.floorDiv(rest * rateHz + PER_SECOND / 2, PER_SECOND);
    }

    /** When a sample at this rate begins. */
    static long ofSamples(long index, int rateHz) {
        long seconds = Math.floorDiv(index, (long) rateHz);
        long rest = Math.floorMod(index, (long) rateHz);
        return seconds * PER_SECOND + Math.floorDiv(rest * PER_SECOND + rateHz / 2, rateHz);
    }

    static double toSeconds(long ticks) {
        return ticks / (double) PER_SECOND;
    }
}
