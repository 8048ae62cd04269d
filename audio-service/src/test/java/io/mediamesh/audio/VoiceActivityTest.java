package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Fields;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On speech of eSpeak NG, whose pauses are seen in the clean sound, on noise and on instruments of FluidSynth. */
class VoiceActivityTest {
    private static final AnalyserKind KIND = new VoiceActivityKind();
    private static final int RATE_HZ = Tones.RATE_HZ;
    private static final double RMS = 0.05;
    private static final String TEXT =
            "The rainbow is a division of white light into many beautiful colours. These take the shape of a long round "
                    + "arch, with its path high above, and its two ends apparently beyond the horizon.";

    private static double shareRight(double[] samples, LongPredicate spoken) {
        List<ArraySound.Result> results =
                new ArraySound(RATE_HZ, samples).play(KIND.open(TestSettings.defaultsOf(KIND)));
        assertThat(results.size()).isGreaterThan(9 * samples.length / RATE_HZ);
        long right = results.stream()
                .filter(result -> result.fields()
                        .get("voice_active")
                        .equals(Optional.of(new Fields.Value.Flag(spoken.test(result.frame())))))
                .count();
        return right / (double) results.size();
    }

    /** Two seconds of nothing, speech, and two seconds of nothing. */
    private static double[] speech(String voice, Path folder) {
        Path file = folder.resolve(voice + ".wav");
        Tool.run(List.of("espeak-ng", "-v", voice, "-w", file.toString(), TEXT));
        double[] spoken = Tool.mono(file);
        double[] padded = new double[spoken.length + 4 * RATE_HZ];
        double scale = RMS / Tones.rms(spoken);
        for (int frame = 0; frame < spoken.length; frame++) {
            padded[2 * RATE_HZ + frame] = scale * spoken[frame];
        }
        return padded;
    }

    /** Whether within 150 ms of a frame there is anything less than 35 dB below the loudest: gaps between words count. */
    private static LongPredicate pausesOf(double[] clean) {
        int step = RATE_HZ / 100;
        double[] rms = new double[clean.length / step];
        for (int index = 0; index < rms.length; index++) {
            rms[index] = Tones.rms(ArraySound.part(clean, index * step, step));
        }
        double audible = Arrays.stream(rms).max().orElseThrow() * Math.pow(10, -35 / 20.0);
        return frame -> {
            int at = (int) (frame / step);
            for (int index = Math.max(0, at - 15); index <= Math.min(rms.length - 1, at + 15); index++) {
                if (rms[index] >= audible) {
                    return true;
                }
            }
            return false;
        };
    }

    @Tag("slow")
    @Test
    void knowsWhenSomebodySpeaks(@TempDir Path folder) {
        for (String voice : List.of("en", "en+f3", "de")) {
            double[] clean = speech(voice, folder);
            LongPredicate spoken = pausesOf(clean);
            double seconds = (double) clean.length / RATE_HZ + 1;
            double tenDbBelow = RMS * Math.pow(10, -10 / 20.0);
            assertThat(shareRight(clean, spoken)).as("%s", voice).isGreaterThanOrEqualTo(0.9);
            assertThat(shareRight(Tones.sum(clean, Tones.whiteNoise(seconds, tenDbBelow, 1)), spoken))
                    .as("%s in white noise", voice)
                    .isGreaterThanOrEqualTo(0.9);
            assertThat(shareRight(Tones.sum(clean, Tones.pinkNoise(seconds, tenDbBelow, 2)), spoken))
                    .as("%s in pink noise", voice)
                    .isGreaterThanOrEqualTo(0.9);
        }
    }

    @Test
    void takesNoNoiseForAVoice() {
        assertThat(shareRight(Tones.whiteNoise(30, RMS, 3), frame -> false)).isGreaterThanOrEqualTo(0.99);
        assertThat(shareRight(Tones.pinkNoise(30, RMS, 4), frame -> false)).isGreaterThanOrEqualTo(0.99);
        assertThat(shareRight(Tones.silence(5), frame -> false)).isEqualTo(1);
        assertThat(shareRight(Tones.sine(10, 440, 0.3), frame -> false)).isEqualTo(1);
    }

    @Tag("slow")
    @Test
    void takesNoInstrumentForAVoice(@TempDir Path folder) {
        for (int program : new int[] {0, 19, 24, 42, 48, 71}) {
            double[] notes = Tool.synthesise(new Score(program, 45, 15).toMidi(), folder);
            assertThat(shareRight(notes, frame -> false))
                    .as("program %s", program)
                    .isGreaterThanOrEqualTo(0.9);
        }
        double[] chords = Tool.synthesise(new Score(48, 36, 15).toMidi(), folder);
        for (int lowest : new int[] {48, 52, 55}) {
            chords = Tones.sum(chords, Tool.synthesise(new Score(0, lowest, 15).toMidi(), folder));
        }
        assertThat(shareRight(chords, frame -> false)).as("chords").isGreaterThanOrEqualTo(0.9);
    }
}
