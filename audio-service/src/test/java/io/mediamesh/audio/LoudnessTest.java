package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The test signals of EBU Tech 3341 (table 1) and EBU Tech 3342 (table 1), made as they are described there. */
class LoudnessTest {
    private static final AnalyserKind KIND = new LoudnessKind();

    private record Part(double seconds, double peakDbfs) {}

    private static Part part(double seconds, double peakDbfs) {
        return new Part(seconds, peakDbfs);
    }

    /** A sine of 1000 Hz whose level changes. */
    private static double[] sine(int rateHz, Part... parts) {
        int length = 0;
        for (Part part : parts) {
            length += (int) Math.round(part.seconds * rateHz);
        }
        double[] samples = new double[length];
        int at = 0;
        for (Part part : parts) {
            double peak = Math.pow(10, part.peakDbfs / 20);
            for (int until = at + (int) Math.round(part.seconds * rateHz); at < until; at++) {
                samples[at] = peak * Math.sin(2 * Math.PI * 1000 * at / rateHz);
            }
        }
        return samples;
    }

    private static List<Fields> measure(int rateHz, double[]... channels) {
        return new ArraySound(rateHz, channels)
                .play(KIND.open(TestSettings.defaultsOf(KIND))).stream()
                        .map(ArraySound.Result::fields)
                        .toList();
    }

    private static double last(List<Fields> results, String name) {
        return results.getLast().number(name).orElseThrow();
    }

    private static double integrated(Part... parts) {
        double[] channel = sine(48_000, parts);
        return last(measure(48_000, channel, channel), "integrated_lufs");
    }

    /** Table of BS.1770-5, annex 1, for 48 kHz. */
    @Test
    void weighsWithTheCoefficientsOfTheRecommendation() {
        assertThat(KWeighting.shelf(48_000))
                .containsExactly(
                        new double[] {
                            1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585
                        },
                        within(1e-10));
        assertThat(KWeighting.highPass(48_000))
                .containsExactly(new double[] {1, -2, 1, -1.99004745483398, 0.99007225036621}, within(1e-10));
    }

    @ParameterizedTest
    @ValueSource(ints = {16_000, 44_100, 48_000, 96_000})
    void measuresASteadyTone(int rateHz) {
        for (double level : new double[] {-23, -33}) {
            double[] channel = sine(rateHz, part(20, level));
            List<Fields> results = measure(rateHz, channel, channel);
            assertThat(results).hasSize(200);
            for (String name : List.of("momentary_lufs", "short_term_lufs", "integrated_lufs")) {
                assertThat(last(results, name)).as(name).isCloseTo(level, within(0.1));
            }
        }
    }

    @Test
    void leavesOutWhatIsQuiet() {
        assertThat(integrated(part(10, -36), part(60, -23), part(10, -36))).isCloseTo(-23, within(0.1));
        assertThat(integrated(part(10, -72), part(10, -36), part(60, -23), part(10, -36), part(10, -72)))
                .isCloseTo(-23, within(0.1));
        assertThat(integrated(part(20, -26), part(20.1, -20), part(20, -26))).isCloseTo(-23, within(0.1));
    }

    @Test
    void weighsTheChannelsOfSurroundSound() {
        double[] front = sine(48_000, part(20, -28));
        double[] centre = sine(48_000, part(20, -24));
        double[] rear = sine(48_000, part(20, -30));
        assertThat(last(measure(48_000, front, front, centre, rear, rear), "integrated_lufs"))
                .isCloseTo(-23, within(0.1));
        double[] loud = sine(48_000, part(20, 0));
        assertThat(last(measure(48_000, front, front, centre, loud, rear, rear), "integrated_lufs"))
                .isCloseTo(-23, within(0.1));
    }

    /** Signals 9 and 12: the windows are exactly 3 s and 400 ms long. */
    @Test
    void hasWindowsOfTheRightLength() {
        Part[] slow = new Part[10];
        for (int index = 0; index < slow.length; index += 2) {
            slow[index] = part(1.34, -20);
            slow[index + 1] = part(1.66, -30);
        }
        double[] channel = sine(48_000, slow);
        assertThat(measure(48_000, channel, channel).stream().skip(29))
                .hasSize(121)
                .allSatisfy(
                        fields -> assertThat(fields.number("short_term_lufs").orElseThrow())
                                .isCloseTo(-23, within(0.1)));
        Part[] quick = new Part[50];
        for (int index = 0; index < quick.length; index += 2) {
            quick[index] = part(0.18, -20);
            quick[index + 1] = part(0.22, -30);
        }
        double[] fast = sine(48_000, quick);
        assertThat(measure(48_000, fast, fast).stream().skip(9)).hasSize(91).allSatisfy(fields -> assertThat(
                        fields.number("momentary_lufs").orElseThrow())
                .isCloseTo(-23, within(0.1)));
    }

    /** EBU Tech 3342, signals 1 to 4. */
    @Test
    void measuresTheLoudnessRange() {
        double[][] steps = {{-20, -30}, {-20, -15}, {-40, -20}, {-50, -35, -20, -35, -50}};
        double[] rangesLu = {10, 5, 20, 15};
        for (int index = 0; index < steps.length; index++) {
            Part[] parts = DoubleStream.of(steps[index])
                    .mapToObj(level -> part(20, level))
                    .toArray(Part[]::new);
            double[] channel = sine(48_000, parts);
            assertThat(last(measure(48_000, channel, channel), "loudness_range_lu"))
                    .as("signal %s", index + 1)
                    .isCloseTo(rangesLu[index], within(1.0));
        }
    }

    /** Signals 15 to 19: frequency as a part of the rate, amplitude, phase, and what the meter shows, +0.2/−0.4 dB. */
    @ParameterizedTest
    @CsvSource({"4, 0.5, 0, -6", "4, 0.5, 45, -6", "6, 0.5, 60, -6", "8, 0.5, 67.5, -6", "4, 1.41, 45, 3"})
    void seesPeaksBetweenSamples(int periodFrames, double amplitude, double phaseDegrees, double dbtp) {
        double[] tone = Tones.of(
                1,
                frame -> amplitude
                        * Math.sin(2 * Math.PI * frame / periodFrames + Math.toRadians(phaseDegrees))
                        // Faded in and out, so that no edge makes a peak of its own.
                        * Math.min(1, Math.min(frame, 48_000 - frame) / 4800.0));
        assertThat(last(measure(48_000, tone, tone), "max_true_peak_dbtp")).isBetween(dbtp - 0.4, dbtp + 0.2);
    }

    @Test
    void saysNothingBeforeThereIsEnoughSound() {
        double[] channel = sine(48_000, part(3.5, -23));
        List<Fields> results = measure(48_000, channel);
        Optional<Fields.Value> none = Optional.of(new Fields.Value.None());
        assertThat(results.get(2).get("momentary_lufs")).isEqualTo(none);
        assertThat(results.get(3).number("momentary_lufs")).isPresent();
        assertThat(results.get(28).get("short_term_lufs")).isEqualTo(none);
        assertThat(results.get(29).number("short_term_lufs")).isPresent();
        assertThat(measure(48_000, Tones.silence(4)).getLast().get("integrated_lufs"))
                .isEqualTo(none);
        assertThat(last(measure(48_000, Tones.silence(4)), "momentary_lufs")).isEqualTo(-150);
    }

    @Test
    void startsAfreshAfterAnInterruption() {
        Analyser analyser = KIND.open(TestSettings.defaultsOf(KIND));
        new ArraySound(48_000, sine(48_000, part(5, -10))).play(analyser);
        analyser.restart();
        List<ArraySound.Result> after = new ArraySound(48_000, sine(48_000, part(5, -30))).play(analyser);
        // One channel alone is 3 dB less than two.
        assertThat(after.getLast().fields().number("integrated_lufs").orElseThrow())
                .isCloseTo(-33, within(0.1));
        assertThat(after.getLast().fields().number("max_true_peak_dbtp").orElseThrow())
                .isCloseTo(-30, within(0.2));
    }

    @Test
    void givesFewerResultsWhereFewerAreWanted() {
        double[] channel = sine(48_000, part(5, -23));
        TestSettings slow = new TestSettings(2.5, Map.of());
        assertThat(new ArraySound(48_000, channel).play(KIND.open(slow))).hasSize(12);
    }
}
