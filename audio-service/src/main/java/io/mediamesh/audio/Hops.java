package io.mediamesh.audio;

/**
 * When results are due: every so many frames, and at multiples of them, so that analyses whose hops have a common multiple
 * look at the same pieces of sound and share their spectra. Not thread-safe.
 */
public final class Hops {
    private final int hopFrames;
    private final int reachFrames;
    private long next;

    /**
     * Begins with the newest result that is possible.
     *
     * @param hopFrames from one result to the next
     * @param reachFrames how far a result looks back
     */
    public Hops(int hopFrames, int reachFrames) {
        this.hopFrames = hopFrames;
        this.reachFrames = reachFrames;
    }

    /**
     * The smallest hop that gives no more than so many results a second, but not less than {@code leastFrames}.
     *
     * @param maxRateHz may be infinite
     */
    public static int frames(int sampleRateHz, double maxRateHz, int leastFrames) {
        // Rounding must not make a frame more of 44100 / 15.
        return Math.max(leastFrames, (int) Math.min(Integer.MAX_VALUE, Math.ceil(sampleRateHz / maxRateHz - 1e-6)));
    }

    /** Whether the sound of the next result is there. What nobody listened to, and what is kept no longer, is left out. */
    public boolean due(Sound sound) {
        if (next == 0 || isForgotten(next, sound)) {
            long newest = sound.end() / hopFrames * hopFrames;
            long first = Math.ceilDiv((long) reachFrames, hopFrames) * hopFrames;
            next = isForgotten(newest, sound) ? newest + hopFrames : Math.max(newest, first);
        }
        return next <= sound.end();
    }

    private boolean isForgotten(long end, Sound sound) {
        return sound.end() - end > Sound.KEPT_FRAMES - reachFrames;
    }

    /** The frame behind the last of the result that is due, for those who may have to wait for something else too. */
    long peek() {
        return next;
    }

    /** The frame behind the last of the result that is due, which thereby is done. */
    public long take() {
        long taken = next;
        next += hopFrames;
        return taken;
    }

    /** Begins anew with the newest result that is possible, of sound that is counted from 0. */
    public void restart() {
        next = 0;
    }
}
