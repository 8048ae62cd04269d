package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.jtransforms.fft.DoubleFFT_1D;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pitch of instruments and of a voice, which FluidSynth with the sound font FluidR3 and eSpeak NG play. The notes are
 * known; how exactly the sound font is tuned is not, so librosa.pyin and a long transform say what really sounds.
 */
@Tag("slow")
class NotesTest {
    private static final AnalyserKind KIND = new PitchTrackerKind();
    private static final int RATE_HZ = Tones.RATE_HZ;
    private static final int SLOT_FRAMES = (int) ((Score.NOTE_SECONDS + Score.REST_SECONDS) * RATE_HZ);

    private static final Score CLARINET = new Score(71, 50, 44);
    private static final Score CELLO = new Score(42, 36, 44);
    private static final Score REED_ORGAN = new Score(20, 36, 60);
    /** Above this the pipes of 16 feet that it adds sound an octave lower than the note. */
    private static final Score CHURCH_ORGAN = new Score(19, 36, 34);

    private static final Score FLUTE = new Score(73, 60, 36);
    private static final Score GUITAR = new Score(24, 40, 40);
    private static final Score PIANO = new Score(0, 32, 76);

    private final Path folder;

    NotesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** What was heard of a note: the score's frequency, where in the sound it is steady, and the pitches there. */
    private record Note(double scoreHz, int from, int count, List<Double> trackedHz, int frames) {
        double medianHz() {
            return median(trackedHz.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }

    private static double median(double[] values) {
        double[] sorted =
                DoubleStream.of(values).filter(Double::isFinite).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private static double cents(double hz, double trueHz) {
        return Math.abs(1200 * Math.log(hz / trueHz) / Math.log(2));
    }

    private static List<Note> heard(Score score, double[] sound, double fromSeconds, double untilSeconds) {
        List<ArraySound.Result> results = new ArraySound(RATE_HZ, sound).play(KIND.open(TestSettings.defaultsOf(KIND)));
        List<Note> notes = new ArrayList<>();
        for (int index = 0; index < score.count(); index++) {
            int from = index * SLOT_FRAMES + (int) (fromSeconds * RATE_HZ);
            int until = index * SLOT_FRAMES + (int) (untilSeconds * RATE_HZ);
            List<OptionalDouble> frames = results.stream()
                    .filter(result -> result.frame() >= from && result.frame() < until)
                    .map(result -> result.fields().number("frequency_hz"))
                    .toList();
            List<Double> pitches = frames.stream()
                    .flatMapToDouble(OptionalDouble::stream)
                    .boxed()
                    .toList();
            notes.add(new Note(Score.hzOf(score.lowest() + index), from, until - from, pitches, frames.size()));
        }
        return notes;
    }

    private static double share(List<Boolean> good) {
        return good.stream().filter(yes -> yes).count() / (double) good.size();
    }

    @Test
    void readsSustainedNotesWithinFiveCents() {
        List<Boolean> asPyin = new ArrayList<>();
        int frames = 0;
        int wrong = 0;
        for (Score score : List.of(CLARINET, CELLO, REED_ORGAN)) {
            double[] sound = Tool.synthesise(score.toMidi(), folder);
            List<Note> notes = heard(score, sound, 0.2, 1.4);
            List<Object> arguments = new ArrayList<>(List.of(Tool.save(folder, sound)));
            for (Note note : notes) {
                arguments.addAll(
                        List.of(note.from - 2048, note.count + 4096, note.scoreHz * 0.84, note.scoreHz * 1.19, 0.02));
                frames += note.frames;
                wrong += note.frames
                        - (int) note.trackedHz.stream()
                                .filter(hz -> cents(hz, note.scoreHz) <= 50)
                                .count();
            }
            List<double[]> judged = Tool.python("pyin.py", arguments.toArray());
            for (int index = 0; index < notes.size(); index++) {
                asPyin.add(cents(notes.get(index).medianHz(), median(judged.get(index))) <= 5);
            }
        }
        assertThat(share(asPyin)).isGreaterThanOrEqualTo(0.95);
        assertThat(wrong).isLessThanOrEqualTo(frames / 100);
    }

    /** Ranks of pipes beside the fundamental are not in tune with it, and move pyin by up to 10 cents. */
    @Test
    void readsOrganPipesWithinFiveCentsOfTheFundamental() {
        assertThat(shareNearFundamental(CHURCH_ORGAN, 0.2, 1.4, 5)).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void readsTheFundamentalOfPianoNotesWithinTenCents() {
        assertThat(shareNearFundamental(PIANO, 0.1, 0.6, 10)).isGreaterThanOrEqualTo(0.9);
    }

    private double shareNearFundamental(Score score, double fromSeconds, double untilSeconds, double withinCents) {
        double[] sound = Tool.synthesise(score.toMidi(), folder);
        return share(heard(score, sound, fromSeconds, untilSeconds).stream()
                .map(note -> {
                    double[] steady = ArraySound.part(sound, note.from, note.count);
                    return cents(note.medianHz(), strongestNear(note.scoreHz, steady)) <= withinCents;
                })
                .toList());
    }

    @Test
    void isHardlyEverAnOctaveOff() {
        for (Score score : List.of(FLUTE, GUITAR, PIANO)) {
            List<Note> notes = heard(score, Tool.synthesise(score.toMidi(), folder), 0.1, 0.8);
            long voiced =
                    notes.stream().mapToLong(note -> note.trackedHz.size()).sum();
            long wrong = notes.stream()
                    .flatMapToDouble(note -> note.trackedHz.stream().mapToDouble(hz -> cents(hz, note.scoreHz)))
                    .filter(cents -> cents > 50)
                    .count();
            assertThat(wrong).as("%s", score).isLessThanOrEqualTo(voiced / 100);
        }
    }

    @Test
    void followsAVoiceAsPyinDoes() {
        Path spoken = folder.resolve("voice.wav");
        Tool.run(List.of(
                "espeak-ng",
                "-v",
                "en",
                "-w",
                spoken.toString(),
                "The rainbow is a division of white light into many beautiful colours. These take the shape of a long "
                        + "round arch, with its path high above, and its two ends apparently beyond the horizon."));
        double[] sound = Tool.mono(spoken);
        // As often as pyin looks, so that both look at the same pieces.
        List<ArraySound.Result> results = new ArraySound(RATE_HZ, sound).play(KIND.open(Tape.settings(100, Map.of())));
        long from = results.getFirst().frame() - 2048;
        double[] judged = Tool.python("pyin.py", Tool.save(folder, sound), from, sound.length - from, 60, 400, 0.1)
                .getFirst();
        int both = 0;
        int wrong = 0;
        int agreed = 0;
        int frames = 0;
        for (ArraySound.Result result : results) {
            int at = (int) ((result.frame() - 2048 - from) / 480);
            if (at < judged.length) {
                OptionalDouble hz = result.fields().number("frequency_hz");
                frames++;
                if (hz.isPresent() == Double.isFinite(judged[at])) {
                    agreed++;
                }
                if (hz.isPresent() && Double.isFinite(judged[at])) {
                    both++;
                    // A fifth, as is usual for speech, whose pitch glides within a piece.
                    wrong += Math.abs(hz.getAsDouble() / judged[at] - 1) > 0.2 ? 1 : 0;
                }
            }
        }
        assertThat(both).isGreaterThan(50);
        assertThat(wrong).as("wrong of %s", both).isLessThanOrEqualTo(both / 50);
        assertThat(agreed / (double) frames).isGreaterThan(0.8);
    }

    /** The frequency of the strongest line within 2 percent, from one transform of the whole, padded eightfold. */
    private static double strongestNear(double hz, double[] samples) {
        double[] padded = new double[8 * Integer.highestOneBit(2 * samples.length)];
        for (int frame = 0; frame < samples.length; frame++) {
            padded[frame] = samples[frame] * (0.5 - 0.5 * Math.cos(2 * Math.PI * frame / samples.length));
        }
        new DoubleFFT_1D(padded.length).realForward(padded);
        double binHz = (double) RATE_HZ / padded.length;
        int best = (int) (hz * 0.98 / binHz);
        for (int bin = best; bin * binHz < hz * 1.02; bin++) {
            if (Math.hypot(padded[2 * bin], padded[2 * bin + 1]) > Math.hypot(padded[2 * best], padded[2 * best + 1])) {
                best = bin;
            }
        }
        return best * binHz;
    }
}
