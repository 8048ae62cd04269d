package io.mediamesh.gateway;

/** Lets so many things through a second, and a few more at once after a pause. Not thread-safe. */
final class RateLimit {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double burst;
    private double allowed;
    private long lastNanos;

    /** As after a long pause. */
    RateLimit(double perSecond, double burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.allowed = burst;
        this.lastNanos = nowNanos;
    }

    /** Whether one more is let through now. */
    boolean admits(long nowNanos) {
        allowed = Math.min(burst, allowed + (nowNanos - lastNanos) * perSecond / NANOS_PER_SECOND);
        lastNanos = nowNanos;
        if (allowed < 1) {
            return false;
        }
        allowed--;
        return true;
    }
}
