package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdaptiveRateTest {
    private static final long SECOND = 1_000_000_000L;

    private final AdaptiveRate rate = new AdaptiveRate();
    private long nowNanos = System.nanoTime();

    /** A second with so many messages; how many of them were let through. */
    private int second(int messages, boolean lossy) {
        int admitted = 0;
        for (int message = 0; message < messages; message++) {
            if (rate.admits()) {
                admitted++;
            }
        }
        if (lossy) {
            rate.dropped();
        }
        nowNanos += SECOND;
        return admitted;
    }

    @Test
    void whoKeepsUpGetsEverything() {
        for (int second = 0; second < 30; second++) {
            assertThat(second(50, false)).isEqualTo(50);
            assertThat(rate.judge(nowNanos)).isEmpty();
        }
    }

    @Test
    void aSingleLossChangesNothing() {
        second(50, true);
        assertThat(rate.judge(nowNanos)).isEmpty();
        second(50, false);
        assertThat(rate.judge(nowNanos)).isEmpty();
        assertThat(rate.stride()).isEqualTo(1);
    }

    @Test
    void lossesThatGoOnHalveTheRateAndQuietDoublesItAgain() {
        second(50, true);
        rate.judge(nowNanos);
        second(50, true);
        Optional<AdaptiveRate.Change> lowered = rate.judge(nowNanos);
        assertThat(lowered).isPresent();
        assertThat(lowered.orElseThrow().rateHz()).isEqualTo(25);
        assertThat(second(50, true)).isEqualTo(25);
        rate.judge(nowNanos);
        second(50, true);
        assertThat(rate.judge(nowNanos).orElseThrow().rateHz()).isEqualTo(12.5);

        for (int quiet = 0; quiet < 9; quiet++) {
            second(50, false);
            assertThat(rate.judge(nowNanos)).isEmpty();
        }
        second(50, false);
        assertThat(rate.judge(nowNanos).orElseThrow().rateHz()).isEqualTo(25);
    }

    @Test
    void somethingIsLetThroughHoweverBadItIs() {
        for (int second = 0; second < 100; second++) {
            second(50, true);
            rate.judge(nowNanos);
        }
        int admitted = 0;
        for (int second = 0; second < 10; second++) {
            admitted += second(50, true);
        }
        assertThat(admitted).isPositive();
    }
}
