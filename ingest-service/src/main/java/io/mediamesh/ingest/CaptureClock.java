package io.mediamesh.ingest;

import io.mediamesh.contracts.CaptureTime;

/** Puts a moment of the monotonic clock on the wall clock as it is set now. */
final class CaptureClock {
    private CaptureClock() {}

    static CaptureTime at(long monotonicNanos) {
        CaptureTime now = CaptureTime.now();
        return now.plusNanos(monotonicNanos - now.monotonicNanos());
    }
}
