package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpectrogramTest {
    private final Spectrogram kind = new Spectrogram();

    @Test
    void theColumnsOfAllMessagesAreThoseOfNumPyInOrder() {
        // A sweep over noise, so that each column differs from the one before.
        int frames = 60_000;
        IntToDoubleFunction noise = Tape.noise(7, 0.01);
        Tape tape = Tape.mono(
                48_000,
                frames,
                frame -> 0.5 * Math.sin(2 * Math.PI * frame * (frame / 6.0) / 48_000) + noise.applyAsDouble(frame));
        List<Tape.Result> results = tape.playTo(kind, Map.of());
        double[] samples = new double[frames];
        AudioBlock all = tape.block(0, frames);
        for (int frame = 0; frame < frames; frame++) {
            samples[frame] = all.sample(frame, 0) / 32_768.0;
        }
        // Hop 1600 (30 columns a second), the first behind a whole window; nine bins of 2049 for one of 228.
        double[] expected = NumPy.result("""
                import scipy.signal
                w = scipy.signal.get_window('hann', 4096)
                rows = []
                for end in range(4800, len(x[0]) + 1, 1600):
                    a = 2 * np.abs(np.fft.rfft(x[0][end - 4096:end] * w)) / np.sum(w)
                    a[0] /= 2; a[-1] /= 2
                    rows.append([20 * np.log10(max(1e-7, a[i:i + 9].max())) for i in range(0, 2049, 9)])
                result = rows
                """, samples);

        List<double[]> columns = new ArrayList<>();
        for (Tape.Result result : results) {
            assertThat(result.fields().rows("columns")).hasSize(2);
            for (Numbers column : result.fields().rows("columns")) {
                columns.add(Tape.numbers(column));
            }
        }
        assertThat(columns).hasSize(34);
        for (int column = 0; column < columns.size(); column++) {
            assertThat(columns.get(column)).hasSize(228);
            for (int bin = 0; bin < 228; bin++) {
                assertThat(columns.get(column)[bin])
                        .as("column %d, bin %d", column, bin)
                        .isCloseTo(expected[column * 228 + bin], within(1e-6));
            }
        }
    }

    @Test
    void timesAndFrequenciesSayWhereEachColumnAndBinLies() {
        List<Tape.Result> results = Tape.mono(48_000, 48_000, frame -> 0)
                .playTo(kind, Map.of(Spectrogram.COLUMNS, "4", Spectrogram.WINDOW, "flat_top"));
        Tape.Result first = results.getFirst();

        // 60 columns a second are 800 frames apart, but not less than a quarter of the window.
        double step = 1024 / 48_000.0;
        assertThat(first.row("times")).containsExactly(new double[] {-3 * step, -2 * step, -step, 0}, within(1e-9));
        assertThat(first.number("column_interval")).isCloseTo(step, within(1e-9));
        assertThat(results.get(1).frame() - first.frame()).isEqualTo(4 * 1024);
        assertThat(first.row("frequencies")[0]).isCloseTo(4 * 48_000 / 4096.0, within(1e-9));
        assertThat(first.row("frequencies")[227]).isCloseTo((2043 + 2048) / 2.0 * 48_000 / 4096, within(1e-9));
        assertThat(first.fields().row("frequencies"))
                .containsSame(results.get(1).fields().row("frequencies").orElseThrow());
        assertThat(first.json()).contains("[[-150,-150,").contains("\"window_type\":\"flat_top\"");
    }

    @ParameterizedTest
    @CsvSource({"linear, 32, 100", "linear, 2048, 5000", "log, 100, 63", "log, 512, 5000", "log, 64, 18000"})
    void aToneIsBrightestWhereItsFrequencyIs(String axis, String bins, double frequencyHz) {
        Tape.Result last = Tape.mono(48_000, 24_000, Tape.sine(48_000, frequencyHz, 1))
                .playTo(kind, Map.of(Spectrogram.AXIS, axis, Spectrogram.BINS, bins, Spectrogram.FFT_SIZE, "8192"))
                .getLast();
        double[] frequencies = last.row("frequencies");
        double[] column = Tape.numbers(last.fields().rows("columns").getLast());
        int brightest = 0;
        for (int bin = 0; bin < column.length; bin++) {
            brightest = column[bin] > column[brightest] ? bin : brightest;
        }
        double width = brightest + 1 < frequencies.length
                ? frequencies[brightest + 1] - frequencies[brightest]
                : frequencies[brightest] - frequencies[brightest - 1];
        assertThat(column.length).isLessThanOrEqualTo(Integer.parseInt(bins));
        assertThat(frequencies).isSorted().hasSameSizeAs(column);
        // Between two bins a Hann window shows a sine 1.42 dB lower.
        assertThat(column[brightest]).isBetween(-1.43, 0.01);
        assertThat(frequencies[brightest]).isCloseTo(frequencyHz, within(Math.max(width, 48_000 / 8192.0)));
    }

    @Test
    void weightingCountsByTheMiddleOfEachBin() {
        Tape.Result last = Tape.mono(48_000, 24_000, Tape.sine(48_000, 100, 1))
                .playTo(
                        kind,
                        Map.of(Spectrogram.WEIGHTING, "A", Spectrogram.BINS, "2048", Spectrogram.FFT_SIZE, "4096"))
                .getLast();
        double[] column = Tape.numbers(last.fields().rows("columns").getLast());
        double strongest = -1000;
        for (double level : column) {
            strongest = Math.max(strongest, level);
        }
        assertThat(strongest).isCloseTo(-19.1, within(1.5));
    }
}
