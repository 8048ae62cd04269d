package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MediansTest {
    @Test
    void oneSpoiledRoundDoesNotMoveTheMedian() {
        assertThat(Medians.of(List.of(10.0, 11.0, 9_000.0, 12.0, 9.0))).isEqualTo(11);
    }

    @Test
    void anEvenNumberOfRoundsTakesTheMeanOfTheTwoInTheMiddle() {
        assertThat(Medians.of(List.of(4.0, 1.0, 3.0, 100.0))).isEqualTo(3.5);
    }

    @Test
    void noRoundsHaveNoMedian() {
        assertThat(Medians.of(List.of())).isNaN();
        assertThat(Medians.spread(List.of())).isEqualTo("no rounds");
    }

    @Test
    void theSpreadIsTheSmallestAndTheLargestRound() {
        assertThat(Medians.spread(List.of(25.04, 3.0, 117.6))).isEqualTo("3–118");
    }

    @Test
    void aPercentileIsAValueThatWasMeasured() {
        List<Double> values =
                IntStream.rangeClosed(1, 40).mapToObj(Double::valueOf).toList().reversed();
        assertThat(Medians.percentile(95, values)).isEqualTo(38);
        assertThat(Medians.percentile(100, values)).isEqualTo(40);
        assertThat(Medians.percentile(50, List.of(7.0))).isEqualTo(7);
        assertThat(Medians.percentile(95, List.of())).isNaN();
    }
}
