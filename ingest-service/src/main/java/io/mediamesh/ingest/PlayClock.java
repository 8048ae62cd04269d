package io.mediamesh.ingest;

/**
 * The clock on which something that has a length plays: position 0 is the moment it began. When playing falls behind
 * by more than two seconds (the machine slept, or has too much to do), the clock is moved instead of racing through
 * what was missed. Not thread-safe.
 */
final class PlayClock {
    private static final long MOST_BEHIND_NANOS = 2_000_000_000L;

    private long startNanos;

    PlayClock(long startNanos) {
        this.startNanos = startNanos;
    }

    /** When this position is due, on {@link System#nanoTime()}. */
    long dueNanos(long positionNanos, long nowNanos) {
        long due = startNanos + positionNanos;
        if (nowNanos - due > MOST_BEHIND_NANOS) {
            startNanos = nowNanos - positionNanos;
            return nowNanos;
        }
        return due;
    }

    long positionAt(long nowNanos) {
        return nowNanos - startNanos;
    }
}
