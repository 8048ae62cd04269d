package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleSimulationTest {
    @Test
    void aSmallClusterIsBalancedAndOnlyTheTopicsOfTheDeadMove() throws InterruptedException {
        List<String> steps = new ArrayList<>();
        JsonObject result = new ScaleSimulation(12, 240, 1_200, 2_000, 1_500).run(steps::add);
        assertThat(steps).hasSize(5);
        assumeThat(result.getLong("missed"))
                .as("members that missed each other, because this machine has too much to do")
                .isZero();
        // 1,200 viewers of 240 streams: e^-5 of the streams have none (Poisson), which is 2.
        assertThat(result.getInteger("topics")).isBetween(230, 240);
        // The bound is 26 for a mean of 20, and a little more for what members have not heard of each other yet;
        // hashing
        // alone gives up to 1.6 (the largest of 12 Poisson numbers).
        assertThat(result.getDouble("fullest")).isLessThanOrEqualTo(1.4);
        assertThat(result.getLong("dead_share")).isPositive();
        // Topics that only the dead member's own viewers watched have ended; nothing else changed hands.
        assertThat(result.getLong("moved_at_death")).isPositive().isLessThanOrEqualTo(result.getLong("dead_share"));
        // One in 12 belongs to the newcomer; it may get twice as many.
        assertThat(result.getLong("moved_at_birth")).isBetween(1L, 40L);
        JsonObject messages = result.getJsonObject("messages_per_node_and_second");
        assertThat(messages.getDouble("reply")).isPositive();
        assertThat(messages.getDouble("control")).isPositive();
        assertThat(result.getDouble("map_operations_per_node_and_second")).isPositive();
        assertThat(result.getLong("directory_bytes")).isGreaterThan(240L * 50);
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
                .put("missed", 0)
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
        // 5 subscriptions for each of 100 members: six losses are more than one in a hundred.
        assertThatThrownBy(() -> ScaleBenchmark.outcome(result.copy().put("missed", 6)))
                .hasMessageContaining("too busy");
    }
}
