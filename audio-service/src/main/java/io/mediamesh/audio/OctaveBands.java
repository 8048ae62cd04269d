package io.mediamesh.audio;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * The bands of fractions of an octave in the audible range by IEC 61260-1:2014, 5.2 to 5.5: exact middles on the base of
 * ten, so that ten third octaves are a decade and one has its middle at 1 kHz where the fraction is odd.
 */
final class OctaveBands {
    /** The octave ratio. */
    static final double G = Math.pow(10, 0.3);

    private static final double REFERENCE_HZ = 1000;
    private static final double LOWEST_HZ = 19.9;
    private static final double HIGHEST_HZ = 20_000;
    /** Closer to half the rate a band cannot be told from its mirror image. */
    private static final double HIGHEST_EDGE = 0.47;

    private static final String[] NOMINAL = {"1", "1.25", "1.6", "2", "2.5", "3.15", "4", "5", "6.3", "8"};
    private static final int REFERENCE_DECADE = 3;

    private OctaveBands() {}

    /**
     * A band.
     *
     * @param lowerHz its lower edge
     * @param middleHz the exact middle
     * @param upperHz its upper edge
     * @param label what people call it, in Hz: {@code 31.5}, {@code 1.25k}
     */
    record Band(double lowerHz, double middleHz, double upperHz, String label) {}

    /** All whose middle is from 20 Hz to 20 kHz and whose upper edge sound of this rate can have. */
    static List<Band> of(int bandsPerOctave, int sampleRateHz) {
        List<Band> bands = new ArrayList<>();
        double halfBand = Math.pow(G, 0.5 / bandsPerOctave);
        for (int index = -6 * bandsPerOctave; index <= 5 * bandsPerOctave; index++) {
            double exponent = bandsPerOctave % 2 == 1
                    ? (double) index / bandsPerOctave
                    : (2 * index + 1) / (2.0 * bandsPerOctave);
            double middleHz = REFERENCE_HZ * Math.pow(G, exponent);
            double upperHz = middleHz * halfBand;
            if (middleHz >= LOWEST_HZ && middleHz <= HIGHEST_HZ && upperHz <= HIGHEST_EDGE * sampleRateHz) {
                bands.add(new Band(middleHz / halfBand, middleHz, upperHz, label(bandsPerOctave, index, middleHz)));
            }
        }
        return List.copyOf(bands);
    }

    private static String label(int bandsPerOctave, int index, double middleHz) {
        if (bandsPerOctave > 3) {
            return kilo(new BigDecimal(middleHz).round(new MathContext(3)));
        }
        int tenthsOfDecade = REFERENCE_DECADE * 10 + index * 3 / bandsPerOctave;
        return kilo(new BigDecimal(NOMINAL[tenthsOfDecade % 10]).scaleByPowerOfTen(tenthsOfDecade / 10));
    }

    private static String kilo(BigDecimal hertz) {
        BigDecimal thousand = BigDecimal.valueOf(1000);
        return hertz.compareTo(thousand) < 0 ? plain(hertz) : plain(hertz.divide(thousand)) + "k";
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
