package io.mediamesh.recorder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What the recorder counts. Thread-safe. */
final class RecorderMeters {
    private final Counter bytes;
    private final Counter gaps;
    private final Counter dropped;
    private final Counter failures;
    private final Timer force;

    RecorderMeters(MeterRegistry meters) {
        this.bytes = Counter.builder("mediamesh.recorder.bytes")
                .description("Bytes written to recordings.")
                .register(meters);
        this.gaps = Counter.builder("mediamesh.recorder.gaps")
                .description("Places in recordings where something is missing.")
                .register(meters);
        this.dropped = Counter.builder("mediamesh.recorder.dropped")
                .description("Pictures, blocks of sound and packets that are missing in recordings.")
                .register(meters);
        this.failures = Counter.builder("mediamesh.recorder.failures")
                .description("Recordings that ended because they could not be written.")
                .register(meters);
        this.force = Timer.builder("mediamesh.recorder.fsync")
                .description("How long the disk takes to have written data for good.")
                .register(meters);
    }

    void written(long count) {
        bytes.increment((double) count);
    }

    void forced(long nanos) {
        force.record(nanos, TimeUnit.NANOSECONDS);
    }

    void gap(long items) {
        gaps.increment();
        dropped.increment((double) items);
    }

    void failed() {
        failures.increment();
    }
}
