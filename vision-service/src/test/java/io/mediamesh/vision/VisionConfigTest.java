package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VisionConfigTest {
    @Test
    void theDefaultsAreTheDocumentedOnes() {
        VisionConfig config = config(Map.of());

        assertThat(config.detectors()).containsExactly("motion", "faces");
        assertThat(config.maxRateHz()).isEqualTo(10);
        assertThat(config.threads()).isPositive();
        assertThat(config.thresholds().motionMinAreaShare()).isEqualTo(0.002);
        assertThat(config.thresholds().peopleMinConfidence()).isEqualTo(0.5);
        assertThat(config.thresholds().facesMinConfidence()).isEqualTo(0.5);
        assertThat(config.intensitySamples()).isEqualTo(30);
        assertThat(config.intensityLogInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theKeysStayWhatTheyAre() {
        assertThat(VisionConfig.all().stream().map(Setting::key))
                .containsExactly(
                        "vision.detectors",
                        "vision.max_rate",
                        "vision.threads",
                        "vision.motion.min_area",
                        "vision.people.min_confidence",
                        "vision.faces.min_confidence",
                        "intensity.max_samples",
                        "intensity.log_interval");
    }

    @Test
    void detectorsAreListedOnceInTheOrderGiven() {
        assertThat(config(Map.of("vision.detectors", " people , motion,people")).detectors())
                .containsExactly("people", "motion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolo", "motion,yolo", "", ",", "Motion"})
    void anUnknownDetectorIsRefusedWithTheKnownOnes(String text) {
        assertThatThrownBy(() -> config(Map.of("vision.detectors", text)))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("vision.detectors")
                .hasMessageContaining("motion, people, faces");
    }

    private static VisionConfig config(Map<String, String> values) {
        return VisionConfig.of(Settings.of(VisionConfig.all(), values));
    }
}
