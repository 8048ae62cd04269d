package io.mediamesh.ingest;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a lost source is opened again: doubles from attempt to attempt up to a limit, and varies by
 * a quarter so that many sources of one lost server do not come back in step.
 */
final class Backoff {
    private static final double SPREAD = 0.25;

    private final long firstNanos;
    private final long mostNanos;
    private final RandomGenerator random;
    private long nextNanos;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.mostNanos = most.toNanos();
        this.random = random;
        this.nextNanos = firstNanos;
    }

    /** The pause before the next attempt; never longer than the limit. */
    long nextPauseNanos() {
        long base = Math.min(nextNanos, mostNanos);
        nextNanos = Math.min(2 * base, mostNanos);
        double factor = 1 - SPREAD + random.nextDouble() * 2 * SPREAD;
        return Math.min(mostNanos, Math.round(base * factor));
    }

    /** The source works again. */
    void reset() {
        nextNanos = firstNanos;
    }
}
