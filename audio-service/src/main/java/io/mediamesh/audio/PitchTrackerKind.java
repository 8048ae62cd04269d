package io.mediamesh.audio;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import java.util.List;

/**
 * Pitch, as a note and how far off it. Fields: {@code frequency_hz}, {@code note_name} and {@code cents} (all null where
 * there is no pitch), {@code confidence} and {@code harmonic_clarity} (0 to 1), {@code amplitude_db} (RMS in dBFS).
 */
public final class PitchTrackerKind implements AnalyserKind {
    static final Setting<Double> REFERENCE =
            Setting.number("audio.pitch_tracker.reference", 440, 380, 500, "Frequency of A4 in Hz.");
    static final Setting<Double> MIN_FREQUENCY = Setting.number(
            "audio.pitch_tracker.min_frequency", 50, 50, 1000, "Lowest pitch that is looked for, in Hz.");
    static final Setting<Double> MAX_FREQUENCY = Setting.number(
            "audio.pitch_tracker.max_frequency", 4000, 200, 4000, "Highest pitch that is looked for, in Hz.");
    static final Setting<Double> MIN_CONFIDENCE = Setting.number(
            "audio.pitch_tracker.min_confidence", 0.3, 0, 1, "Where the confidence is lower, there is no pitch.");
    static final Setting<Double> MIN_LEVEL = Setting.number(
            "audio.pitch_tracker.min_level", -70, -150, 0, "Where the RMS in dBFS is lower, there is no pitch.");

    @Override
    public String type() {
        return "pitch_tracker";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(REFERENCE, MIN_FREQUENCY, MAX_FREQUENCY, MIN_CONFIDENCE, MIN_LEVEL);
    }

    @Override
    public double defaultRateHz() {
        return 20;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        double min = settings.get(MIN_FREQUENCY);
        double max = settings.get(MAX_FREQUENCY);
        if (min * 2 > max) {
            throw MeshException.invalid(
                    MIN_FREQUENCY.key(),
                    MIN_FREQUENCY.key() + " must be at most half of " + MAX_FREQUENCY.key() + " (" + max + "), not "
                            + min);
        }
        return new PitchTracker(settings);
    }
}
