package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.mesh.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FftSpectrumTest {
    private final FftSpectrum kind = new FftSpectrum();

    @ParameterizedTest
    @EnumSource
    void aSineIsFoundBetweenTheBinsWithItsLevel(Window window) {
        // 16-bit samples and the image at the negative frequency set the bounds.
        Random random = new Random(5);
        for (int round = 0; round < 30; round++) {
            double frequencyHz = 400 + 15_000 * random.nextDouble();
            Tape.Result last = last(Tape.sine(48_000, frequencyHz, 0.5), Map.of(FftSpectrum.WINDOW, window.label()));
            double binHz = 48_000.0 / 4096;
            double bounds = window == Window.RECT ? 0.02 : 0.002;
            assertThat(last.number("peak_frequency"))
                    .as("%s Hz", frequencyHz)
                    .isCloseTo(frequencyHz, within(bounds * binHz));
            assertThat(last.number("peak_magnitude")).isCloseTo(-6.0206, within(window == Window.RECT ? 0.1 : 0.005));
        }
    }

    @Test
    void aSineAtFullScaleHasTheAmplitudeOneInItsBinWhateverTheWindow() {
        for (Window window : Window.values()) {
            Tape.Result last = last(Tape.sine(48_000, 93.75 * 32, 1), Map.of(FftSpectrum.WINDOW, window.label()));
            assertThat(last.row("magnitudes_linear")[256]).isCloseTo(1, within(1e-4));
            assertThat(last.row("frequencies")[256]).isEqualTo(3000);
            assertThat(last.number("peak_magnitude")).isCloseTo(0, within(0.001));
        }
    }

    @ParameterizedTest
    @CsvSource({"hann, hann, 4096", "flat_top, flattop, 32768", "rect, boxcar, 32"})
    void amplitudesAndPhasesAreThoseOfSciPy(String window, String scipyWindow, int size) {
        Tape tape = Tape.mono(44_100, 40_000, Tape.noise(6, 0.9));
        Tape.Result last = tape.playTo(
                        kind,
                        Map.of(FftSpectrum.WINDOW, window, FftSpectrum.FFT_SIZE, "" + size, FftSpectrum.PHASES, "yes"))
                .getLast();
        double[] samples = new double[size];
        SoundHistory sound = tape.history();
        for (int from = 0; from < 40_000; from += 8000) {
            sound.append(tape.block(from, 8000), 0, 8000);
        }
        sound.mono(last.frame() - size / 2, size, samples, 0);
        double[] expected = NumPy.result("""
                import scipy.signal
                f, _, s = scipy.signal.stft(x[0], 44100, '%s', nperseg=%d, noverlap=0, boundary=None, padded=False)
                a = 2 * np.abs(s[:, 0])
                a[0] /= 2; a[-1] /= 2
                result = np.concatenate([f, a, np.angle(s[:, 0])])
                """.formatted(scipyWindow, size), samples);
        int bins = size / 2 + 1;
        double[] frequencies = last.row("frequencies");
        double[] amplitudes = last.row("magnitudes_linear");
        double[] phases = last.row("phases");
        for (int bin = 0; bin < bins; bin++) {
            assertThat(frequencies[bin]).isCloseTo(expected[bin], within(1e-9));
            assertThat(amplitudes[bin]).isCloseTo(expected[bins + bin], within(1e-12));
            double turn = Math.abs(phases[bin] - expected[2 * bins + bin]);
            assertThat(Math.min(turn, 2 * Math.PI - turn)).isCloseTo(0, within(1e-6));
        }
        assertThat(last.json())
                .contains("\"fft_size\":" + size + ",\"window_type\":\"" + window
                        + "\",\"overlap_factor\":0.75,\"weighting\":\"none\"");
    }

    @Test
    void weightingCountsInEachBinAndInThePeak() {
        Map<Setting<?>, String> weighted = Map.of(FftSpectrum.WEIGHTING, "A");
        Tape tape = Tape.mono(
                48_000,
                48_000,
                frame -> Tape.sine(48_000, 93.75, 0.5).applyAsDouble(frame)
                        + Tape.sine(48_000, 1000, 0.1).applyAsDouble(frame));
        Tape.Result plain = tape.playTo(kind, Map.of()).getLast();
        Tape.Result last = tape.playTo(kind, weighted).getLast();

        // −20.2 dB at 93.75 Hz, so that the fainter tone is the louder one.
        assertThat(plain.number("peak_frequency")).isCloseTo(93.75, within(0.05));
        assertThat(last.number("peak_frequency")).isCloseTo(1000, within(0.05));
        assertThat(last.number("peak_magnitude")).isCloseTo(-20, within(0.01));
        for (int bin = 0; bin <= 2048; bin++) {
            assertThat(last.row("magnitudes_linear")[bin])
                    .isEqualTo(plain.row("magnitudes_linear")[bin] * Weighting.A.gain(plain.row("frequencies")[bin]));
        }
        assertThat(last.json()).contains("\"weighting\":\"A\"").contains("\"phases\":null");
    }

    @Test
    void comesAsOftenAsTheRateAllowsAndTheOverlapWants() {
        Tape tape = Tape.mono(48_000, 48_000, frame -> 0);
        assertThat(frames(tape, 15, "0.75")).containsExactlyElementsOf(steps(6400, 3200, 48_000));
        assertThat(frames(tape, Double.POSITIVE_INFINITY, "0.75")).containsExactlyElementsOf(steps(4096, 1024, 48_000));
        assertThat(frames(tape, 15, "0")).containsExactlyElementsOf(steps(4096, 4096, 48_000));
    }

    private List<Long> frames(Tape tape, double rateHz, String overlap) {
        return tape.playTo(kind.open(Tape.settings(rateHz, Map.of(FftSpectrum.OVERLAP, overlap))), 480).stream()
                .map(result -> result.frame() + 2048)
                .toList();
    }

    private static List<Long> steps(long first, long step, long last) {
        return java.util.stream.LongStream.iterate(first, end -> end <= last, end -> end + step)
                .boxed()
                .toList();
    }

    @Test
    void silenceHasItsPeakAtZeroHertzAndTheFloor() {
        Tape.Result last = last(frame -> 0, Map.of());
        assertThat(last.number("peak_frequency")).isZero();
        assertThat(last.number("peak_magnitude")).isEqualTo(-150);
    }

    @Test
    void theFrequenciesAreOneRowForAllMessages() {
        List<Tape.Result> results = Tape.mono(48_000, 24_000, Tape.noise(1, 1)).playTo(kind, Map.of());
        assertThat(results.getLast().fields().row("frequencies"))
                .containsSame(results.getFirst().fields().row("frequencies").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000", "16", "65536", "big"})
    void refusesOtherSizesNamingTheAllowedOnes(String size) {
        assertThat(Tape.refusal(FftSpectrum.FFT_SIZE, size))
                .contains("audio.fft_spectrum.fft_size")
                .contains("32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096 | 8192 | 16384 | 32768");
    }

    private Tape.Result last(java.util.function.IntToDoubleFunction sample, Map<Setting<?>, String> settings) {
        return Tape.mono(48_000, 9600, sample)
                .playTo(kind, new HashMap<>(settings))
                .getLast();
    }
}
