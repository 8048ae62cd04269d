package io.mediamesh.mesh;

/** Lets items through at no more than a rate on average, judged by their capture times. Not thread-safe. */
final class RateGate {
    private final long periodNanos;
    private boolean started;
    private long dueNanos;

    RateGate(double maxRateHz) {
        this.periodNanos = Double.isInfinite(maxRateHz) ? 0 : Math.round(1e9 / maxRateHz);
    }

    /**
     * Whether the item captured now may pass. Half of a source's jitter would otherwise cost a whole frame, so an
     * item may come up to a quarter of the period early; the next one is due a period after this one was, not after
     * it came.
     */
    boolean admit(long captureNanos) {
        if (periodNanos == 0) {
            return true;
        }
        long late = captureNanos - dueNanos;
        if (!started || late > periodNanos || late < -4 * periodNanos) {
            started = true;
            dueNanos = captureNanos + periodNanos;
            return true;
        }
        if (late < -periodNanos / 4) {
            return false;
        }
        dueNanos += periodNanos;
        return true;
    }
}
