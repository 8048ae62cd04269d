package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.time.Duration;
import java.util.List;

/** Waveforms that stand still: see {@link ScopeAnalyser}. */
public final class Scope implements AnalyserKind {
    static final Setting<String> TRIGGER = Setting.choice(
            "audio.scope.trigger",
            "rising",
            List.of("rising", "falling", "free"),
            "What a window begins with: the wave rising or falling through the level, or nothing.");
    static final Setting<Integer> CHANNEL = Setting.integer(
            "audio.scope.channel", 1, 1, 64, "The channel that triggers; the last one where there are not so many.");
    static final Setting<Double> LEVEL =
            Setting.number("audio.scope.level", 0, -1, 1, "The trigger's level; full scale is -1 to 1.");
    static final Setting<Double> HYSTERESIS = Setting.number(
            "audio.scope.hysteresis", 0.005, 0, 1, "How far beyond the level the wave must have been, against noise.");
    static final Setting<Duration> HOLDOFF =
            Levels.within("audio.scope.holdoff", "0s", 0, 10_000, "How long after a trigger none is looked for.");
    static final Setting<Duration> LENGTH =
            Levels.within("audio.scope.length", "20ms", 1, 500, "How long a window is.");
    static final Setting<Double> PRETRIGGER =
            Setting.number("audio.scope.pretrigger", 0.1, 0, 1, "The share of a window that lies before the trigger.");
    static final Setting<Duration> AUTO_AFTER = Levels.within(
            "audio.scope.auto_after",
            "200ms",
            0,
            60_000,
            "After so long without a trigger a window comes nevertheless; 0s: never.");

    @Override
    public String type() {
        return "scope";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(TRIGGER, CHANNEL, LEVEL, HYSTERESIS, HOLDOFF, LENGTH, PRETRIGGER, AUTO_AFTER);
    }

    @Override
    public double defaultRateHz() {
        return 20;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        String trigger = settings.get(TRIGGER);
        return new ScopeAnalyser(
                new ScopeAnalyser.Options(
                        trigger.equals("free"),
                        trigger.equals("falling") ? -1 : 1,
                        settings.get(CHANNEL) - 1,
                        settings.get(LEVEL),
                        settings.get(HYSTERESIS),
                        settings.get(HOLDOFF).toNanos() / 1e9,
                        settings.get(LENGTH).toNanos() / 1e9,
                        settings.get(PRETRIGGER),
                        settings.get(AUTO_AFTER).toNanos() / 1e9),
                settings.maxRateHz());
    }
}
