package io.mediamesh.client;

import java.util.function.LongSupplier;

/** How often something happens, over the last seconds. For one thread. */
final class RateMeter {
    private static final int SECONDS = 5;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final long startNanos;
    /** A slot for each of the last seconds, and one for that which runs. */
    private final long[] counts = new long[SECONDS + 1];

    private long second;

    RateMeter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
    }

    void mark() {
        advance();
        counts[slot(second)]++;
    }

    /** Per second, over the seconds that are complete; what there is so far in the first one. */
    double hz() {
        advance();
        if (second == 0) {
            return counts[0];
        }
        long sum = 0;
        for (long past = Math.max(0, second - SECONDS); past < second; past++) {
            sum += counts[slot(past)];
        }
        return sum / (double) Math.min(second, SECONDS);
    }

    private void advance() {
        long now = (nanoTime.getAsLong() - startNanos) / SECOND_NANOS;
        for (long next = Math.max(second + 1, now - SECONDS); next <= now; next++) {
            counts[slot(next)] = 0;
        }
        second = now;
    }

    private int slot(long number) {
        return (int) (number % counts.length);
    }
}
