package io.mediamesh.mesh;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Latencies of the last few seconds, in buckets that grow with the value: percentiles are right to 2 %. Small, because
 * every active topic has some. Recording is wait-free and may happen on any thread.
 */
final class LatencyWindow {
    private static final long MAX_MICROS = TimeUnit.SECONDS.toMicros(60);
    private static final double MICROS_PER_MILLI = 1000;
    /** Buckets for each doubling of the value, as a power of two. */
    private static final int BITS = 5;

    private static final int BUCKETS = bucket(MAX_MICROS) + 1;

    private volatile AtomicIntegerArray current = new AtomicIntegerArray(BUCKETS);

    // Guarded by this. Somebody who was just about to record may still do so here, which does no harm.
    private AtomicIntegerArray last = new AtomicIntegerArray(BUCKETS);

    void record(long nanos) {
        current.incrementAndGet(bucket(Math.clamp(nanos / 1000, 0, MAX_MICROS)));
    }

    /** Begins a new window; what was recorded since the last call can be read from now on. */
    synchronized void roll() {
        AtomicIntegerArray spare = last;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            spare.setPlain(bucket, 0);
        }
        last = current;
        current = spare;
    }

    /** The value that this share of the last window stayed below, in milliseconds; 0 when it was empty. */
    synchronized double millisAt(double percentile) {
        long count = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            count += last.getPlain(bucket);
        }
        long wanted = Math.max(1, (long) Math.ceil(count * percentile / 100));
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += last.getPlain(bucket);
            if (seen >= wanted) {
                return middleMicros(bucket) / MICROS_PER_MILLI;
            }
        }
        return 0;
    }

    /** One bucket for each microsecond at first; from 2^(BITS + 1) on, 2^BITS for each doubling. */
    private static int bucket(long micros) {
        int shift = Math.max(0, Long.SIZE - 1 - BITS - Long.numberOfLeadingZeros(micros | 1));
        return (shift << BITS) + (int) (micros >>> shift);
    }

    private static double middleMicros(int bucket) {
        int shift = Math.max(0, (bucket >>> BITS) - 1);
        long low = (long) (bucket - (shift << BITS)) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }
}
