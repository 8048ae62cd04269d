package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.vision.onnx.ModelSource;
import io.mediamesh.vision.onnx.NamedModel;
import io.mediamesh.vision.roboflow.HostedModel;
import java.time.Duration;
import java.util.HashMap;
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
        assertThat(config.models().files()).isEmpty();
        assertThat(config.models().limits()).isEqualTo(new NamedModel.Limits(512L << 20, 1, 0));
        assertThat(config.models().checkInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.drawTracks()).isEqualTo(VisionConfig.DrawTracks.MARKED);
        assertThat(config.intensitySamples()).isEqualTo(30);
        assertThat(config.intensityLogInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theKeysStayWhatTheyAre() {
        assertThat(VisionConfig.all().stream().map(Setting::key))
                .containsExactly(
                        "vision.detectors",
                        "vision.models",
                        "vision.model_hosts",
                        "vision.model_dir",
                        "data.dir",
                        "vision.model_provider",
                        "vision.model_threads",
                        "vision.model_min_confidence",
                        "vision.model_max_mib",
                        "vision.model_check_interval",
                        "vision.max_rate",
                        "vision.threads",
                        "vision.motion.min_area",
                        "vision.people.min_confidence",
                        "vision.faces.min_confidence",
                        "vision.draw_tracks",
                        "intensity.max_samples",
                        "intensity.log_interval",
                        "roboflow.models",
                        "roboflow.api_key",
                        "roboflow.url",
                        "roboflow.max_rate",
                        "roboflow.min_confidence",
                        "roboflow.connections",
                        "roboflow.timeout",
                        "roboflow.retries",
                        "roboflow.pause");
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

    @Test
    void aModelIsADetectorByTheNameThatItWasGiven() {
        VisionConfig config = config(Map.of(
                "vision.models", "yolo=/models/yolo.onnx, guns-2 = other models/a=b.onnx",
                "vision.detectors", "motion,guns-2"));

        assertThat(config.models().files())
                .containsExactly(
                        Map.entry("yolo", ModelSource.parse("/models/yolo.onnx")),
                        Map.entry("guns-2", ModelSource.parse("other models/a=b.onnx")));
        assertThat(config.detectors()).containsExactly("motion", "guns-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolo", "=a.onnx", "yolo=", "Yolo=a.onnx", "motion=a.onnx", "a=b,a=c"})
    void modelsThatAreNotWrittenAsNameAndFileAreRefused(String text) {
        assertThatThrownBy(() -> config(Map.of("vision.models", text)))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("vision.models")
                .hasMessageContaining("NAME=FILE");
    }

    @Test
    void aHostedModelIsADetectorByTheNameThatItWasGivenAndHasARateOfItsOwn() {
        Map<String, String> values = Map.of(
                "roboflow.models", "players=football-players/12", "roboflow.api_key", "k", "roboflow.max_rate", "1.5");
        VisionConfig without = config(values);
        assertThat(without.asksServer()).isFalse();
        assertThat(without.rateHz()).isEqualTo(10);

        Map<String, String> chosen = new HashMap<>(values);
        chosen.put("vision.detectors", "motion,players");
        VisionConfig with = config(chosen);
        assertThat(with.asksServer()).isTrue();
        assertThat(with.rateHz()).isEqualTo(1.5);
        assertThat(with.hosted().models()).containsEntry("players", HostedModel.of("football-players/12"));
        assertThat(with.hosted().access().url()).isEqualTo("https://serverless.roboflow.com");
    }

    @Test
    void aHostedModelWithoutAKeyStopsTheStartAndNamesTheVariable() {
        assertThatThrownBy(() ->
                        config(Map.of("roboflow.models", "players=football-players/12", "vision.detectors", "players")))
                .isInstanceOf(MeshException.class)
                .hasMessageContainingAll("players", "ROBOFLOW_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"motion=a/1", "yolo=a/1"})
    void aHostedModelMustNotHaveTheNameOfAnotherDetector(String models) {
        assertThatThrownBy(() -> config(Map.of("vision.models", "yolo=yolo.onnx", "roboflow.models", models)))
                .isInstanceOf(MeshException.class)
                .hasMessageContainingAll("roboflow.models", "another detector");
    }

    private static VisionConfig config(Map<String, String> values) {
        return VisionConfig.of(Settings.of(VisionConfig.all(), values));
    }
}
