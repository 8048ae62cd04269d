package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.Map;

/** The defaults of a kind, and some values over them. */
record TestSettings(double maxRateHz, Map<String, String> given) implements AnalyserSettings {
    static TestSettings defaultsOf(AnalyserKind kind) {
        return new TestSettings(kind.defaultRateHz(), Map.of());
    }

    static TestSettings of(AnalyserKind kind, Map<String, String> given) {
        return new TestSettings(kind.defaultRateHz(), given);
    }

    @Override
    public <T> T get(Setting<T> setting) {
        return setting.parse(given.getOrDefault(setting.key(), setting.defaultText()));
    }
}
