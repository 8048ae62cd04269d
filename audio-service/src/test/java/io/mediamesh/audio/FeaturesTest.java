package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {
    private static final AnalyserKind KIND = new FeaturesKind();
    private static final int SIZE = 2048;

    private static Fields first(double[] samples) {
        return firstResult(samples).fields();
    }

    private static ArraySound.Result firstResult(double[] samples) {
        return new ArraySound(Tones.RATE_HZ, samples)
                .play(KIND.open(TestSettings.defaultsOf(KIND)))
                .getFirst();
    }

    @Tag("slow")
    @Test
    void agreesWithLibrosa(@TempDir Path folder) {
        double[] chord = Tones.sum(Tones.sine(0.1, 233, 0.3), Tones.sine(0.1, 3217, 0.05));
        for (double[] samples : List.of(
                Tones.whiteNoise(0.1, 0.1, 1),
                Tones.pinkNoise(0.1, 0.1, 2),
                Tones.sum(chord, Tones.whiteNoise(0.1, 0.001, 3)))) {
            ArraySound.Result result = firstResult(samples);
            double[] piece = ArraySound.part(samples, (int) result.frame() - SIZE / 2, SIZE);
            List<double[]> judged = Tool.python("features.py", Tool.save(folder, piece), Tones.RATE_HZ, SIZE);
            Fields fields = result.fields();
            double[] expected = judged.getFirst();
            assertThat(fields.number("spectral_centroid_hz").orElseThrow()).isCloseTo(expected[0], within(0.1));
            assertThat(fields.number("spectral_spread_hz").orElseThrow()).isCloseTo(expected[1], within(0.1));
            assertThat(fields.number("spectral_flatness").orElseThrow()).isCloseTo(expected[2], within(1e-4));
            assertThat(fields.number("spectral_rolloff_hz").orElseThrow()).isCloseTo(expected[3], within(0.1));
            assertThat(fields.number("zero_crossing_rate").orElseThrow()).isCloseTo(expected[4], within(1e-9));
            Numbers cepstrum = fields.row("mfcc").orElseThrow();
            assertThat(cepstrum.size()).isEqualTo(13);
            for (int index = 0; index < cepstrum.size(); index++) {
                assertThat(cepstrum.at(index)).isCloseTo(judged.getLast()[index], within(0.01));
            }
        }
    }

    @Test
    void describesAToneAndNoise() {
        Fields tone = first(Tones.sine(0.1, 1500, 0.5));
        assertThat(tone.number("spectral_centroid_hz").orElseThrow()).isCloseTo(1500, within(5.0));
        assertThat(tone.number("spectral_flatness").orElseThrow()).isLessThan(1e-4);
        assertThat(tone.number("zero_crossing_rate").orElseThrow()).isCloseTo(2 * 1500.0 / 48_000, within(0.001));
        Fields noise = first(Tones.whiteNoise(0.1, 0.1, 4));
        assertThat(noise.number("spectral_centroid_hz").orElseThrow()).isCloseTo(12_000, within(600.0));
        assertThat(noise.number("spectral_rolloff_hz").orElseThrow()).isCloseTo(0.85 * 24_000, within(600.0));
        // e^−γ for exponentially distributed powers, γ being Euler's constant.
        assertThat(noise.number("spectral_flatness").orElseThrow()).isCloseTo(Math.exp(-0.5772), within(0.05));
        assertThat(noise.number("zero_crossing_rate").orElseThrow()).isCloseTo(0.5, within(0.05));
    }

    @Test
    void describesNoSilence() {
        Fields silence = first(Tones.silence(0.1));
        assertThat(silence.get("spectral_centroid_hz")).isEqualTo(Optional.of(new Fields.Value.None()));
        assertThat(silence.get("spectral_flatness")).isEqualTo(Optional.of(new Fields.Value.None()));
        assertThat(silence.number("zero_crossing_rate")).hasValue(0);
    }
}
