package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.jtransforms.fft.DoubleFFT_1D;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OctaveFilterBankTest {
    private static final int RATE_HZ = 48_000;
    private static final int TONES_AN_OCTAVE = 24;
    private static final double EDGE = 0.5;

    /**
     * Limits of class 1 on the relative attenuation in dB, by powers of G of the octave's frequencies: up to the edge of
     * the band it lies between {@code least} and {@code most}, from the edge on above {@code beyond}.
     */
    private static final class Mask {
        private static final double[] INSIDE_AT = {0, 1 / 8.0, 1 / 4.0, 3 / 8.0, EDGE};
        private static final double[] BEYOND_AT = {EDGE, 1, 2, 3, 4};

        /** IEC 61260-1:2014, table 1. */
        static final Mask EDITION_2014 =
                new Mask(-0.4, new double[] {0.4, 0.5, 0.7, 1.4, 5.3}, new double[] {1.2, 16.6, 40.5, 60, 70});
        /** IEC 61260:1995, table 1, which was stricter. */
        static final Mask EDITION_1995 =
                new Mask(-0.3, new double[] {0.3, 0.4, 0.6, 1.3, 5.0}, new double[] {2.0, 17.5, 42, 61, 70});

        private final double least;
        private final double[] most;
        private final double[] beyond;

        private Mask(double least, double[] most, double[] beyond) {
            this.least = least;
            this.most = most;
            this.beyond = beyond;
        }

        void check(double ratio, int bandsPerOctave, double attenuation, String what) {
            double distance = Math.max(ratio, 1 / ratio);
            double edge = Math.pow(OctaveBands.G, EDGE / bandsPerOctave);
            if (distance <= edge * (1 + 1e-9)) {
                assertThat(attenuation).as(what).isBetween(least, between(INSIDE_AT, most, distance, bandsPerOctave));
            }
            if (distance >= edge * (1 - 1e-9)) {
                assertThat(attenuation)
                        .as(what)
                        .isGreaterThanOrEqualTo(between(BEYOND_AT, beyond, distance, bandsPerOctave));
            }
        }

        /** Straight lines over the logarithm of frequency between the breakpoints (5.10.5). */
        private static double between(double[] powers, double[] limits, double distance, int bandsPerOctave) {
            for (int index = 1; index < powers.length; index++) {
                double from = Math.log(breakpoint(powers[index - 1], bandsPerOctave));
                double to = Math.log(breakpoint(powers[index], bandsPerOctave));
                double at = Math.log(distance);
                if (at <= to) {
                    double share = Math.max(0, (at - from) / (to - from));
                    return limits[index - 1] + share * (limits[index] - limits[index - 1]);
                }
            }
            return limits[limits.length - 1];
        }

        /** Formula 9 of 5.10.4: where the octave's breakpoint lies for a fraction of an octave. */
        private static double breakpoint(double power, int bandsPerOctave) {
            double ofOctave = Math.pow(OctaveBands.G, power);
            double edge = Math.pow(OctaveBands.G, EDGE / bandsPerOctave);
            return 1 + (edge - 1) / (Math.pow(OctaveBands.G, EDGE) - 1) * (ofOctave - 1);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void tonesOverTheWholeRangeAreWithinTheLimitsOfClassOneInEveryBand(int bandsPerOctave) {
        List<OctaveBands.Band> bands = OctaveBands.of(bandsPerOctave, RATE_HZ);
        for (int step = -7 * TONES_AN_OCTAVE; step <= 4.58 * TONES_AN_OCTAVE; step++) {
            double frequencyHz = 1000 * Math.pow(OctaveBands.G, (double) step / TONES_AN_OCTAVE);
            // Faded in, as the click at the start of a tone contains all frequencies.
            double[] powers = powers(
                    bandsPerOctave,
                    3,
                    1,
                    frame -> Math.pow(Math.sin(Math.PI / 2 * Math.min(1, frame / 24_000.0)), 2)
                            * Math.sin(2 * Math.PI * frequencyHz * frame / RATE_HZ));
            for (int band = 0; band < bands.size(); band++) {
                double ratio = frequencyHz / bands.get(band).middleHz();
                double attenuation = 10 * Math.log10(0.5 / powers[band]);
                String what = "%.1f Hz in the band %s"
                        .formatted(frequencyHz, bands.get(band).label());
                Mask.EDITION_2014.check(ratio, bandsPerOctave, attenuation, what);
                Mask.EDITION_1995.check(ratio, bandsPerOctave, attenuation, what);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 12, 24})
    void aSineAtFullScaleInTheMiddleOfABandHasItsMeanSquareThere(int bandsPerOctave) {
        List<OctaveBands.Band> bands = OctaveBands.of(bandsPerOctave, RATE_HZ);
        for (int band = bands.size() - 1; band >= 0; band -= bandsPerOctave + 1) {
            double middleHz = bands.get(band).middleHz();
            double[] powers = powers(bandsPerOctave, 8, 2, Tape.sine(RATE_HZ, middleHz, 1));
            assertThat(10 * Math.log10(powers[band]))
                    .as(bands.get(band).label())
                    .isCloseTo(-3.0103, within(0.02));
        }
    }

    @Test
    void pinkNoiseIsFlat() {
        // One period of noise whose power falls with 1/f, from random phases: each third of an octave holds the same.
        int period = 1 << 19;
        double[] noise = new double[period];
        Random random = new Random(8);
        double perBin = 1e-3;
        for (int bin = 1; bin < period / 2; bin++) {
            double size = Math.sqrt(perBin / bin) * period / 2;
            double phase = 2 * Math.PI * random.nextDouble();
            noise[2 * bin] = size * Math.cos(phase);
            noise[2 * bin + 1] = size * Math.sin(phase);
        }
        new DoubleFFT_1D(period).realInverse(noise, true);
        double expected = 10 * Math.log10(perBin / 2 * Math.log(Math.pow(OctaveBands.G, 1 / 3.0)));

        double seconds = (double) period / RATE_HZ;
        double[] powers = powers(3, 3, seconds, frame -> noise[frame % period]);
        for (int band = 0; band < powers.length; band++) {
            // The lowest band holds 50 lines of the noise's spectrum.
            assertThat(10 * Math.log10(powers[band])).as("band " + band).isCloseTo(expected, within(0.2));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "48000, 3, 31, 20k",
        "44100, 3, 30, 16k",
        "48000, 1, 10, 16k",
        "8000, 3, 23, 3.15k",
        "96000, 24, 240, 19.7k"
    })
    void bandsAreThoseThatTheRateCarries(int rateHz, int bandsPerOctave, int count, String last) {
        List<OctaveBands.Band> bands = OctaveBands.of(bandsPerOctave, rateHz);
        assertThat(bands).hasSize(count);
        assertThat(bands.getLast().label()).isEqualTo(last);
    }

    @Test
    void labelsAreTheNominalMiddlesAndTheMiddlesAreExact() {
        // IEC 61260-1:2014, annex A.
        assertThat(OctaveBands.of(1, 48_000).stream().map(OctaveBands.Band::label))
                .containsExactly("31.5", "63", "125", "250", "500", "1k", "2k", "4k", "8k", "16k");
        assertThat(OctaveBands.of(3, 48_000).stream().map(OctaveBands.Band::label))
                .containsExactly(
                        "20", "25", "31.5", "40", "50", "63", "80", "100", "125", "160", "200", "250", "315", "400",
                        "500", "630", "800", "1k", "1.25k", "1.6k", "2k", "2.5k", "3.15k", "4k", "5k", "6.3k", "8k",
                        "10k", "12.5k", "16k", "20k");
        assertThat(OctaveBands.of(3, 48_000).get(20).middleHz()).isCloseTo(1995.262, within(0.001));
        assertThat(OctaveBands.of(3, 48_000).getFirst().middleHz()).isCloseTo(19.953, within(0.001));
        // Even fractions have an edge at 1 kHz: formula 3.
        assertThat(OctaveBands.of(6, 48_000)).anySatisfy(band -> {
            assertThat(band.lowerHz()).isCloseTo(1000, within(1e-9));
            assertThat(band.middleHz()).isCloseTo(1059.254, within(0.001));
            assertThat(band.label()).isEqualTo("1.06k");
        });
    }

    @Test
    void silenceAfterSoundLeavesNothingBehindToCalculateWith() {
        OctaveFilterBank bank = new OctaveFilterBank(OctaveBands.of(3, RATE_HZ), RATE_HZ, 0.001);
        double[] chunk = new double[OctaveFilterBank.CHUNK];
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            for (int index = 0; index < chunk.length; index++) {
                chunk[index] = random.nextDouble() - 0.5;
            }
            bank.add(chunk, chunk.length);
        }
        for (int round = 0; round < 40_000; round++) {
            Arrays.fill(chunk, 0);
            bank.add(chunk, chunk.length);
        }
        for (int band = 0; band < 31; band++) {
            assertThat(bank.meanSquare(band)).isBetween(0.0, Double.MIN_NORMAL);
        }
    }

    @Test
    void halvingTheRateKeepsWhatIsBelowAndAttenuatesWhatWouldFoldOntoItByEightyDecibels() {
        for (double frequency = 0.001; frequency < 0.5; frequency += 0.00173) {
            HalfBand halfBand = new HalfBand(0.2);
            double[] samples = new double[4000];
            for (int index = 0; index < samples.length; index++) {
                samples[index] = Math.sin(2 * Math.PI * frequency * index);
            }
            int made = halfBand.decimate(samples, samples.length, samples);
            assertThat(made).isEqualTo(2000);
            double energy = 0;
            for (int index = 1000; index < 2000; index++) {
                energy += samples[index] * samples[index];
            }
            double level = 10 * Math.log10(energy / 500);
            if (frequency <= 0.2) {
                assertThat(level).as("at " + frequency).isCloseTo(0, within(0.15));
            } else if (frequency >= 0.3) {
                assertThat(level).as("at " + frequency).isLessThan(-80);
            }
        }
    }

    /** The mean square behind each filter, over some seconds behind those in which the filters settle. */
    private static double[] powers(
            int bandsPerOctave, double settleSeconds, double seconds, IntToDoubleFunction sample) {
        int count = OctaveBands.of(bandsPerOctave, RATE_HZ).size();
        OctaveFilterBank bank = new OctaveFilterBank(OctaveBands.of(bandsPerOctave, RATE_HZ), RATE_HZ, 0.05);
        double[] chunk = new double[OctaveFilterBank.CHUNK];
        double[] sums = new double[count];
        int reads = 0;
        for (int frame = 0; frame < (settleSeconds + seconds) * RATE_HZ; frame += chunk.length) {
            for (int index = 0; index < chunk.length; index++) {
                chunk[index] = sample.applyAsDouble(frame + index);
            }
            bank.add(chunk, chunk.length);
            if (frame >= settleSeconds * RATE_HZ) {
                reads++;
                for (int band = 0; band < count; band++) {
                    sums[band] += bank.meanSquare(band);
                }
            }
        }
        for (int band = 0; band < count; band++) {
            sums[band] /= reads;
        }
        return sums;
    }
}
