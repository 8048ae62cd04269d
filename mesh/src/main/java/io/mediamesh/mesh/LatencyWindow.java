package io.mediamesh.mesh;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Latencies of the last few seconds. Recording is wait-free and may happen on any thread. */
final class LatencyWindow {
    private static final long MAX_MICROS = 60_000_000;
    private static final double MICROS_PER_MILLI = 1000;

    private final Recorder recorder = new Recorder(MAX_MICROS, 2);
    private @Nullable Histogram spare;
    private Histogram last = recorder.getIntervalHistogram();

    void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos / 1000, 0, MAX_MICROS));
    }

    /** Begins a new window; what was recorded since the last call can be read from now on. */
    synchronized void roll() {
        Histogram full = recorder.getIntervalHistogram(spare);
        spare = last;
        last = full;
    }

    /** The value that this share of the last window stayed below, in milliseconds; 0 when it was empty. */
    synchronized double millisAt(double percentile) {
        return last.getTotalCount() == 0 ? 0 : last.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }
}
