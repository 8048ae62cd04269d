package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.time.Duration;
import java.util.List;

/** Peak, RMS and held peak of each channel: see {@link LevelMeter}. */
public final class Levels implements AnalyserKind {
    static final Setting<Duration> INTEGRATION_TIME = within(
            "audio.levels.integration_time",
            "300ms",
            1,
            10_000,
            "Over how long the RMS is taken, all of it weighing the same; and the peak, where results come more often.");
    static final Setting<Duration> PEAK_HOLD_TIME = within(
            "audio.levels.peak_hold_time",
            "1s",
            0,
            60_000,
            "How long the highest peak is held, before it falls by 20 dB a second.");

    /** A duration within bounds. */
    static Setting<Duration> within(
            String key, String defaultText, long leastMillis, long mostMillis, String description) {
        Setting<Duration> any = Setting.duration(key, defaultText, description);
        String kind = leastMillis + "ms to " + mostMillis + "ms";
        return new Setting<>(key, kind, defaultText, description, "", false, text -> {
            Duration value = any.parser().apply(text);
            if (value.toMillis() < leastMillis || value.toMillis() > mostMillis) {
                throw new IllegalArgumentException("a duration from " + kind);
            }
            return value;
        });
    }

    @Override
    public String type() {
        return "levels";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(INTEGRATION_TIME, PEAK_HOLD_TIME);
    }

    @Override
    public double defaultRateHz() {
        return 50;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new LevelMeter(
                settings.maxRateHz(), (int) settings.get(INTEGRATION_TIME).toMillis(), (int)
                        settings.get(PEAK_HOLD_TIME).toMillis());
    }
}
