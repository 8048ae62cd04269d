package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected values in closed form. */
final class ScopeTest {
    private final Scope kind = new Scope();

    @ParameterizedTest
    @CsvSource({"rising, 0, 997", "rising, 0.3, 440", "falling, 0, 1003", "falling, -0.4, 61"})
    void theTriggerIsTheExactMomentAtWhichTheWavePassesTheLevel(String direction, double level, double frequencyHz) {
        Map<Setting<?>, String> settings = Map.of(Scope.TRIGGER, direction, Scope.LEVEL, "" + level);
        List<Tape.Result> results =
                Tape.mono(48_000, 48_000, Tape.sine(48_000, frequencyHz, 0.8)).playTo(kind, settings);
        double rising = Math.asin(level / 0.8) / (2 * Math.PI);
        double phase = direction.equals("rising") ? rising : 0.5 - rising;

        assertThat(results).hasSizeBetween(15, 20);
        for (Tape.Result result : results) {
            // Point 0 is a tenth of the window before the sample at the frame.
            double triggerFrame = result.frame() - 0.1 * 960 - result.number("start_ms") * 48;
            double periods = triggerFrame * frequencyHz / 48_000 - phase;
            assertThat(periods - Math.rint(periods)).isCloseTo(0, within(2e-4));
            assertThat(result.json()).contains("\"triggered\":true");
        }
    }

    @Test
    void theWindowHasTheLeastAndGreatestOfWhatEachPointStandsFor() {
        IntToDoubleFunction noise = Tape.noise(3, 1);
        IntToDoubleFunction other = frame -> frame / 48_000.0;
        Tape tape = Tape.of(48_000, 48_000, List.of(noise, other));
        List<Tape.Result> results = tape.playTo(kind, Map.of(Scope.LENGTH, "50ms", Scope.PRETRIGGER, "0.5"));
        var block = tape.block(0, 48_000);
        Tape.Result last = results.getLast();

        // 2400 samples are five for each of 480 points.
        assertThat(last.number("step_ms")).isCloseTo(5 / 48.0, within(1e-6));
        assertThat(last.fields().rows("minima")).hasSize(2);
        long from = last.frame() - 1200;
        for (int channel = 0; channel < 2; channel++) {
            double[] least = Tape.numbers(last.fields().rows("minima").get(channel));
            double[] greatest = Tape.numbers(last.fields().rows("maxima").get(channel));
            assertThat(least).hasSize(480).hasSameSizeAs(greatest);
            for (int point = 0; point < 480; point++) {
                double smallest = 1;
                double largest = -1;
                for (int at = 0; at < 5; at++) {
                    double sample = block.sample((int) from + 5 * point + at, channel) / 32_768.0;
                    smallest = Math.min(smallest, sample);
                    largest = Math.max(largest, sample);
                }
                assertThat(least[point]).isEqualTo(smallest);
                assertThat(greatest[point]).isEqualTo(largest);
            }
        }
        assertThat(last.json()).contains("\"channel_labels\":[\"L\",\"R\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "10ms", "500ms"})
    void aWindowHasNoMoreThan512Points(String length) {
        List<Tape.Result> results =
                Tape.mono(48_000, 96_000, Tape.sine(48_000, 100, 1)).playTo(kind, Map.of(Scope.LENGTH, length));
        assertThat(results).isNotEmpty().allSatisfy(result -> assertThat(
                        result.fields().rows("minima").getFirst().size())
                .isBetween(48, ScopeAnalyser.MOST_POINTS));
    }

    @Test
    void theHysteresisKeepsNoiseFromTriggering() {
        // Ripple of 2 % crosses the level many times in a period of the wave.
        IntToDoubleFunction rippled = frame -> Tape.sine(48_000, 50, 0.5).applyAsDouble(frame)
                + Tape.sine(48_000, 5000, 0.02).applyAsDouble(frame);
        Tape tape = Tape.mono(48_000, 96_000, rippled);
        for (Tape.Result result : tape.playTo(kind, Map.of(Scope.HYSTERESIS, "0.1"))) {
            double periods = result.frame() * 50 / 48_000.0;
            assertThat(periods - Math.rint(periods)).as("rising only").isCloseTo(0, within(0.01));
        }
        assertThat(tape.playTo(kind, Map.of(Scope.HYSTERESIS, "0"))).anySatisfy(result -> {
            double periods = result.frame() * 50 / 48_000.0;
            assertThat(Math.abs(periods - Math.rint(periods))).isGreaterThan(0.4);
        });
    }

    @Test
    void holdoffAndRateKeepTriggersApart() {
        Tape tape = Tape.mono(48_000, 96_000, Tape.sine(48_000, 1000, 1));
        assertThat(gaps(tape.playTo(kind, Map.of())))
                .allSatisfy(gap -> assertThat(gap).isBetween(2400L, 2448L));
        assertThat(gaps(tape.playTo(kind, Map.of(Scope.HOLDOFF, "125ms"))))
                .allSatisfy(gap -> assertThat(gap).isBetween(6000L, 6048L));
    }

    @Test
    void withoutATriggerAWindowComesNowAndThenUnlessThatIsSwitchedOff() {
        Tape tape = Tape.mono(48_000, 96_000, frame -> 0.2);
        List<Tape.Result> results = tape.playTo(kind, Map.of());
        assertThat(gaps(results)).isNotEmpty().containsOnly(9600L);
        assertThat(results).allSatisfy(result -> assertThat(result.json()).contains("\"triggered\":false"));
        assertThat(tape.playTo(kind, Map.of(Scope.AUTO_AFTER, "0s"))).isEmpty();
    }

    @Test
    void withTheTriggerOffWindowsComeAtTheRate() {
        List<Tape.Result> results =
                Tape.mono(48_000, 96_000, Tape.noise(5, 1)).playTo(kind, Map.of(Scope.TRIGGER, "free"));
        assertThat(gaps(results)).hasSize(38).containsOnly(2400L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 441})
    void theLengthOfTheBlocksDoesNotMatter(int blockFrames) {
        Tape tape = Tape.mono(44_100, 44_100, Tape.sine(44_100, 333, 0.5));
        List<Tape.Result> expected = tape.playTo(kind, Map.of());
        assertThat(tape.playTo(kind.open(Tape.settings(20, Map.of())), blockFrames))
                .extracting(Tape.Result::json)
                .containsExactlyElementsOf(
                        expected.stream().map(Tape.Result::json).toList());
    }

    private static List<Long> gaps(List<Tape.Result> results) {
        return java.util.stream.IntStream.range(1, results.size())
                .mapToObj(index ->
                        results.get(index).frame() - results.get(index - 1).frame())
                .toList();
    }
}
