package io.mediamesh.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How old items are at each stage of their way, as histograms by kind of topic: few of them, however many streams there
 * are, and they add up over processes. Any thread.
 */
final class StageMeters {
    /** Where an item is. */
    enum Stage {
        /** From capture until it is published. */
        PUBLISH,
        /** From the moment that somebody asked for a form until the encoding is there. */
        ENCODE,
        /** From capture until it has come from another process; by the wall clocks of both. */
        ARRIVE,
        /** From capture until it is handed to a subscription; by wall clocks where it came from another process. */
        DELIVER
    }

    private static final Duration[] BOUNDS = Arrays.stream(
                    new long[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000})
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<String, Stages> kinds = new ConcurrentHashMap<>();

    StageMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The histograms of one kind of topic. */
    static final class Stages {
        private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

        private Stages(MeterRegistry registry, String kind) {
            for (Stage stage : Stage.values()) {
                timers.put(
                        stage,
                        Timer.builder("mediamesh.latency")
                                .description("Age of items at the stages of their way, by kind of topic")
                                .tag("topic", kind)
                                .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                                .serviceLevelObjectives(BOUNDS)
                                .register(registry));
            }
        }

        void record(Stage stage, long nanos) {
            Timer timer = timers.get(stage);
            if (timer != null) {
                timer.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            }
        }
    }

    Stages of(String kind) {
        return kinds.computeIfAbsent(kind, unused -> new Stages(registry, kind));
    }
}
