package io.mediamesh.tracking;

import io.mediamesh.mesh.WorkerPool;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the service counts. Thread-safe. */
final class TrackingMeters {
    private final Timer frames;
    private final Timer starts;
    private final Counter rejected;
    private final Counter takenOver;
    private final Counter stateBytes;

    TrackingMeters(MeterRegistry meters, Supplier<Number> sessions, WorkerPool pool) {
        Gauge.builder("mediamesh.tracking.sessions", sessions)
                .description("Tracking sessions at this member.")
                .register(meters);
        pool.measuredBy(meters);
        this.frames = Timer.builder("mediamesh.tracking.frame")
                .description("How long a picture takes to be decoded and tracked.")
                .register(meters);
        this.starts = Timer.builder("mediamesh.tracking.start")
                .description("How long the first picture of a session takes.")
                .register(meters);
        this.rejected = Counter.builder("mediamesh.tracking.rejected")
                .description("Pictures and sessions for which there was no room.")
                .register(meters);
        this.takenOver = Counter.builder("mediamesh.tracking.taken.over")
                .description("Sessions that another member had before.")
                .register(meters);
        this.stateBytes = Counter.builder("mediamesh.tracking.state.bytes")
                .description("States written for other members to go on with.")
                .register(meters);
    }

    void frame(long nanos) {
        frames.record(nanos, TimeUnit.NANOSECONDS);
    }

    void start(long nanos) {
        starts.record(nanos, TimeUnit.NANOSECONDS);
    }

    void rejected() {
        rejected.increment();
    }

    void takenOver() {
        takenOver.increment();
    }

    void saved(int bytes) {
        stateBytes.increment(bytes);
    }
}
