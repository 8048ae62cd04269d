package io.mediamesh.audio;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.Optional;

/**
 * By how much the second channel comes later than the first, or a stream than another. Fields: {@code delay_ms}, {@code
 * delay_samples} (with fractions) and {@code distance_m} (positive where the second is later), {@code confidence} (0 to 1),
 * {@code polarity} ({@code normal} or {@code inverted}), {@code channel_labels} and {@code status}: {@code measured}, or why
 * all of them are null: {@code silent}, {@code mono} or {@code rates_differ}.
 */
public final class DelayEstimatorKind implements AnalyserKind {
    static final Setting<Double> MAX_DELAY_MS = Setting.number(
            "audio.delay_estimator.max_delay_ms",
            100,
            1,
            250,
            "The longest delay that is looked for, in milliseconds.");
    static final Setting<String> REFERENCE = Setting.text(
            "audio.delay_estimator.reference",
            "",
            "The stream whose sound the stream's is compared with; empty to compare the stream's first two channels.");

    @Override
    public String type() {
        return "delay_estimator";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(MAX_DELAY_MS, REFERENCE);
    }

    @Override
    public double defaultRateHz() {
        return 2;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new DelayAnalyser(settings, reference(settings).isPresent());
    }

    @Override
    public Optional<StreamId> reference(AnalyserSettings settings) {
        String id = settings.get(REFERENCE).strip();
        return id.isEmpty() ? Optional.empty() : Optional.of(new StreamId(id));
    }
}
