package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.AudioBlock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SoundHistoryTest {
    @Test
    void givesEachChannelAndTheirMeanFromAnyPlaceThatIsKept() {
        Tape tape = Tape.of(48_000, 300_000, List.of(Tape.noise(1, 1), Tape.noise(2, 1)));
        SoundHistory sound = tape.history();
        for (int from = 0; from < tape.frames(); from += 7001) {
            int count = Math.min(7001, tape.frames() - from);
            sound.append(tape.block(from, count), 0, count);
        }
        AudioBlock all = tape.block(0, tape.frames());
        double[] left = new double[1001];
        double[] right = new double[1000];
        double[] mean = new double[1000];

        for (long from = sound.end() - Sound.KEPT_FRAMES; from + 1000 <= sound.end(); from += 997) {
            sound.channel(0, from, 1000, left, 1);
            sound.channel(1, from, 1000, right, 0);
            sound.mono(from, 1000, mean, 0);
            for (int index = 0; index < 1000; index++) {
                int frame = (int) from + index;
                assertThat(left[index + 1]).isEqualTo(all.sample(frame, 0) / 32_768.0);
                assertThat(right[index]).isEqualTo(all.sample(frame, 1) / 32_768.0);
                assertThat(mean[index]).isCloseTo((left[index + 1] + right[index]) / 2, within(1e-15));
            }
        }
    }

    @Test
    void refusesWhatIsNotKeptAndWhatHasAnotherForm() {
        SoundHistory sound = new SoundHistory(48_000, 1);
        AudioBlock block = AudioBlock.takeOver(48_000, 1, new short[10_000]);
        for (int round = 0; round < 40; round++) {
            sound.append(block, 0, 8000);
        }
        double[] target = new double[8];
        assertThatThrownBy(() -> sound.mono(0, 8, target, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> sound.mono(sound.end() - 7, 8, target, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> sound.append(block, 0, 10_000)).hasMessageContaining("10000 frames");
        assertThatThrownBy(() -> sound.append(AudioBlock.takeOver(44_100, 1, new short[8]), 0, 8))
                .hasMessageContaining("44100");
    }

    @ParameterizedTest
    @CsvSource({"32, RECT", "1024, HANN", "4096, BLACKMAN_HARRIS", "16384, FLAT_TOP", "65536, HAMMING"})
    void theSpectrumIsThatOfNumPy(int size, Window window) {
        Tape tape = Tape.mono(48_000, 70_000, Tape.noise(3, 0.8));
        SoundHistory sound = tape.history();
        sound.append(tape.block(0, 8000), 0, 8000);
        for (int from = 8000; from < 70_000; from += 6200) {
            sound.append(tape.block(from, 6200), 0, 6200);
        }
        double[] samples = new double[size];
        sound.mono(sound.end() - size, size, samples, 0);
        double[] expected = NumPy.result("""
                s = np.fft.rfft(x[0] * x[1])
                a = 2 * np.abs(s) / np.sum(x[1])
                a[0] /= 2; a[-1] /= 2
                result = np.concatenate([s.real, s.imag, a])
                """, samples, WindowShape.of(window).coefficients(size));

        Spectrum spectrum = sound.spectrum(size, window, sound.end());
        int bins = size / 2 + 1;
        assertThat(spectrum.size()).isEqualTo(size);
        assertThat(spectrum.sampleRateHz()).isEqualTo(48_000);
        assertThat(spectrum.amplitudes()).hasSize(bins);
        for (int bin = 0; bin < bins; bin++) {
            assertThat(spectrum.real(bin)).isCloseTo(expected[bin], within(1e-9 * size));
            assertThat(spectrum.imaginary(bin)).isCloseTo(expected[bins + bin], within(1e-9 * size));
            assertThat(spectrum.amplitudes()[bin]).isCloseTo(expected[2 * bins + bin], within(1e-12));
        }
    }

    @Test
    void aSpectrumIsComputedOnceForAllWhoWantIt() {
        Tape tape = Tape.mono(48_000, 8000, Tape.noise(4, 1));
        SoundHistory sound = tape.history();
        sound.append(tape.block(0, 8000), 0, 8000);
        Spectrum first = sound.spectrum(4096, Window.HANN, 8000);

        assertThat(sound.spectrum(4096, Window.HANN, 8000)).isSameAs(first);
        assertThat(sound.spectrum(4096, Window.RECT, 8000)).isNotSameAs(first);
        assertThat(sound.spectrum(2048, Window.HANN, 8000)).isNotSameAs(first);
        assertThat(sound.spectrum(4096, Window.HANN, 7999)).isNotSameAs(first);
        assertThat(first.amplitudes()).isSameAs(first.amplitudes());
    }
}
