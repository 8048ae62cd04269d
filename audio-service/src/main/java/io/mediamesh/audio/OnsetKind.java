package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.OptionalLong;

/**
 * Beginnings of notes and other events, gathered into results of an even rate, 20 Hz at most. Fields: {@code onset}, whether
 * one was within the result's span; {@code offset_ms}, when, against the time of the result (null where none was); {@code
 * strength}, the strongest rise of the span, 1 being as much as makes an onset; {@code span_ms}, how long the span is.
 */
public final class OnsetKind implements AnalyserKind {
    static final Setting<Double> THRESHOLD = Setting.number(
            "audio.onset.threshold", 4, 0.5, 40, "Mean rise over the bands, in dB, by which an onset stands out.");

    private static final double MOST_RESULTS_HZ = 20;

    @Override
    public String type() {
        return "onset";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(THRESHOLD);
    }

    @Override
    public double defaultRateHz() {
        return MOST_RESULTS_HZ;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        double rateHz = Math.min(MOST_RESULTS_HZ, settings.maxRateHz());
        return new OnsetAnalyser(settings.get(THRESHOLD), (int) Math.round(1 / (rateHz * OnsetDetector.HOP_SECONDS)));
    }

    private static final class OnsetAnalyser extends SteadyAnalyser<OnsetDetector> {
        private static final double PIECE_SECONDS = 0.02;

        private final double threshold;
        private final int hopsPerResult;
        private double strongest;
        private OptionalLong onset = OptionalLong.empty();

        OnsetAnalyser(double threshold, int hopsPerResult) {
            super(PIECE_SECONDS, OnsetDetector.HOP_SECONDS, hopsPerResult);
            this.threshold = threshold;
            this.hopsPerResult = hopsPerResult;
        }

        @Override
        OnsetDetector detector(int sampleRateHz, int size) {
            return new OnsetDetector(sampleRateHz, size, threshold);
        }

        @Override
        void look(Run<OnsetDetector> current, Spectrum spectrum, long end, boolean isDue, Results results) {
            OnsetDetector.Verdict verdict = current.detector().next(spectrum);
            // New sound raises a Hann-windowed piece most when it fills its newer half.
            long about = end - current.size() / 4 - (long) OnsetDetector.LOOKAHEAD * current.hopFrames();
            strongest = Math.max(strongest, verdict.strength());
            if (verdict.isOnset() && onset.isEmpty()) {
                onset = OptionalLong.of(about);
            }
            if (isDue && about >= 0) {
                give(Math.max(0, about - (long) hopsPerResult * current.hopFrames() / 2), current, results);
            }
        }

        private void give(long middle, Run<OnsetDetector> current, Results results) {
            Fields.Builder fields = Fields.builder().flag("onset", onset.isPresent());
            onset.ifPresentOrElse(
                    frame -> fields.number("offset_ms", 1000.0 * (frame - middle) / current.sampleRateHz(), 1),
                    () -> fields.none("offset_ms"));
            results.give(
                    middle,
                    fields.number("strength", strongest, 3)
                            .number("span_ms", 1000 * hopsPerResult * OnsetDetector.HOP_SECONDS, 1)
                            .build());
            strongest = 0;
            onset = OptionalLong.empty();
        }

        @Override
        public void restart() {
            super.restart();
            strongest = 0;
            onset = OptionalLong.empty();
        }
    }
}
