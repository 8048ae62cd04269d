package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jtransforms.fft.DoubleFFT_1D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against delays that are made exactly, by turning the phases of the whole sound. */
class DelayEstimatorTest {
    private static final AnalyserKind KIND = new DelayEstimatorKind();
    private static final double RMS = 0.1;

    /** The same sound later by so many samples, fractions included; what leaves at the end comes in at the beginning. */
    private static double[] delayed(double[] samples, double delay) {
        int size = samples.length;
        double[] spectrum = samples.clone();
        DoubleFFT_1D transform = new DoubleFFT_1D(size);
        transform.realForward(spectrum);
        for (int bin = 1; bin < size / 2; bin++) {
            double angle = -2 * Math.PI * bin * delay / size;
            double real = spectrum[2 * bin];
            double imaginary = spectrum[2 * bin + 1];
            spectrum[2 * bin] = real * Math.cos(angle) - imaginary * Math.sin(angle);
            spectrum[2 * bin + 1] = real * Math.sin(angle) + imaginary * Math.cos(angle);
        }
        spectrum[1] = 0;
        transform.realInverse(spectrum, true);
        return spectrum;
    }

    private static List<Fields> measure(double[] left, double[] right) {
        return new ArraySound(Tones.RATE_HZ, left, right)
                .play(KIND.open(TestSettings.defaultsOf(KIND))).stream()
                        .map(ArraySound.Result::fields)
                        .toList();
    }

    private static double number(Fields fields, String name) {
        return fields.number(name).orElseThrow();
    }

    private static Optional<Fields.Value> text(String text) {
        return Optional.of(new Fields.Value.Text(text));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 7.25, -13.6, 480, 4799.4, -4321.9})
    void findsADelayToAHundredthOfASample(double delay) {
        double[] sound = Tones.whiteNoise(2, RMS, 1);
        assertThat(measure(sound, delayed(sound, delay))).hasSize(4).allSatisfy(fields -> {
            assertThat(number(fields, "delay_samples")).isCloseTo(delay, within(0.01));
            assertThat(number(fields, "delay_ms")).isCloseTo(delay / 48, within(0.001));
            assertThat(number(fields, "distance_m")).isCloseTo(343 * delay / 48_000, within(0.001));
            assertThat(number(fields, "confidence")).isGreaterThan(0.9);
            assertThat(fields.get("polarity")).isEqualTo(text("normal"));
            assertThat(fields.get("status")).isEqualTo(text("measured"));
        });
    }

    @Test
    void findsADelayThroughNoiseAsLoudAsTheSound() {
        double[] sound = Tones.pinkNoise(4, RMS, 2);
        double[] left = Tones.sum(sound, Tones.whiteNoise(4, RMS, 3));
        double[] right = Tones.sum(delayed(sound, 123.4), Tones.whiteNoise(4, RMS, 4));
        assertThat(measure(left, right)).allSatisfy(fields -> {
            assertThat(number(fields, "delay_samples")).isCloseTo(123.4, within(1.0));
            assertThat(number(fields, "confidence")).isGreaterThan(0.5);
        });
        double[] broad = Tones.whiteNoise(4, RMS, 5);
        assertThat(measure(
                        Tones.sum(broad, Tones.whiteNoise(4, RMS, 6)),
                        Tones.sum(delayed(broad, -77.7), Tones.whiteNoise(4, RMS, 7))))
                .allSatisfy(fields -> {
                    assertThat(number(fields, "delay_samples")).isCloseTo(-77.7, within(0.1));
                    assertThat(number(fields, "confidence")).isGreaterThan(0.8);
                });
    }

    @Test
    void takesTheDirectSoundAndNotItsEchoes() {
        double[] sound = Tones.whiteNoise(2, RMS, 8);
        double[] direct = delayed(sound, 250.5);
        double[] withEchoes = Tones.sum(
                direct, Tones.sum(Tones.scaled(delayed(sound, 610), 0.5), Tones.scaled(delayed(sound, 1400.3), 0.4)));
        assertThat(measure(sound, withEchoes)).allSatisfy(fields -> {
            assertThat(number(fields, "delay_samples")).isCloseTo(250.5, within(0.05));
            assertThat(number(fields, "confidence")).isGreaterThan(0.5);
        });
    }

    @Test
    void saysThatAChannelIsInverted() {
        double[] sound = Tones.whiteNoise(1, RMS, 9);
        assertThat(measure(sound, Tones.scaled(delayed(sound, 20.3), -0.7))).allSatisfy(fields -> {
            assertThat(fields.get("polarity")).isEqualTo(text("inverted"));
            assertThat(number(fields, "delay_samples")).isCloseTo(20.3, within(0.01));
        });
    }

    @Test
    void trustsNothingInUnrelatedNoise() {
        assertThat(measure(Tones.whiteNoise(30, RMS, 10), Tones.whiteNoise(30, RMS, 11)))
                .hasSizeGreaterThan(50)
                .allSatisfy(fields -> assertThat(number(fields, "confidence")).isLessThan(0.2));
    }

    @Test
    void trustsNothingInATone() {
        assertThat(measure(Tones.sine(1, 440, 0.5), Tones.sine(1, 440, 0.5)))
                .allSatisfy(fields -> assertThat(number(fields, "confidence")).isLessThan(0.3));
    }

    @Test
    void saysWhyThereIsNoDelay() {
        double[] sound = Tones.whiteNoise(1, RMS, 12);
        assertThat(measure(sound, Tones.silence(1))).isNotEmpty().allSatisfy(fields -> {
            assertThat(fields.get("status")).isEqualTo(text("silent"));
            assertThat(fields.get("delay_ms")).isEqualTo(Optional.of(new Fields.Value.None()));
            assertThat(fields.number("confidence")).hasValue(0);
        });
        assertThat(new ArraySound(Tones.RATE_HZ, sound).play(KIND.open(TestSettings.defaultsOf(KIND))))
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.fields().get("status")).isEqualTo(text("mono")));
    }

    @Test
    void comparesTwoStreamsAtFramesOfTheSameTime() {
        double[] sound = Tones.whiteNoise(2, RMS, 13);
        DelayAnalyser analyser = new DelayAnalyser(TestSettings.of(KIND, Map.of()), true);
        ArraySound reference = new ArraySound(Tones.RATE_HZ, sound).upTo(70_000);
        ArraySound later = new ArraySound(Tones.RATE_HZ, delayed(sound, 33.3)).upTo(70_000);
        Fields aligned = analyser.between(reference, 60_000, later, 60_000);
        assertThat(number(aligned, "delay_samples")).isCloseTo(33.3, within(0.01));
        Fields shifted = analyser.between(reference, 60_000, later, 60_010);
        assertThat(number(shifted, "delay_samples")).isCloseTo(23.3, within(0.01));
        assertThat(analyser.between(reference, 60_000, new ArraySound(44_100, sound).upTo(70_000), 60_000)
                        .get("status"))
                .isEqualTo(text("rates_differ"));
    }
}
