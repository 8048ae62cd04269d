package io.mediamesh.tracking;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is counted of the topic {@code tracks}. Thread-safe. */
final class TracksMeters {
    private final Timer frames;
    private final Counter marked;
    private final Counter found;
    private final Counter takenOver;

    TracksMeters(MeterRegistry meters, Supplier<Number> streams) {
        Gauge.builder("mediamesh.tracks.streams", streams)
                .description("Streams whose objects are followed at this member.")
                .register(meters);
        this.frames = Timer.builder("mediamesh.tracks.frame")
                .description("How long a frame takes whose objects are followed.")
                .register(meters);
        this.marked = begun(meters, "boxes");
        this.found = begun(meters, "detections");
        this.takenOver = Counter.builder("mediamesh.tracks.taken.over")
                .description("Streams whose objects were remembered from before, by this member or another one.")
                .register(meters);
    }

    private static Counter begun(MeterRegistry meters, String from) {
        return Counter.builder("mediamesh.tracks.begun")
                .description("Objects that got an identity.")
                .tag("from", from)
                .register(meters);
    }

    void frame(long nanos) {
        frames.record(nanos, TimeUnit.NANOSECONDS);
    }

    void marked() {
        marked.increment();
    }

    void found() {
        found.increment();
    }

    void takenOver() {
        takenOver.increment();
    }
}
