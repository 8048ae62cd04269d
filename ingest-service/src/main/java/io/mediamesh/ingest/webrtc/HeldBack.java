package io.mediamesh.ingest.webrtc;

/**
 * How much longer than what belongs to it something was held back. Changes come in gently, so that times that are put
 * right by it still go forward. Told on any thread, asked on one.
 */
final class HeldBack {
    private static final int SLOWNESS = 20;

    private volatile long toldNanos;

    // Only touched by who asks.
    private long presentNanos;
    private long askedNanos;
    private boolean asked;

    /** It is so much from now on; never below 0. */
    void tell(long nanos) {
        toldNanos = nanos;
    }

    /** How much it is taken for now: what was told, approached by a twentieth of the time that passes. */
    long atNanos(long nowNanos) {
        long told = toldNanos;
        long most = asked ? Math.max(0, nowNanos - askedNanos) / SLOWNESS : Long.MAX_VALUE;
        asked = true;
        askedNanos = nowNanos;
        presentNanos += Math.clamp(told - presentNanos, -most, most);
        return presentNanos;
    }
}
