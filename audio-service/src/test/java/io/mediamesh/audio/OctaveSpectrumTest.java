package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values in closed form. */
final class OctaveSpectrumTest {
    private static final double SINE_DB = -10 * Math.log10(2);
    private final OctaveSpectrum kind = new OctaveSpectrum();

    @Test
    void aSineReadsItsRmsInItsBandAndOverall() {
        Tape.Result last = Tape.mono(48_000, 96_000, Tape.sine(48_000, 1000, 1))
                .playTo(kind, Map.of())
                .getLast();

        assertThat(last.row("band_energies_db")[17]).isCloseTo(SINE_DB, within(0.02));
        // The neighbours hear a little of it too.
        assertThat(last.number("overall_level")).isCloseTo(SINE_DB, within(0.05));
        assertThat(last.row("center_frequencies")[17]).isCloseTo(1000, within(1e-9));
        assertThat(last.json())
                .contains("\"1k\",\"1.25k\"")
                .contains("\"bands_per_octave\":3,\"weighting\":\"none\",\"response_time\":0.125");
    }

    @Test
    void theOverallLevelIsTheSumOfTheBands() {
        Tape.Result last = Tape.mono(48_000, 96_000, Tape.noise(4, 0.5))
                .playTo(kind, Map.of())
                .getLast();
        double sum = 0;
        for (double level : last.row("band_energies_db")) {
            sum += Math.pow(10, level / 10);
        }
        assertThat(last.number("overall_level")).isCloseTo(10 * Math.log10(sum), within(1e-6));
    }

    @Test
    void weightingCountsInEachBandAndOverall() {
        Tape.Result last = Tape.mono(48_000, 96_000, Tape.sine(48_000, 100, 1))
                .playTo(kind, Map.of(OctaveSpectrum.WEIGHTING, "A"))
                .getLast();
        assertThat(last.row("band_energies_db")[7]).isCloseTo(SINE_DB - 19.1, within(0.1));
        assertThat(last.number("overall_level")).isCloseTo(SINE_DB - 19.1, within(0.1));
    }

    @ParameterizedTest
    @CsvSource({"fast, 0.125", "slow, 1", "impulse, 0.035", "50ms, 0.05"})
    void levelsRiseAndFallWithTheTimeConstant(String response, double seconds) {
        double soundsSeconds = 2 * seconds;
        Tape tape = Tape.mono(
                48_000,
                (int) (48_000 * 4 * seconds),
                frame -> frame < 48_000 * soundsSeconds
                        ? Tape.sine(48_000, 3981.07, 1).applyAsDouble(frame)
                        : 0);
        Map<Setting<?>, String> settings = Map.of(OctaveSpectrum.RESPONSE_TIME, response);
        List<Tape.Result> results = tape.playTo(kind.open(Tape.settings(100, settings)), 480);
        // The results of each 10 ms, of which the one at t is told t + the time constant after the start.
        for (int index = 0; index < results.size(); index++) {
            double at = (index + 1) * 0.01;
            double expected = at <= soundsSeconds
                    ? 10 * Math.log10(1 - Math.exp(-at / seconds))
                    : 10 * Math.log10((1 - Math.exp(-2)) * Math.exp(-(at - soundsSeconds) / seconds));
            // The filter itself answers after a millisecond, and energy is spread over a chunk of five.
            double bound = 10 / Math.log(10) * 0.006 / seconds + 0.05;
            if (at > 0.02 && Math.abs(at - soundsSeconds) > 0.01) {
                assertThat(results.get(index).row("band_energies_db")[23])
                        .as("%s at %.2f s", response, at)
                        .isCloseTo(SINE_DB + expected, within(Math.max(0.1, bound * Math.max(1, seconds / at))));
            }
        }
    }

    @Test
    void channelsAreMixedAndSilenceIsTheFloor() {
        Tape tape = Tape.of(48_000, 48_000, List.of(Tape.sine(48_000, 1000, 0.5), frame -> -Tape.sine(48_000, 1000, 0.5)
                .applyAsDouble(frame)));
        Tape.Result last = tape.playTo(kind, Map.of()).getLast();
        assertThat(last.row("band_energies_db")).containsOnly(-150);
        assertThat(last.number("overall_level")).isEqualTo(-150);
    }

    @Test
    void settingsNameWhatIsAllowed() {
        assertThat(Tape.refusal(OctaveSpectrum.BANDS_PER_OCTAVE, "2")).contains("1 | 3 | 6 | 12 | 24");
        assertThat(Tape.refusal(OctaveSpectrum.RESPONSE_TIME, "quick"))
                .contains("fast (125 ms)")
                .contains("1ms to 60s");
        assertThat(Tape.refusal(OctaveSpectrum.RESPONSE_TIME, "2m")).contains("1ms to 60s");
    }
}
