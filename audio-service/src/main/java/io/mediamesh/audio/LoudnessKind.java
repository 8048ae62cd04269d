package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.List;

/**
 * Loudness by ITU-R BS.1770-5 and EBU R 128. Fields: {@code momentary_lufs} (400 ms), {@code short_term_lufs} (3 s), {@code
 * integrated_lufs} and {@code loudness_range_lu} (both since the first listener came or the sound was interrupted; all null
 * as long as there is not enough sound), {@code true_peak_dbtp} (since the last result) and {@code max_true_peak_dbtp}.
 */
public final class LoudnessKind implements AnalyserKind {
    @Override
    public String type() {
        return "loudness";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public double defaultRateHz() {
        return LoudnessMeter.BLOCKS_PER_SECOND;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new LoudnessAnalyser(settings);
    }
}
