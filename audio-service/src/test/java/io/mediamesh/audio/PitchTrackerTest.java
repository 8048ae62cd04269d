package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.MeshException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against sound by formula, whose pitch is what the formula says. */
class PitchTrackerTest {
    private static final AnalyserKind KIND = new PitchTrackerKind();

    private static List<ArraySound.Result> track(double[] samples) {
        return new ArraySound(Tones.RATE_HZ, samples).play(KIND.open(TestSettings.defaultsOf(KIND)));
    }

    private static double cents(Fields fields, double trueHz) {
        return 1200 * Math.log(fields.number("frequency_hz").orElseThrow() / trueHz) / Math.log(2);
    }

    private static boolean voiced(ArraySound.Result result) {
        return result.fields().number("frequency_hz").isPresent();
    }

    private static double[] tone(double hz, double... partialAmplitudes) {
        return Tones.of(1, frame -> {
            double sum = 0;
            for (int partial = 1; partial <= partialAmplitudes.length; partial++) {
                sum += partialAmplitudes[partial - 1]
                        * Math.sin(2 * Math.PI * partial * hz * frame / Tones.RATE_HZ + partial);
            }
            return sum / 4;
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {50.5, 61.7, 110, 246.9, 440, 1000, 2637, 3950})
    void readsASineToACent(double hz) {
        assertThat(track(Tones.sine(1, hz, 0.5)))
                .hasSize(19)
                .allSatisfy(result -> assertThat(cents(result.fields(), hz)).isCloseTo(0, within(1.0)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {55, 82.4, 196, 440, 987.8})
    void isNotFooledByAWeakFundamentalOrByMissingPartials(double hz) {
        for (double[] partials : new double[][] {
            {1, 0.5, 0.33, 0.25, 0.2},
            {0.1, 1, 0.1, 1, 0.1},
            {0.02, 0.3, 1, 0.5, 0.2},
            {1, 0, 0.33, 0, 0.2},
            {0, 1, 1, 1, 0.5}
        }) {
            assertThat(track(tone(hz, partials))).allSatisfy(result -> assertThat(cents(result.fields(), hz))
                    .as("partials %s", Arrays.toString(partials))
                    .isCloseTo(0, within(2.0)));
        }
    }

    /** Partials at n f0 √(1 + B n²), as of a stiff string: the lowest is what is heard for itself. */
    @Test
    void readsTheFundamentalOfAStiffString() {
        double stiffness = 0.0008;
        double[] string = Tones.of(1, frame -> {
            double sum = 0;
            for (int partial = 1; partial <= 8; partial++) {
                double hz = partial * 220 * Math.sqrt(1 + stiffness * partial * partial);
                sum += Math.sin(2 * Math.PI * hz * frame / Tones.RATE_HZ) / partial;
            }
            return 0.2 * sum;
        });
        assertThat(track(string))
                .allSatisfy(result -> assertThat(cents(result.fields(), 220 * Math.sqrt(1 + stiffness)))
                        .isCloseTo(0, within(1.0)));
    }

    @Test
    void hearsNoPitchInNoiseOrSilence() {
        for (double[] noise : List.of(Tones.whiteNoise(60, 0.1, 1), Tones.pinkNoise(60, 0.1, 2))) {
            List<ArraySound.Result> results = track(noise);
            assertThat(results.stream().filter(result -> !voiced(result)).count() / (double) results.size())
                    .isGreaterThanOrEqualTo(0.99);
        }
        assertThat(track(Tones.silence(1))).isNotEmpty().allSatisfy(result -> {
            assertThat(result.fields().get("frequency_hz")).isEqualTo(Optional.of(new Fields.Value.None()));
            assertThat(result.fields().get("note_name")).isEqualTo(Optional.of(new Fields.Value.None()));
            assertThat(result.fields().number("confidence")).hasValue(0);
            assertThat(result.fields().number("amplitude_db")).hasValue(-150);
        });
    }

    @Test
    void hearsAToneThroughNoise() {
        double[] clean = tone(330, 1, 0.5, 0.3);
        double[] both = Tones.sum(clean, Tones.whiteNoise(1, Tones.rms(clean) / 2, 3));
        assertThat(track(both)).allSatisfy(result -> {
            assertThat(cents(result.fields(), 330)).isCloseTo(0, within(5.0));
            assertThat(result.fields().number("harmonic_clarity").orElseThrow()).isBetween(0.8, 0.97);
        });
    }

    @Test
    void saysHowLoudAndHowClearItIs() {
        Fields fields = track(Tones.sine(1, 445, 0.5)).getFirst().fields();
        assertThat(fields.names())
                .containsExactly(
                        "frequency_hz", "confidence", "note_name", "amplitude_db", "harmonic_clarity", "cents");
        // 0.5 / √2 of full scale; a Hann window weighs parts of periods, so not exactly.
        assertThat(fields.number("amplitude_db").orElseThrow()).isCloseTo(-9.03, within(0.02));
        assertThat(fields.number("harmonic_clarity").orElseThrow()).isGreaterThan(0.99);
        assertThat(fields.number("confidence").orElseThrow()).isGreaterThan(0.9);
        assertThat(fields.get("note_name")).isEqualTo(Optional.of(new Fields.Value.Text("A4")));
        assertThat(fields.number("cents").orElseThrow())
                .isCloseTo(1200 * Math.log(445 / 440.0) / Math.log(2), within(0.5));
    }

    @Test
    void givesResultsEvenlyAndNamesTheMiddleOfEach() {
        List<ArraySound.Result> results = track(Tones.sine(1, 440, 0.5));
        for (int index = 0; index < results.size(); index++) {
            assertThat(results.get(index).frame()).isEqualTo((index + 2) * 2400L - 2048);
        }
    }

    @Test
    void worksAtEveryUsualRate() {
        for (int rateHz : new int[] {8000, 16_000, 22_050, 44_100, 96_000, 192_000}) {
            double[] sine = new double[rateHz];
            for (int frame = 0; frame < rateHz; frame++) {
                sine[frame] = 0.3 * Math.sin(2 * Math.PI * 196 * frame / rateHz);
            }
            List<ArraySound.Result> results =
                    new ArraySound(rateHz, sine).play(KIND.open(TestSettings.defaultsOf(KIND)));
            assertThat(results).isNotEmpty().allSatisfy(result -> assertThat(cents(result.fields(), 196))
                    .isCloseTo(0, within(1.0)));
        }
    }

    @Test
    void refusesARangeOfLessThanAnOctave() {
        TestSettings narrow = TestSettings.of(
                KIND, Map.of("audio.pitch_tracker.min_frequency", "300", "audio.pitch_tracker.max_frequency", "500"));
        assertThatThrownBy(() -> KIND.open(narrow))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("audio.pitch_tracker.min_frequency");
    }
}
