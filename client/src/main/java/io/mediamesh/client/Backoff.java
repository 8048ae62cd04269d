package io.mediamesh.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a broken WebSocket is opened again: doubles from attempt to attempt up to a limit, and varies
 * by a quarter so that the clients of a server that was restarted do not come back in step.
 */
final class Backoff {
    private static final double SPREAD = 0.25;

    private final long firstMillis;
    private final long mostMillis;
    private final RandomGenerator random;
    private long nextMillis;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.firstMillis = first.toMillis();
        this.mostMillis = most.toMillis();
        this.random = random;
        this.nextMillis = firstMillis;
    }

    /** The pause before the next attempt; a millisecond at least, never longer than the limit. */
    long nextPauseMillis() {
        long base = nextMillis;
        nextMillis = Math.min(2 * base, mostMillis);
        double factor = 1 - SPREAD + random.nextDouble() * 2 * SPREAD;
        return Math.clamp(Math.round(base * factor), 1, mostMillis);
    }

    /** It works again. */
    void reset() {
        nextMillis = firstMillis;
    }
}
