package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Fields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against sounds whose beginnings are known because they were put there. */
class OnsetTest {
    private static final AnalyserKind KIND = new OnsetKind();

    private static List<Double> onsetSeconds(double[] samples) {
        return new ArraySound(Tones.RATE_HZ, samples)
                .play(KIND.open(TestSettings.defaultsOf(KIND))).stream()
                        .filter(result -> result.fields().number("offset_ms").isPresent())
                        .map(result -> result.frame() / (double) Tones.RATE_HZ
                                + result.fields().number("offset_ms").orElseThrow() / 1000)
                        .toList();
    }

    private static long matched(List<Double> trueSeconds, List<Double> foundSeconds, double toleranceSeconds) {
        return trueSeconds.stream()
                .filter(truth -> foundSeconds.stream().anyMatch(found -> Math.abs(found - truth) <= toleranceSeconds))
                .count();
    }

    @Test
    void findsPluckedNotesWhenTheyBegin() {
        Random random = new Random(1);
        List<Double> begun = new ArrayList<>();
        double[] sound = Tones.whiteNoise(20, 0.0005, 2);
        for (double at = 0.3; at < 19; at += 0.15 + 0.4 * random.nextDouble()) {
            begun.add(at);
            int from = (int) (at * Tones.RATE_HZ);
            double hz = 150 + 700 * random.nextDouble();
            IntStream.range(0, Math.min(sound.length - from, 24_000)).forEach(frame -> {
                double seconds = (double) frame / Tones.RATE_HZ;
                for (int partial = 1; partial <= 6; partial++) {
                    sound[from + frame] += 0.2
                            / partial
                            * Math.exp(-6 * partial * seconds)
                            * Math.sin(2 * Math.PI * partial * hz * seconds);
                }
            });
        }
        List<Double> found = onsetSeconds(sound);
        long right = matched(begun, found, 0.02);
        assertThat(right / (double) begun.size())
                .as("found of %s", begun.size())
                .isGreaterThanOrEqualTo(0.95);
        assertThat(right / (double) found.size())
                .as("right of %s", found.size())
                .isGreaterThanOrEqualTo(0.95);
    }

    @Tag("slow")
    @Test
    void findsTheNotesOfAGuitarAndOfAPiano(@TempDir Path folder) {
        for (Score score : List.of(new Score(24, 45, 20), new Score(0, 45, 20))) {
            List<Double> begun = IntStream.range(0, score.count())
                    .mapToObj(index -> index * (Score.NOTE_SECONDS + Score.REST_SECONDS))
                    .toList();
            List<Double> found = onsetSeconds(Tool.synthesise(score.toMidi(), folder));
            // The first begins with the sound itself.
            assertThat(matched(begun.subList(1, begun.size()), found, 0.04)).isGreaterThanOrEqualTo(score.count() - 2);
            assertThat(found).hasSizeLessThanOrEqualTo(score.count() * 5 / 4);
        }
    }

    @Test
    void hearsNothingBeginInSteadySound() {
        for (double[] steady : List.of(
                Tones.sine(20, 440, 0.3),
                Tones.whiteNoise(20, 0.1, 3),
                Tones.pinkNoise(20, 0.1, 4),
                Tones.silence(20))) {
            // The beginning of the sound itself may count.
            assertThat(onsetSeconds(steady).stream().filter(seconds -> seconds > 0.1))
                    .isEmpty();
        }
    }

    @Test
    void givesAnEvenStreamOfResults() {
        List<ArraySound.Result> results =
                new ArraySound(Tones.RATE_HZ, Tones.silence(2)).play(KIND.open(TestSettings.defaultsOf(KIND)));
        assertThat(results).hasSizeBetween(38, 40);
        assertThat(results.getFirst().fields().names()).containsExactly("onset", "offset_ms", "strength", "span_ms");
        assertThat(results.getFirst().fields().number("span_ms")).hasValue(50);
        assertThat(results.getFirst().fields().get("offset_ms")).isEqualTo(Optional.of(new Fields.Value.None()));
    }
}
