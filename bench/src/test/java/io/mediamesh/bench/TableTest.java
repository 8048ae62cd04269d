package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void everyFigureIsALineWithItsPeerItsGoalAndTheVerdict() {
        String table = Table.of(List.of(
                Figure.beside("CPU", "µs", 20, new Figure.Peer("gorilla-hub", 25), new Goal.RatioAtMost(1)),
                Figure.alone("capture to client, p95", "ms", 72.4, new Goal.ValueAtMost(60)),
                Figure.alone("p50", "ms", 8.1, new Goal.None())));

        assertThat(table).isEqualTo("""
                        figure                  mediamesh  peer                 ratio  goal
                        CPU                     20 µs      25 µs (gorilla-hub)  0.80   ratio ≤ 1.00  OK
                        capture to client, p95  72.4 ms                                ≤ 60 ms       MISSED
                        p50                     8.10 ms
                        """);
    }
}
