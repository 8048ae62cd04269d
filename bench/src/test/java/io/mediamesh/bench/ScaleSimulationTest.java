package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleSimulationTest {
    @Test
    void aSmallClusterIsBalancedAndOnlyTheTopicsOfTheDeadMove() throws InterruptedException {
        List<String> steps = new ArrayList<>();
        JsonObject result = new ScaleSimulation(10, 400, 2_000, 2_500).run(steps::add);
        assertThat(steps).hasSize(5);
        // 2,000 viewers of 400 streams: e^-5 of the streams have none (Poisson), which is 3.
        assertThat(result.getInteger("topics")).isBetween(385, 400);
        assertThat(result.getDouble("fullest")).isLessThanOrEqualTo(1.3);
        assertThat(result.getLong("dead_share")).isPositive();
        // Topics that only the dead member's own viewers watched have ended; nothing else changed hands.
        assertThat(result.getLong("moved_at_death")).isPositive().isLessThanOrEqualTo(result.getLong("dead_share"));
        // One in eleven belongs to the newcomer; it may get half as many again.
        assertThat(result.getLong("moved_at_birth")).isBetween(1L, 400L * 3 / 22);
        JsonObject messages = result.getJsonObject("messages_per_node_and_second");
        assertThat(messages.getDouble("credit")).isPositive();
        assertThat(messages.getDouble("control")).isPositive();
        assertThat(result.getDouble("map_operations_per_node_and_second")).isPositive();
        assertThat(result.getLong("directory_bytes")).isGreaterThan(400L * 50);
    }

    @Test
    void theFullestIsAMultipleOfTheMean() {
        assertThat(ScaleSimulation.fullest(List.of("a", "a", "a", "b"), 2)).isEqualTo(1.5);
        assertThat(ScaleSimulation.fullest(List.of("a", "b"), 4)).isEqualTo(2);
    }

    @Test
    void aClusterThatIsOutOfBalanceMissesItsGoal() {
        JsonObject result = new JsonObject()
                .put("topics", 1000)
                .put("dead_share", 10)
                .put("moved_at_death", 15)
                .put("moved_at_birth", 9)
                .put("fullest", 1.2)
                .put("fullest_after_death", 1.2)
                .put("recovery_seconds", 1)
                .put("subscriptions_per_node", 5)
                .put("directory_bytes", 1 << 20)
                .put("heap_bytes_per_node", 1 << 20)
                .put("map_operations_per_node_and_second", 3)
                .put(
                        "messages_per_node_and_second",
                        new JsonObject()
                                .put("credit", 1)
                                .put("control", 2)
                                .put("reply", 3)
                                .put("load", 4)
                                .put("directory", 0));
        assertThat(ScaleBenchmark.outcome(result).isMet()).isTrue();
        assertThat(ScaleBenchmark.outcome(result.copy().put("fullest", 1.3)).isMet())
                .isFalse();
        assertThat(ScaleBenchmark.outcome(result.copy().put("moved_at_death", 21))
                        .isMet())
                .isFalse();
    }
}
