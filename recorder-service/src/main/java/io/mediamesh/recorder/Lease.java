package io.mediamesh.recorder;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The right to write the files of a recording. It holds for some seconds from each confirmation on, by the monotonic clock: a
 * process that was frozen meanwhile asks before it writes again, because another one may have taken the files over. Any
 * thread.
 */
final class Lease {
    private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final LongSupplier nanoClock;

    // Guarded by this.
    private long confirmedNanos;
    private boolean lost;

    /** Holds from now on. */
    Lease(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.confirmedNanos = nanoClock.getAsLong();
    }

    /** It holds from now on for a while. */
    synchronized void confirm() {
        confirmedNanos = nanoClock.getAsLong();
        notifyAll();
    }

    /** Somebody else writes the files, or may do so. */
    synchronized void lose() {
        lost = true;
        notifyAll();
    }

    synchronized boolean isLost() {
        return lost;
    }

    /**
     * Waits until it is known whether it holds.
     *
     * @return false where it is lost for good
     */
    synchronized boolean await() throws InterruptedException {
        while (!lost && nanoClock.getAsLong() - confirmedNanos > LIFE_NANOS) {
            wait();
        }
        return !lost;
    }
}
