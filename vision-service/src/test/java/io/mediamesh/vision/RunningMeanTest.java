package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RunningMeanTest {
    @Test
    void itIsOverTheLastValuesOnly() {
        RunningMean mean = new RunningMean(3);
        assertThat(mean.mean()).isZero();

        mean.add(10);
        assertThat(mean.mean()).isEqualTo(10);
        mean.add(20);
        mean.add(30);
        assertThat(mean.count()).isEqualTo(3);
        assertThat(mean.mean()).isEqualTo(20);

        mean.add(100);
        assertThat(mean.count()).isEqualTo(3);
        assertThat(mean.mean()).isEqualTo(50);
    }

    @Test
    void aLargeValueOfLongAgoLeavesNoTrace() {
        RunningMean mean = new RunningMean(2);
        mean.add(1e300);
        mean.add(0.1);
        mean.add(0.3);

        assertThat(mean.mean()).isEqualTo((0.1 + 0.3) / 2);
    }
}
