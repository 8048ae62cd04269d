package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.AudioBlock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HopsTest {
    @ParameterizedTest
    @CsvSource({"48000, 15, 3200", "44100, 15, 2940", "48000, 50, 960", "48000, 0.1, 480000", "48000, 7, 6858"})
    void noMoreResultsASecondThanTheRateAllows(int sampleRateHz, double rateHz, int frames) {
        assertThat(Hops.frames(sampleRateHz, rateHz, 1)).isEqualTo(frames);
    }

    @Test
    void withoutARateTheAnalysisSaysHowOften() {
        assertThat(Hops.frames(48_000, Double.POSITIVE_INFINITY, 480)).isEqualTo(480);
        assertThat(Hops.frames(48_000, 1000, 480)).isEqualTo(480);
    }

    @Test
    void whoComesLaterBeginsWithTheNewestResultAtOnce() {
        SoundHistory sound = silence(100_000);
        Hops hops = new Hops(3200, 4096);
        assertThat(hops.due(sound)).isTrue();
        assertThat(hops.take()).isEqualTo(99_200);
        assertThat(hops.due(sound)).isFalse();
    }

    @Test
    void whatIsNoLongerKeptIsLeftOut() {
        Hops hops = new Hops(3200, 4096);
        assertThat(hops.due(silence(8000))).isTrue();
        assertThat(hops.take()).isEqualTo(6400);
        assertThat(hops.due(silence(400_000))).isTrue();
        assertThat(hops.take()).isEqualTo(400_000);
    }

    @Test
    void analysesSeldomerThanSoundIsKeptDoNotLookBackBehindIt() {
        SoundHistory sound = silence(900_000);
        for (AnalyserKind kind :
                List.of(new Levels(), new FftSpectrum(), new OctaveSpectrum(), new Spectrogram(), new Scope())) {
            Analyser analyser = kind.open(Tape.settings(0.1, Map.of()));
            long[] results = {0};
            for (int block = 0; block < 130; block++) {
                sound.append(AudioBlock.takeOver(48_000, 1, new short[8000]), 0, 8000);
                analyser.listen(sound, (frame, fields) -> results[0]++);
            }
            assertThat(results[0]).as(kind.type()).isBetween(1L, 3L);
        }
    }

    @Test
    void afterARestartAnalysesBeginAnewWithAnotherForm() {
        for (AnalyserKind kind :
                List.of(new Levels(), new FftSpectrum(), new OctaveSpectrum(), new Spectrogram(), new Scope())) {
            Analyser analyser = kind.open(Tape.settings(kind.defaultRateHz(), Map.of()));
            Tape stereo = Tape.of(48_000, 48_000, List.of(Tape.noise(1, 1), Tape.noise(2, 1)));
            Tape mono = Tape.mono(16_000, 16_000, Tape.sine(16_000, 1000, 0.5));
            List<String> fresh = texts(mono.playTo(kind, Map.of()));

            stereo.playTo(analyser, 480);
            analyser.restart();
            assertThat(texts(mono.playTo(analyser, 160))).as(kind.type()).isEqualTo(fresh);
        }
    }

    private static List<String> texts(List<Tape.Result> results) {
        return results.stream().map(Tape.Result::json).toList();
    }

    private static SoundHistory silence(int frames) {
        SoundHistory sound = new SoundHistory(48_000, 1);
        for (int from = 0; from < frames; from += 4000) {
            sound.append(AudioBlock.takeOver(48_000, 1, new short[4000]), 0, 4000);
        }
        return sound;
    }
}
