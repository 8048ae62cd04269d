package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.tracking.onnx.TinySam;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with models that the settings name. */
final class OnnxSessionsTest {
    private final Vertx vertx = Vertx.vertx();
    private final TrackingService service = new TrackingService();
    private final Mesh mesh = Await.result(TestMesh.local(vertx, new OpenCvPictureCodec(), Set.of()));
    private final Asking member = new Asking(mesh, mesh.memberId());

    private final Path directory;

    OnnxSessionsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private void start() {
        Map<String, String> settings = Map.of(
                "tracking.backend", "onnx",
                "tracking.encoder", directory.resolve("encoder.onnx").toString(),
                "tracking.decoder", directory.resolve("decoder.onnx").toString());
        Await.result(service.start(mesh, Settings.of(TrackingConfig.all(), settings)));
    }

    @AfterEach
    void close() {
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    @Test
    void sessionsAreAnsweredByTheModel() {
        TinySam.write(directory);
        start();
        Await.until("the model is loaded", () -> service.health().ready());
        assertThat(service.health().detail()).isEqualTo("onnx");
        assertThat(Await.result(member.start("a", Asking.BOX)).regions())
                .extracting(Region::maskIndex)
                .containsExactly(0);
        assertThat(Await.result(member.frame("a")).frameIndex()).isEqualTo(1);
    }

    @Test
    void aModelThatCannotBeUsedIsToldAndTakenOnceItIsPutRight() {
        start();
        Await.until("it is told", () -> service.health().detail().contains("tracking.encoder"));
        assertThat(service.health().ready()).isFalse();
        MeshException refused = MeshException.ofReply(Await.failure(member.start("a", Asking.BOX)));
        assertThat(refused.code()).isEqualTo(FailureCode.UNAVAILABLE);
        assertThat(refused).hasMessageContaining("tracking.encoder");
        TinySam.write(directory);
        assertThat(Await.result(member.start("a", Asking.BOX)).regions()).hasSize(1);
        Await.until("its health says so", () -> service.health().ready());
    }
}
