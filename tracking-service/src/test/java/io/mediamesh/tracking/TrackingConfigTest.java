package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrackingConfigTest {
    @Test
    void theDefaultsAreTheDocumentedOnes() {
        TrackingConfig config = TrackingConfig.of(Settings.of(TrackingConfig.all(), Map.of()));
        assertThat(config.threads()).isPositive();
        assertThat(config.queue()).isEqualTo(64);
        assertThat(config.maxSessions()).isEqualTo(200);
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.maxRateHz()).isEqualTo(30);
        assertThat(config.maxGap()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.certainty()).isEqualTo(0.5);
        assertThat(config.models()).isEmpty();
    }

    @Test
    void theKeysStayWhatTheyAre() {
        assertThat(TrackingConfig.all().stream().map(Setting::key))
                .containsExactly(
                        "tracking.threads",
                        "tracking.queue",
                        "tracking.max_sessions",
                        "tracking.idle_timeout",
                        "tracking.max_rate",
                        "tracking.max_gap",
                        "tracking.certainty",
                        "tracking.backend",
                        "tracking.encoder",
                        "tracking.decoder",
                        "tracking.model_threads");
    }

    @Test
    void aModelIsNamedByTwoFiles() {
        Map<String, String> files = Map.of(
                "tracking.backend", "onnx",
                "tracking.encoder", "models/encoder.onnx",
                "tracking.decoder", "models/decoder.onnx",
                "tracking.model_threads", "3");
        assertThat(TrackingConfig.of(Settings.of(TrackingConfig.all(), files)).models())
                .contains(new TrackingConfig.Models(Path.of("models/encoder.onnx"), Path.of("models/decoder.onnx"), 3));
    }

    @Test
    void aModelOfWhichAFileIsNotNamedIsRefused() {
        Settings half = Settings.of(
                TrackingConfig.all(), Map.of("tracking.backend", "onnx", "tracking.encoder", "encoder.onnx"));
        assertThatThrownBy(() -> TrackingConfig.of(half))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.field())
                        .contains("tracking.decoder"));
    }
}
