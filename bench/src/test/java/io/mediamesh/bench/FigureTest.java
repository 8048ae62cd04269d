package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {
    private static Figure beside(double value, double peer, Goal goal) {
        return Figure.beside("work", "µs", value, new Figure.Peer("other", peer), goal);
    }

    @Test
    void aRatioIsOursDividedByThePeers() {
        assertThat(beside(30, 40, new Goal.None()).ratio()).isEqualTo(0.75);
    }

    @ParameterizedTest
    @CsvSource({"25, 25, OK", "24.9, 25, OK", "25.1, 25, MISSED"})
    void atMostAsMuchAsThePeerIncludesAsMuch(double value, double peer, String verdict) {
        assertThat(beside(value, peer, new Goal.RatioAtMost(1)).verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"700, 1000, OK", "699, 1000, MISSED"})
    void atLeastAShareOfThePeer(double value, double peer, String verdict) {
        assertThat(beside(value, peer, new Goal.RatioAtLeast(0.7)).verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"60, OK", "60.01, MISSED"})
    void anAbsoluteGoalLooksAtTheValueAlone(double value, String verdict) {
        assertThat(Figure.alone("delay", "ms", value, new Goal.ValueAtMost(60)).verdict())
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"29.5, OK", "29.49, MISSED"})
    void aRateMayNotBeSmaller(double value, String verdict) {
        assertThat(Figure.alone("rate", "/s", value, new Goal.ValueAtLeast(29.5))
                        .verdict())
                .isEqualTo(verdict);
    }

    @Test
    void whatCouldNotBeMeasuredReachesNoGoal() {
        assertThat(beside(Double.NaN, 1, new Goal.RatioAtMost(1)).isMet()).isFalse();
        assertThat(beside(0, 0, new Goal.RatioAtMost(1)).isMet()).isFalse();
        assertThat(beside(1, 0, new Goal.RatioAtLeast(0.7)).isMet()).isFalse();
        assertThat(Figure.alone("delay", "ms", Double.NaN, new Goal.ValueAtMost(60))
                        .isMet())
                .isFalse();
        assertThat(Figure.alone("rate", "/s", Double.NaN, new Goal.ValueAtLeast(0))
                        .isMet())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.0123, 0.012", "3.14159, 3.14", "25.04, 25.0", "1235.4, 1235", "450, 450"})
    void numbersHaveAboutThreeDigits(double value, String text) {
        assertThat(Figure.number(value)).isEqualTo(text);
    }
}
