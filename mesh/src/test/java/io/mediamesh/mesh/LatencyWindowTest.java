package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class LatencyWindowTest {
    @Test
    void everyRollShowsWhatWasRecordedSinceTheLastOne() {
        LatencyWindow window = new LatencyWindow();
        for (int round = 1; round <= 5; round++) {
            for (int millis = 1; millis <= 100; millis++) {
                window.record(1_000_000L * millis * round);
            }
            window.roll();
            assertThat(window.millisAt(50)).isCloseTo(50.0 * round, Percentage.withPercentage(2));
            assertThat(window.millisAt(95)).isCloseTo(95.0 * round, Percentage.withPercentage(2));
        }
        window.roll();
        assertThat(window.millisAt(50)).isZero();
    }
}
