package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.StreamId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is counted of the topic {@code events}. Of different streams, places and labels there are no more than can be kept in
 * a time series database; whatever comes after them is counted together. Thread-safe.
 */
final class EventMeters {
    private static final int MOST_SERIES = 1_000;
    private static final String OTHER = "other";

    private final MeterRegistry meters;
    private final Map<Series, Counter> counters = new HashMap<>();

    private record Series(String stream, String event, String place, String label) {}

    EventMeters(MeterRegistry meters, Supplier<Number> streams) {
        this.meters = meters;
        Gauge.builder("mediamesh.events.streams", streams)
                .description("Streams whose objects are looked at by rules at this member.")
                .register(meters);
    }

    synchronized void count(StreamId stream, ObjectEvent event) {
        String kind = event.kind().name().toLowerCase(Locale.ROOT);
        Series wanted = new Series(stream.value(), kind, event.place().orElse(""), event.label());
        boolean room = counters.containsKey(wanted) || counters.size() < MOST_SERIES;
        counters.computeIfAbsent(room ? wanted : new Series(OTHER, kind, OTHER, OTHER), this::counter)
                .increment();
    }

    private Counter counter(Series series) {
        return Counter.builder("mediamesh.events")
                .description("What objects did in streams, by zone or line and by class.")
                .tag("stream", series.stream)
                .tag("event", series.event)
                .tag("place", series.place)
                .tag("label", series.label)
                .register(meters);
    }

    /** A stream is gone, and what was counted of it. */
    synchronized void forget(StreamId stream) {
        counters.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey().stream.equals(stream.value());
            if (gone) {
                meters.remove(entry.getValue());
            }
            return gone;
        });
    }
}
