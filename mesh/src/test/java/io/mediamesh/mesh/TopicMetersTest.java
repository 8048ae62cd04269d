package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Topic;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TopicMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TopicMeters meters = new TopicMeters(registry, 3);

    private static TopicStats stats(String stream, long published) {
        return new TopicStats(Topic.of(stream, "video"), "m", 7, 2, 25, published, 1, 0.1, 1, 2, 3, 4);
    }

    private double published(String stream) {
        return registry.get("mediamesh.topic.published")
                .tag("stream", stream)
                .functionCounter()
                .count();
    }

    private List<String> streams() {
        return registry.find("mediamesh.topic.rate.hertz").meters().stream()
                .map(Meter::getId)
                .map(id -> String.valueOf(id.getTag("stream")))
                .sorted()
                .toList();
    }

    @Test
    void aTopicHasRowsWhileItIsActive() {
        meters.update(List.of(stats("a", 10)), List.of());
        meters.update(List.of(stats("a", 40)), List.of());
        assertThat(published("a")).isEqualTo(40);
        meters.update(List.of(), List.of());
        assertThat(registry.find("mediamesh.topic.published").meters()).isEmpty();
    }

    @Test
    void topicsBeyondTheBoundAreSummedUpByKind() {
        List<TopicStats> ten = IntStream.range(0, 10)
                .mapToObj(index -> stats("s" + index, 100))
                .toList();
        meters.update(ten, List.of());
        assertThat(streams()).containsExactly(TopicMeters.OTHERS, "s0", "s1", "s2");
        assertThat(published(TopicMeters.OTHERS)).isEqualTo(700);
        assertThat(registry.get("mediamesh.topic.rate.hertz")
                        .tag("stream", TopicMeters.OTHERS)
                        .gauge()
                        .value())
                .isEqualTo(175);
        // Who has a row keeps it, so that its counters never jump; a free one goes to the next.
        meters.update(ten.subList(1, 10).reversed(), List.of());
        assertThat(streams()).contains("s1", "s2", TopicMeters.OTHERS).hasSize(4);
    }

    @Test
    void subscribersAreToldApartByWhatTheyAreAndNotByTheirNames() {
        assertThat(TopicMeters.roleOf("viewers of door/video")).isEqualTo("viewers");
        assertThat(TopicMeters.roleOf("door/annotated")).isEqualTo("annotated");
        assertThat(TopicMeters.roleOf("recording 20261122-7f3a")).isEqualTo("recording");
        assertThat(TopicMeters.roleOf("member north")).isEqualTo("member");
        assertThat(TopicMeters.roleOf("marking objects")).isEqualTo("marking objects");
    }
}
