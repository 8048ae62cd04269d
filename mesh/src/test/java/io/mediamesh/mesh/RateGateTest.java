package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateGateTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"30, 15, 150", "30, 10, 100", "30, 30, 300", "30, 60, 300", "25, 15, 150", "29.97, 1, 10"})
    void tenSecondsOfASourceWithJitterGiveTheWantedRate(double sourceHz, double wantedHz, int expected) {
        RateGate gate = new RateGate(wantedHz);
        Random random = new Random(3);
        int admitted = 0;
        for (int frame = 0; frame < sourceHz * 10; frame++) {
            long jitter = (long) (random.nextGaussian() * 2_000_000);
            if (gate.admit(SECOND + (long) (frame * SECOND / sourceHz) + jitter)) {
                admitted++;
            }
        }
        assertThat(admitted).isBetween(expected - 3, expected + 1);
    }

    @Test
    void afterAPauseTheRateIsNotMadeUpFor() {
        RateGate gate = new RateGate(10);
        assertThat(gate.admit(0)).isTrue();
        assertThat(gate.admit(100 * SECOND)).isTrue();
        assertThat(gate.admit(100 * SECOND + 1)).isFalse();
    }

    @Test
    void aClockOfAnotherMachineDoesNotCloseTheGate() {
        RateGate gate = new RateGate(10);
        assertThat(gate.admit(1000 * SECOND)).isTrue();
        assertThat(gate.admit(5 * SECOND)).isTrue();
    }
}
