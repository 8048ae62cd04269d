package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateMeterTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private long nowNanos = -7 * SECOND_NANOS;
    private final RateMeter meter = new RateMeter(() -> nowNanos);

    private void marks(int hz, int seconds) {
        for (int mark = 0; mark < hz * seconds; mark++) {
            meter.mark();
            nowNanos += SECOND_NANOS / hz;
        }
    }

    @Test
    void aSteadyRateIsTold() {
        marks(50, 2);
        assertThat(meter.hz()).isEqualTo(50);
        marks(50, 20);
        assertThat(meter.hz()).isEqualTo(50);
    }

    @Test
    void onlyTheLastFiveSecondsCount() {
        marks(50, 10);
        marks(10, 4);
        assertThat(meter.hz()).isEqualTo((50 + 4 * 10) / 5.0);
        marks(10, 1);
        assertThat(meter.hz()).isEqualTo(10);
    }

    @Test
    void silenceIsNoRate() {
        assertThat(meter.hz()).isZero();
        marks(50, 10);
        nowNanos += 6 * SECOND_NANOS;
        assertThat(meter.hz()).isZero();
        nowNanos += 1_000 * SECOND_NANOS;
        assertThat(meter.hz()).isZero();
    }
}
