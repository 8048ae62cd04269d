package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.util.List;
import java.util.Map;

/**
 * The settings of the process with changes over them.
 *
 * @param base what the file and the environment say
 * @param layers changed values by key, the weightiest first
 */
record LayeredSettings(Settings base, List<Map<String, String>> layers) {
    LayeredSettings {
        layers = layers.stream().map(Map::copyOf).toList();
    }

    <T> T get(Setting<T> setting) {
        for (Map<String, String> layer : layers) {
            String text = layer.get(setting.key());
            if (text != null) {
                return setting.parse(text);
            }
        }
        return base.get(setting);
    }

    /** What holds for an analysis. */
    AnalyserSettings forKind(Setting<Double> rate) {
        double rateHz = get(rate);
        return new AnalyserSettings() {
            @Override
            public <T> T get(Setting<T> setting) {
                return LayeredSettings.this.get(setting);
            }

            @Override
            public double maxRateHz() {
                return rateHz == 0 ? Double.POSITIVE_INFINITY : rateHz;
            }
        };
    }
}
