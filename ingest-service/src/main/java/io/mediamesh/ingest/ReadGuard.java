package io.mediamesh.ingest;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Ends every wait of a source's thread: when the source is stopped, or when an operation takes longer than allowed. */
final class ReadGuard {
    private static final long SLICE_NANOS = 20_000_000;

    private volatile boolean stopped;
    private volatile long deadlineNanos = Long.MAX_VALUE;
    private volatile @Nullable Thread waiter;

    /** From now on the current operation may take so long. */
    void allow(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(waiter);
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether the current operation must end now. */
    boolean isOver() {
        return stopped || isLate();
    }

    boolean isLate() {
        long deadline = deadlineNanos;
        return deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0;
    }

    /** Waits until this moment of {@link System#nanoTime()}; returns false at once when stopped. */
    boolean sleepUntil(long monotonicNanos) {
        waiter = Thread.currentThread();
        try {
            long left = monotonicNanos - System.nanoTime();
            while (left > 0 && !stopped) {
                LockSupport.parkNanos(this, left);
                left = monotonicNanos - System.nanoTime();
            }
            return !stopped;
        } finally {
            waiter = null;
        }
    }

    /** The future's value; throws when the source is stopped or the allowed time is over. */
    <T> T await(CompletableFuture<T> future) throws SourceFault, ExecutionException, InterruptedException {
        while (true) {
            try {
                return future.get(SLICE_NANOS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException notYet) {
                if (stopped) {
                    throw SourceFault.stopped();
                }
                if (isLate()) {
                    throw SourceFault.retry("no answer in time");
                }
            }
        }
    }
}
