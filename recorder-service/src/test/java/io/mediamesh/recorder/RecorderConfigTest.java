package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecorderConfigTest {
    private static final long MIB = 1 << 20;

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        RecorderConfig config = config(Map.of("data.dir", "/var/lib/mediamesh"));

        assertThat(config.root()).isEqualTo(Path.of("/var/lib/mediamesh/recordings"));
        assertThat(config.partLength()).isEqualTo(Duration.ofHours(1));
        assertThat(config.partBytes()).isEqualTo(2048 * MIB);
        assertThat(config.keyframeInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.fragmentInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.encoder()).isEqualTo("libopenh264");
        assertThat(config.bitRate()).isZero();
        assertThat(config.sync()).isEqualTo(RecorderConfig.Sync.FRAGMENT);
        assertThat(config.remux()).isTrue();
        assertThat(config.mostRecordings()).isEqualTo(16);
        assertThat(config.resumeWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.retention()).isEqualTo(new RecorderConfig.Retention(Duration.ZERO, 0, 1024 * MIB));
    }

    @Test
    void theKeysStayWhatTheyAre() {
        assertThat(RecorderConfig.all().stream().map(Setting::key))
                .containsExactly(
                        "data.dir",
                        "recorder.directory",
                        "recorder.part_length",
                        "recorder.part_size_mib",
                        "recorder.keyframe_interval",
                        "recorder.fragment_interval",
                        "recorder.encoder",
                        "recorder.bit_rate_kbps",
                        "recorder.fsync",
                        "recorder.remux",
                        "recorder.max_recordings",
                        "recorder.resume_wait",
                        "recorder.retention.age",
                        "recorder.retention.total_mib",
                        "recorder.retention.free_mib");
    }

    @Test
    void anEncoderThatThisFfmpegLacksIsRefusedWithWhatToSet() {
        PictureEncoder.Shape shape = new PictureEncoder.Shape(160, 96, I420.Range.LIMITED, 30);
        assertThatThrownBy(() -> PictureEncoder.open("h264_magic", shape, 0))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("recorder.encoder")
                .hasMessageContaining("libopenh264");
    }

    @Test
    void autoFindsAnEncoderThatWorks() {
        PictureEncoder.Shape shape = new PictureEncoder.Shape(160, 96, I420.Range.LIMITED, 30);
        try (PictureEncoder encoder = PictureEncoder.open("auto", shape, 0)) {
            assertThat(PictureEncoder.known()).contains(encoder.name());
        }
    }

    private static RecorderConfig config(Map<String, String> values) {
        return RecorderConfig.of(Settings.of(RecorderConfig.all(), values));
    }
}
