package io.mediamesh.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the gateway counts about its broadcasts. */
final class HubCounters {
    /** Whether the tracking is asked. */
    enum Breaker {
        CLOSED(0),
        OPEN(1),
        HALF_OPEN(2);

        private final int number;

        Breaker(int number) {
            this.number = number;
        }
    }

    private final AtomicInteger broadcasts;
    private final AtomicInteger breaker;
    private final Counter frames;
    private final Counter malformed;
    private final Counter unusable;
    private final Timer answers;
    private final Counter failed;
    private final Map<MissingRegions.Reason, Counter> withoutRegions = new EnumMap<>(MissingRegions.Reason.class);
    private final Counter said;
    private final Counter unsaid;

    HubCounters(MeterRegistry meters) {
        this.broadcasts = gauge(meters, "mediamesh.hub.broadcasts", "Broadcasts whose broadcaster is at this gateway");
        this.breaker =
                gauge(meters, "mediamesh.hub.ai.breaker", "0 while the tracking is asked, 1 while not, 2 while trying");
        this.frames = counter(meters, "mediamesh.hub.frames.in", "Frames that broadcasters sent");
        this.malformed =
                counter(meters, "mediamesh.hub.frames.malformed", "Messages of broadcasters that were no frames");
        this.unusable = counter(
                meters, "mediamesh.hub.frames.unusable", "Frames that the topic video left out: no JPEG in base64");
        this.answers = Timer.builder("mediamesh.hub.ai.calls")
                .description("Frames for which the tracking was asked, and how long it took to answer or to fail")
                .publishPercentiles(0.5, 0.95)
                .register(meters);
        this.failed = counter(meters, "mediamesh.hub.ai.failures", "Of these, those that it failed to answer");
        for (MissingRegions.Reason reason : MissingRegions.Reason.values()) {
            withoutRegions.put(
                    reason,
                    Counter.builder("mediamesh.hub.frames.without.regions")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .description("Frames to be tracked that went out with {}")
                            .register(meters));
        }
        this.said = counter(meters, "mediamesh.hub.chat.messages", "Messages of chats sent to somebody here");
        this.unsaid = counter(meters, "mediamesh.hub.chat.dropped", "Messages of chats that slow readers missed");
    }

    private static AtomicInteger gauge(MeterRegistry meters, String name, String description) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder(name, value, AtomicInteger::get).description(description).register(meters);
        return value;
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    void broadcasts(int count) {
        broadcasts.set(count);
    }

    void breaker(Breaker state) {
        breaker.set(state.number);
    }

    void frame() {
        frames.increment();
    }

    void malformed() {
        malformed.increment();
    }

    void unusable() {
        unusable.increment();
    }

    void answered(long nanos) {
        answers.record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed() {
        failed.increment();
    }

    void withoutRegions(MissingRegions.Reason reason) {
        Objects.requireNonNull(withoutRegions.get(reason)).increment();
    }

    void said() {
        said.increment();
    }

    void unsaid() {
        unsaid.increment();
    }
}
