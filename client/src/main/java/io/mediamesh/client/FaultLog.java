package io.mediamesh.client;

import org.slf4j.Logger;

/**
 * Tells of a fault that may come with every frame: one line in ten seconds at most, with the number since the last
 * line. For one thread.
 */
final class FaultLog {
    private static final long PERIOD_NANOS = 10_000_000_000L;

    private final Logger log;
    private final String what;
    private long pending;
    private long lastLineNanos = System.nanoTime() - PERIOD_NANOS;

    /**
     * @param what the fault, as a sentence
     */
    FaultLog(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    void add(Throwable cause) {
        pending++;
        long now = System.nanoTime();
        if (now - lastLineNanos >= PERIOD_NANOS) {
            log.warn("{} ({} since the last such line)", what, pending, cause);
            pending = 0;
            lastLineNanos = now;
        }
    }
}
