package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class WeightingTest {
    /**
     * Nominal frequency; A and C by IEC 61672-1:2002, table 2 (which the edition of 2013 keeps); B by IEC 60651:1979,
     * table 4; the limits of class 1 above and below by the same table 2, −1000 standing for −∞.
     */
    @ParameterizedTest(name = "{0} Hz")
    @CsvSource({
        "10, -70.4, -38.2, -14.3, 3.5, -1000",
        "12.5, -63.4, -33.2, -11.2, 3.0, -1000",
        "16, -56.7, -28.5, -8.5, 2.5, -4.5",
        "20, -50.5, -24.2, -6.2, 2.5, -2.5",
        "25, -44.7, -20.4, -4.4, 2.5, -2.0",
        "31.5, -39.4, -17.1, -3.0, 2.0, -2.0",
        "40, -34.6, -14.2, -2.0, 1.5, -1.5",
        "50, -30.2, -11.6, -1.3, 1.5, -1.5",
        "63, -26.2, -9.3, -0.8, 1.5, -1.5",
        "80, -22.5, -7.4, -0.5, 1.5, -1.5",
        "100, -19.1, -5.6, -0.3, 1.5, -1.5",
        "125, -16.1, -4.2, -0.2, 1.5, -1.5",
        "160, -13.4, -3.0, -0.1, 1.5, -1.5",
        "200, -10.9, -2.0, 0, 1.5, -1.5",
        "250, -8.6, -1.3, 0, 1.4, -1.4",
        "315, -6.6, -0.8, 0, 1.4, -1.4",
        "400, -4.8, -0.5, 0, 1.4, -1.4",
        "500, -3.2, -0.3, 0, 1.4, -1.4",
        "630, -1.9, -0.1, 0, 1.4, -1.4",
        "800, -0.8, 0, 0, 1.4, -1.4",
        "1000, 0, 0, 0, 1.1, -1.1",
        "1250, 0.6, 0, 0, 1.4, -1.4",
        "1600, 1.0, 0, -0.1, 1.6, -1.6",
        "2000, 1.2, -0.1, -0.2, 1.6, -1.6",
        "2500, 1.3, -0.2, -0.3, 1.6, -1.6",
        "3150, 1.2, -0.4, -0.5, 1.6, -1.6",
        "4000, 1.0, -0.7, -0.8, 1.6, -1.6",
        "5000, 0.5, -1.2, -1.3, 2.1, -2.1",
        "6300, -0.1, -1.9, -2.0, 2.1, -2.6",
        "8000, -1.1, -2.9, -3.0, 2.1, -3.1",
        "10000, -2.5, -4.3, -4.4, 2.6, -3.6",
        "12500, -4.3, -6.1, -6.2, 3.0, -6.0",
        "16000, -6.6, -8.4, -8.5, 3.5, -17.0",
        "20000, -9.3, -11.1, -11.2, 4.0, -1000"
    })
    void liesWithinTheLimitsOfClassOneAndIsTheTableItself(
            double nominalHz, double a, double b, double c, double above, double below) {
        // The values of the table belong to the exact frequencies, a tenth of a decade apart, and have one decimal.
        double exactHz = Math.pow(10, Math.round(10 * Math.log10(nominalHz)) / 10.0);
        Map<Weighting, Double> expected = Map.of(Weighting.NONE, 0.0, Weighting.A, a, Weighting.B, b, Weighting.C, c);
        for (Weighting weighting : Weighting.values()) {
            double deviation = weighting.decibels(exactHz) - expected.getOrDefault(weighting, Double.NaN);
            assertThat(deviation).as(weighting.label()).isBetween(below, above);
            assertThat(deviation).as(weighting.label()).isCloseTo(0, within(0.051));
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsNameInSettingsIsThatOfMessages(Weighting weighting) {
        assertThat(Weighting.setting("w").parse(weighting.label())).isSameAs(weighting);
        assertThat(Tape.refusal(Weighting.setting("w"), "D")).contains("none | A | B | C");
    }
}
