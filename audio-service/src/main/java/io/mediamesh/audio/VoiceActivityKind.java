package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.mesh.Setting;
import java.util.List;

/**
 * Whether somebody speaks. Fields: {@code voice_active}, {@code confidence} (0 to 1, that the sound is speech), {@code
 * level_db} (RMS from 100 to 4000 Hz in dBFS), {@code above_noise_db} (against the quietest of the last three seconds). A
 * result is about a moment some 160 ms before it is given.
 */
public final class VoiceActivityKind implements AnalyserKind {
    static final Setting<Double> MIN_LEVEL = Setting.number(
            "audio.voice_activity.min_level", -65, -150, 0, "What is quieter, as RMS in dBFS, is never a voice.");

    private static final double MOST_RESULTS_HZ = 1 / VoiceDetector.HOP_SECONDS;

    @Override
    public String type() {
        return "voice_activity";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(MIN_LEVEL);
    }

    @Override
    public double defaultRateHz() {
        return 10;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        double rateHz = Math.min(MOST_RESULTS_HZ, settings.maxRateHz());
        return new VoiceAnalyser(settings.get(MIN_LEVEL), (int) Math.max(1, Math.round(MOST_RESULTS_HZ / rateHz)));
    }

    private static final class VoiceAnalyser extends SteadyAnalyser<VoiceDetector> {
        private static final double PIECE_SECONDS = 0.04;

        private final double minLevelDbfs;

        VoiceAnalyser(double minLevelDbfs, int hopsPerResult) {
            super(PIECE_SECONDS, VoiceDetector.HOP_SECONDS, hopsPerResult);
            this.minLevelDbfs = minLevelDbfs;
        }

        @Override
        VoiceDetector detector(int sampleRateHz, int size) {
            return new VoiceDetector(sampleRateHz, size, minLevelDbfs);
        }

        @Override
        void look(Run<VoiceDetector> current, Spectrum spectrum, long end, boolean isDue, Results results) {
            VoiceDetector.Verdict verdict = current.detector().next(spectrum);
            long middle = end - current.size() / 2 - (long) VoiceDetector.LOOKAHEAD * current.hopFrames();
            if (isDue && middle >= 0) {
                results.give(
                        middle,
                        Fields.builder()
                                .flag("voice_active", verdict.isVoice())
                                .number("confidence", verdict.confidence(), 3)
                                .number("level_db", verdict.levelDbfs(), 2)
                                .number("above_noise_db", verdict.aboveNoiseDb(), 2)
                                .build());
            }
        }
    }
}
