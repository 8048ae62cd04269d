package io.mediamesh.testkit;

import io.mediamesh.contracts.CaptureTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A monotonic clock in nanoseconds that goes on only when told. Thread-safe. */
public final class ManualClock implements LongSupplier {
    private static final long UNIX_START_NANOS = 1_700_000_000_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    /** Lets time pass. */
    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    /** This moment, on both clocks. */
    public CaptureTime captureTime() {
        long now = nanos.get();
        return new CaptureTime(now, UNIX_START_NANOS + now);
    }
}
