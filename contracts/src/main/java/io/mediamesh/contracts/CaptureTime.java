package io.mediamesh.contracts;

import java.time.Instant;

/**
 * The moment at which a frame or the first sample of an audio block was captured, on two clocks.
 *
 * @param monotonicNanos {@link System#nanoTime()} of the capturing machine: for intervals and timeouts, never goes back
 * @param unixNanos nanoseconds since 1970-01-01T00:00Z: for people and for comparing machines
 */
public record CaptureTime(long monotonicNanos, long unixNanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** This moment. */
    public static CaptureTime now() {
        Instant wall = Instant.now();
        return new CaptureTime(System.nanoTime(), wall.getEpochSecond() * 1_000_000_000L + wall.getNano());
    }

    /** The moment so many nanoseconds later (earlier where negative), on both clocks. */
    public CaptureTime plusNanos(long nanos) {
        return new CaptureTime(monotonicNanos + nanos, unixNanos + nanos);
    }

    /** Unix time in seconds, the form of every {@code timestamp} field that clients see. */
    public double unixSeconds() {
        return unixNanos / NANOS_PER_SECOND;
    }
}
