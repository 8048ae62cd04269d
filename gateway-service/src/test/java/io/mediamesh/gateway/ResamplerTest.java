package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against tones in closed form: what comes out has to be the same tone, sampled at the other rate. */
class ResamplerTest {
    private static final int SECONDS = 1;

    private static float[] tone(double frequencyHz, int rateHz) {
        float[] samples = new float[SECONDS * rateHz];
        for (int index = 0; index < samples.length; index++) {
            samples[index] = (float) (0.5 * Math.sin(2 * Math.PI * frequencyHz * index / rateHz));
        }
        return samples;
    }

    /** Resamples in blocks of changing lengths, as they come from sources. */
    private static float[] resample(float[] input, int fromHz, int toHz) {
        Resampler resampler = new Resampler(fromHz, toHz);
        Random lengths = new Random(7);
        float[] output = new float[(int) ((long) input.length * toHz / fromHz) + 10];
        int filled = 0;
        for (int at = 0; at < input.length; ) {
            int length = Math.min(input.length - at, 1 + lengths.nextInt(1_000));
            float[] piece = resampler.process(Arrays.copyOfRange(input, at, at + length), length);
            System.arraycopy(piece, 0, output, filled, piece.length);
            filled += piece.length;
            at += length;
        }
        return Arrays.copyOf(output, filled);
    }

    /** Amplitude of the tone of this frequency in the middle of the samples, by least squares (a single DFT bin). */
    private static double amplitude(float[] samples, double frequencyHz, int rateHz) {
        double sine = 0;
        double cosine = 0;
        int from = samples.length / 4;
        // A whole number of periods of every frequency used here: half a second.
        int to = from + rateHz / 2;
        for (int index = from; index < to; index++) {
            double phase = 2 * Math.PI * frequencyHz * index / rateHz;
            sine += samples[index] * Math.sin(phase);
            cosine += samples[index] * Math.cos(phase);
        }
        return 2 * Math.hypot(sine, cosine) / (to - from);
    }

    /** Root mean square of what differs from the tone that should have come out. */
    private static double error(float[] samples, double frequencyHz, int rateHz) {
        double sum = 0;
        int from = samples.length / 4;
        int to = 3 * samples.length / 4;
        for (int index = from; index < to; index++) {
            double expected = 0.5 * Math.sin(2 * Math.PI * frequencyHz * index / rateHz);
            sum += (samples[index] - expected) * (samples[index] - expected);
        }
        return Math.sqrt(sum / (to - from));
    }

    private static double decibels(double ratio) {
        return 20 * Math.log10(ratio);
    }

    @ParameterizedTest
    @CsvSource({
        "48000, 44100, 100", "48000, 44100, 1000", "48000, 44100, 12000", "48000, 44100, 19800",
        "44100, 48000, 1000", "44100, 48000, 19800", "48000, 8000, 440", "48000, 8000, 3600",
        "8000, 44100, 1000", "8000, 44100, 3600", "16000, 44101, 7000", "48000, 96000, 20000",
    })
    void aToneOfThePassbandKeepsItsAmplitudeAndItsPhase(int fromHz, int toHz, double frequencyHz) {
        float[] output = resample(tone(frequencyHz, fromHz), fromHz, toHz);

        assertThat(decibels(amplitude(output, frequencyHz, toHz) / 0.5)).isCloseTo(0, within(0.1));
        assertThat(decibels(error(output, frequencyHz, toHz) / (0.5 / Math.sqrt(2))))
                .as("everything else: images, aliases, seams between blocks")
                .isLessThan(-70);
    }

    @ParameterizedTest
    @CsvSource({"48000, 44100, 22100", "48000, 44100, 23500", "48000, 8000, 4020", "48000, 8000, 10000"})
    void aToneAboveTheLowerNyquistFrequencyLeavesNoAlias(int fromHz, int toHz, double frequencyHz) {
        float[] output = resample(tone(frequencyHz, fromHz), fromHz, toHz);

        assertThat(decibels(peak(output) / 0.5)).isLessThan(-70);
    }

    @ParameterizedTest
    @CsvSource({"8000, 44100, 1000", "8000, 48000, 3500", "44100, 96000, 15000"})
    void aToneLeavesNoImage(int fromHz, int toHz, double frequencyHz) {
        float[] output = resample(tone(frequencyHz, fromHz), fromHz, toHz);

        for (double image = fromHz - frequencyHz; image < toHz / 2.0; image += fromHz) {
            assertThat(decibels(amplitude(output, image, toHz) / 0.5))
                    .as("at " + image + " Hz")
                    .isLessThan(-70);
        }
    }

    @Test
    void blocksOfAnyLengthGiveTheSameAsOne() {
        float[] input = tone(997, 48_000);

        float[] whole = new Resampler(48_000, 44_100).process(input, input.length);

        assertThat(resample(input, 48_000, 44_100)).isEqualTo(whole);
    }

    @Test
    void asMuchComesOutAsWentInButForTheLengthOfTheFilter() {
        float[] output = resample(new float[480_000], 48_000, 44_100);

        assertThat(output.length).isBetween(440_800, 441_000);
    }

    private static double peak(float[] samples) {
        double peak = 0;
        for (int index = samples.length / 4; index < 3 * samples.length / 4; index++) {
            peak = Math.max(peak, Math.abs(samples[index]));
        }
        return peak;
    }
}
