package io.mediamesh.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The statistics of the topics produced here, for Prometheus: one row a topic, gone when the topic is idle. */
final class TopicMeters {
    private record Column(MultiGauge gauge, ToDoubleFunction<TopicStats> value) {}

    private final List<Column> columns = new ArrayList<>();

    TopicMeters(MeterRegistry registry) {
        add(registry, "mediamesh.topic.rate.hertz", "Items a second", TopicStats::rateHz);
        add(registry, "mediamesh.topic.published", "Items published since the producer started", TopicStats::published);
        add(registry, "mediamesh.topic.dropped", "Items dropped at slow subscribers", TopicStats::dropped);
        add(registry, "mediamesh.topic.subscribers", "Subscriptions and links", TopicStats::subscribers);
        add(
                registry,
                "mediamesh.topic.publish.p95.seconds",
                "Capture to publication, 95th percentile",
                stats -> stats.publishP95Millis() / 1000);
        add(
                registry,
                "mediamesh.topic.deliver.p95.seconds",
                "Capture to delivery, 95th percentile",
                stats -> stats.deliverP95Millis() / 1000);
    }

    private void add(MeterRegistry registry, String name, String description, ToDoubleFunction<TopicStats> value) {
        columns.add(new Column(MultiGauge.builder(name).description(description).register(registry), value));
    }

    void update(List<TopicStats> topics) {
        for (Column column : columns) {
            column.gauge.register(
                    topics.stream()
                            .map(stats -> MultiGauge.Row.of(
                                    Tags.of(
                                            "stream",
                                            stats.topic().stream().value(),
                                            "topic",
                                            stats.topic().kind()),
                                    column.value.applyAsDouble(stats)))
                            .toList(),
                    true);
        }
    }
}
