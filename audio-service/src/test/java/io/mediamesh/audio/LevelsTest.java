package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected values in closed form. */
final class LevelsTest {
    private static final double ROOT_TWO_DB = 10 * Math.log10(2);
    private final Levels kind = new Levels();

    @ParameterizedTest
    @CsvSource({"48000, 1000", "48000, 997", "44100, 440", "16000, 50", "8000, 60"})
    void aSineAtFullScaleHasAPeakOfZeroAndAnRmsOfMinusThreeDecibels(int rate, double frequencyHz) {
        Tape tape = Tape.mono(rate, 2 * rate, Tape.sine(rate, frequencyHz, 1));
        Tape.Result last = tape.playTo(kind, Map.of()).getLast();

        assertThat(last.row("peak_levels_db")[0]).isCloseTo(0, within(0.02));
        assertThat(last.row("peak_hold_levels_db")[0]).isCloseTo(0, within(0.02));
        assertThat(last.row("rms_levels_db")[0]).isCloseTo(-ROOT_TWO_DB, within(0.02));
        assertThat(last.json())
                .contains("\"channel_labels\":[\"mono\"],\"integration_time\":0.3,\"peak_hold_time\":1}");
    }

    @Test
    void channelsAreMeasuredEachOnItsOwn() {
        Tape tape = Tape.of(48_000, 24_000, List.of(Tape.sine(48_000, 1000, 0.1), frame -> -0.5));
        Tape.Result last = tape.playTo(kind, Map.of()).getLast();

        assertThat(last.row("peak_levels_db")[0]).isCloseTo(-20, within(0.01));
        assertThat(last.row("rms_levels_db")[0]).isCloseTo(-20 - ROOT_TWO_DB, within(0.01));
        assertThat(last.row("peak_levels_db")[1]).isCloseTo(20 * Math.log10(0.5), within(1e-9));
        assertThat(last.row("rms_levels_db")[1]).isCloseTo(20 * Math.log10(0.5), within(1e-9));
        assertThat(last.json()).contains("[\"L\",\"R\"]");
    }

    @Test
    void theRmsCoversTheIntegrationTimeAndNothingElse() {
        // The first of three tenths of a second are loud: of 300 ms behind them a share is, which grows smaller.
        Tape tape = Tape.mono(48_000, 48_000, frame -> frame < 14_400 ? 0.5 : 0);
        List<Tape.Result> results = tape.playTo(kind, Map.of());
        for (Tape.Result result : results) {
            long end = result.frame() <= 7200 ? 2 * result.frame() : result.frame() + 7200;
            double loud = Math.max(0, Math.min(end, 14_400) - Math.max(0, end - 14_400));
            double expected = loud == 0 ? -150 : 10 * Math.log10(0.25 * loud / Math.min(end, 14_400));
            assertThat(result.row("rms_levels_db")[0]).as("at " + end).isCloseTo(expected, within(1e-6));
        }
        assertThat(results).hasSize(50);
    }

    @Test
    void aPeakIsHeldAndThenFallsByTwentyDecibelsASecond() {
        Tape tape = Tape.mono(48_000, 3 * 48_000, frame -> frame == 4800 ? 0.5 : 0);
        List<Tape.Result> results = tape.playTo(kind, Map.of(Levels.INTEGRATION_TIME, "100ms"));
        double half = 20 * Math.log10(0.5);
        for (int index = 0; index < results.size(); index++) {
            double seconds = (index + 1) * 0.02;
            Tape.Result result = results.get(index);
            double hold = seconds < 0.11 ? -150 : half - 20 * Math.max(0, seconds - 1.101);
            double peak = seconds < 0.11 || seconds > 0.2 ? -150 : half;
            assertThat(result.row("peak_hold_levels_db")[0])
                    .as("hold at %s s", seconds)
                    .isCloseTo(hold, within(0.05));
            assertThat(result.row("peak_levels_db")[0])
                    .as("peak at %s s", seconds)
                    .isCloseTo(peak, within(0.01));
        }
    }

    @Test
    void noPeakIsMissedHoweverSeldomResultsCome() {
        Tape tape = Tape.mono(48_000, 2 * 48_000, frame -> frame == 50_000 ? 0.25 : 0);
        List<Tape.Result> results = tape.playTo(kind.open(Tape.settings(1, Map.of())), 480);
        assertThat(results).hasSize(2);
        assertThat(results.getLast().row("peak_levels_db")[0]).isCloseTo(20 * Math.log10(0.25), within(1e-9));
    }

    @Test
    void silenceIsTheFloor() {
        Tape.Result last =
                Tape.mono(48_000, 48_000, frame -> 0).playTo(kind, Map.of()).getLast();
        assertThat(last.json())
                .contains("\"peak_levels_db\":[-150],\"rms_levels_db\":[-150],\"peak_hold_levels_db\":[-150]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 441, 4410, 8192})
    void theLengthOfTheBlocksDoesNotMatter(int blockFrames) {
        Tape tape = Tape.mono(44_100, 22_050, Tape.noise(9, 0.7));
        List<Tape.Result> expected = tape.playTo(kind, Map.of());
        List<Tape.Result> results = tape.playTo(kind.open(Tape.settings(50, Map.of())), blockFrames);

        // Whoever comes in the midst of a long block begins with the newest result of it.
        assertThat(expected.stream().map(Tape.Result::frame).toList())
                .containsAll(results.stream().map(Tape.Result::frame).toList());
        assertThat(results.getLast().json()).isEqualTo(expected.getLast().json());
        assertThat(results.size()).isGreaterThanOrEqualTo(expected.size() - 8192 / 882 - 1);
    }

    @Test
    void settingsOutOfBoundsAreRefused() {
        assertThat(Tape.refusal(Levels.INTEGRATION_TIME, "0s"))
                .contains("audio.levels.integration_time")
                .contains("1ms to 10000ms");
        assertThat(Tape.refusal(Levels.PEAK_HOLD_TIME, "5m")).contains("0ms to 60000ms");
    }
}
