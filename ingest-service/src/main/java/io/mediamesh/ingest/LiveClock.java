package io.mediamesh.ingest;

/**
 * Gives the packets of a live source capture times on this machine's monotonic clock.
 *
 * <p>The source's clock (PTS) ticks evenly but has an unknown offset; arrival times know the offset but jitter, always
 * to the late side. So capture = PTS + base, with base = the least (arrival − PTS) of the last two windows of five
 * seconds, over pictures and sound together, so that both stay aligned as the source aligned them. A smaller
 * value holds at once, because nothing arrives before it was captured; a larger one, which comes from a source whose
 * clock runs slow, is approached by at most half a millisecond a second (500 ppm, beyond any quartz). A PTS that jumps,
 * or a packet that is more than ten seconds late, begins anew. Capture times of a track never go back. The delay
 * of the network is unknown and counts as nothing. Not thread-safe.
 */
final class LiveClock {
    private static final long WINDOW_NANOS = 5_000_000_000L;
    private static final long UNEVEN_WINDOW_NANOS = 250_000_000L;
    private static final long JUMP_NANOS = 10_000_000_000L;
    private static final long BACK_NANOS = 500_000_000L;
    private static final double SLEW = 500e-6;
    private static final double UNEVEN_SLEW = 0.02;
    private static final int TRACKS = 2;

    private final long[] lastPts = {Long.MIN_VALUE, Long.MIN_VALUE};
    private final long[] lastCapture = {Long.MIN_VALUE, Long.MIN_VALUE};
    private final long windowNanos;
    private final double slew;
    private boolean running;
    private long baseNanos;
    private long windowStartNanos;
    private long windowLeast;
    private long previousLeast;
    private long slewedAtNanos;

    /** For sources whose clock is a clock. */
    LiveClock() {
        this(WINDOW_NANOS, SLEW);
    }

    private LiveClock(long windowNanos, double slew) {
        this.windowNanos = windowNanos;
        this.slew = slew;
    }

    /**
     * For what counts itself and is late now and then without catching up, so that its count falls behind by much more
     * than a clock would: windows of a quarter of a second, and up to 20 ms a second.
     */
    static LiveClock uneven() {
        return new LiveClock(UNEVEN_WINDOW_NANOS, UNEVEN_SLEW);
    }

    /**
     * When it was captured.
     *
     * @param track 0 or 1
     * @param ptsNanos on the source's clock
     * @param arrivalNanos on {@link System#nanoTime()}
     */
    long captureNanos(int track, long ptsNanos, long arrivalNanos) {
        long offset = arrivalNanos - ptsNanos;
        if (!running || jumped(track, ptsNanos) || offset - baseNanos > JUMP_NANOS) {
            begin(offset, arrivalNanos);
        }
        lastPts[track] = ptsNanos;
        roll(offset, arrivalNanos);
        long target = Math.min(windowLeast, previousLeast);
        if (target <= baseNanos) {
            baseNanos = target;
        } else {
            long most = Math.round((arrivalNanos - slewedAtNanos) * slew);
            baseNanos += Math.min(most, target - baseNanos);
        }
        slewedAtNanos = arrivalNanos;
        long capture = Math.max(ptsNanos + baseNanos, lastCapture[track]);
        lastCapture[track] = capture;
        return capture;
    }

    private boolean jumped(int track, long ptsNanos) {
        long last = lastPts[track];
        return last != Long.MIN_VALUE && (ptsNanos - last > JUMP_NANOS || last - ptsNanos > BACK_NANOS);
    }

    private void begin(long offset, long arrivalNanos) {
        running = true;
        baseNanos = offset;
        windowLeast = offset;
        previousLeast = offset;
        windowStartNanos = arrivalNanos;
        slewedAtNanos = arrivalNanos;
        for (int track = 0; track < TRACKS; track++) {
            lastPts[track] = Long.MIN_VALUE;
        }
    }

    private void roll(long offset, long arrivalNanos) {
        if (arrivalNanos - windowStartNanos > windowNanos) {
            previousLeast = windowLeast;
            windowLeast = offset;
            windowStartNanos = arrivalNanos;
        } else {
            windowLeast = Math.min(windowLeast, offset);
        }
    }
}
