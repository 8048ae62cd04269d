package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.ModelsProtocol;
import io.mediamesh.contracts.ModelsProtocol.Exchange;
import io.mediamesh.contracts.ModelsProtocol.ListAll;
import io.mediamesh.contracts.ModelsProtocol.Model;
import io.mediamesh.contracts.ModelsProtocol.Request;
import io.mediamesh.contracts.ModelsProtocol.State;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.vision.onnx.Python;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with a model that the settings name, on a real mesh of one process. */
final class OnnxDetectionTest {
    private static final int WIDTH = 128;
    private static final int HEIGHT = 64;
    private static Path models;

    private final Vertx vertx = Vertx.vertx();
    private final VisionService service = new VisionService();
    private final Mesh mesh = Await.result(
            TestMesh.local(vertx, new OpenCvPictureCodec(), Set.of(Topic.VIDEO, Topic.DETECTIONS, Topic.ANNOTATED)));
    private final VideoFrame frame = VideoFrame.of(
            new I420(WIDTH, HEIGHT, I420.Range.FULL, Bytes.takeOver(new byte[I420.sizeBytes(WIDTH, HEIGHT)])));
    private final SyntheticSource source = SyntheticSource.manual(vertx, index -> frame);
    private final Path file;

    OnnxDetectionTest(@TempDir Path folder) {
        this.file = folder.resolve("model.onnx");
    }

    @BeforeAll
    static void write(@TempDir Path folder) {
        models = folder;
        Python.run("tiny_models.py", folder);
    }

    @AfterEach
    void close() {
        Await.result(mesh.drain());
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    private void put(String name) throws IOException {
        Path fresh = file.resolveSibling("fresh");
        Files.copy(models.resolve(name + ".onnx"), fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void start(String detectors) {
        Await.result(mesh.directory().put(TestMesh.stream("cam1")));
        Await.result(mesh.offer(Set.of(Topic.VIDEO), source));
        Await.result(service.start(
                mesh,
                Settings.of(
                        service.settings(),
                        Map.of(
                                "vision.detectors",
                                detectors,
                                "vision.models",
                                "guard=" + file + ", spare=" + file,
                                "vision.model_dir",
                                file.resolveSibling("models").toString(),
                                "vision.max_rate",
                                "120",
                                "vision.model_check_interval",
                                "50ms"))));
    }

    private List<Delivery> detections() {
        return TestMesh.collect(Await.result(mesh.subscribe(
                Topic.of("cam1", Topic.DETECTIONS),
                SubscribeOptions.latest("test").withPolicy(Policy.lossless(1000)))));
    }

    /** Emits frames until one is looked at; what was found in the last one. */
    private Detections look(List<Delivery> found) {
        int before = TestMesh.items(found).size();
        Await.until("a picture is looked at", () -> {
            source.emit(1);
            return TestMesh.items(found).size() > before;
        });
        return (Detections) TestMesh.items(found).getLast().item().payload();
    }

    @Test
    void aModelIsExchangedWhileItsStreamGoesOnAndABadOneIsNot() throws IOException {
        put("yolov8");
        start("guard");
        List<Delivery> found = detections();
        Detections first = look(found);
        assertThat(first.detector()).isEqualTo("guard");
        assertThat(first.objects()).extracting("label").containsExactly("cat", "dog", "bird");

        put("yolov5");
        Await.until(
                "the new one looks",
                () -> look(found).objects().getFirst().label().equals("class 1"));

        Files.writeString(file, "no model");
        Await.until("the refusal is told", () -> service.health().detail().contains("not exchanged"));
        assertThat(service.health().ready()).isTrue();
        assertThat(look(found).objects()).hasSize(3);
    }

    private Future<JsonObject> ask(Request request) {
        return vertx.eventBus()
                .<JsonObject>request(ModelsProtocol.addressOf(mesh.memberId()), request.toJson())
                .map(Message::body);
    }

    @Test
    void aModelIsExchangedByRequestWhileEveryPictureIsLookedAt() throws IOException {
        put("yolov8");
        start("guard");
        List<Delivery> found = detections();
        look(found);
        Files.createDirectories(file.resolveSibling("models"));
        Files.copy(models.resolve("yolov5.onnx"), file.resolveSibling("models").resolve("other.onnx"));

        Future<JsonObject> exchanged = ask(new Exchange("guard", Optional.of("other.onnx"), false));
        do {
            assertThat(look(found).objects()).hasSize(3);
        } while (!exchanged.isComplete());

        assertThat(Model.ofJson(Await.result(exchanged)).exchanged()).isTrue();
        assertThat(look(found).objects().getFirst().label()).isEqualTo("class 1");
        assertThat(ModelsProtocol.modelsOf(Await.result(ask(new ListAll()))))
                .extracting(Model::name, Model::state)
                .containsExactly(tuple("guard", State.LOADED), tuple("spare", State.UNUSED));
    }

    @Test
    void whatCannotBeExchangedIsRefusedWithTheReason() throws IOException {
        put("yolov8");
        start("guard");
        look(detections());

        assertThat(refusal(new Exchange("spare", Optional.empty(), false))).isEqualTo(FailureCode.CONFLICT);
        assertThat(refusal(new Exchange("none", Optional.empty(), false))).isEqualTo(FailureCode.NOT_FOUND);
        assertThat(refusal(new Exchange("guard", Optional.of("absent.onnx"), false)))
                .isEqualTo(FailureCode.UNPROCESSABLE);
        assertThat(refusal(new Exchange("guard", Optional.of("https://h.example/"), false)))
                .isEqualTo(FailureCode.INVALID);
        assertThat(look(detections()).objects().getFirst().label()).isEqualTo("cat");
    }

    private FailureCode refusal(Request request) {
        Future<JsonObject> asked = ask(request);
        Await.until("it is answered", asked::isComplete);
        return MeshException.ofReply(asked.cause()).code();
    }

    @Test
    void theOtherDetectorsLookWhileAModelIsMissingAndItJoinsThemWhenItIsThere() throws IOException {
        start("motion,guard");
        Await.until("the fault is known", () -> service.health().detail().contains("no file that can be read"));
        assertThat(service.health().ready()).isFalse();
        List<Delivery> found = detections();
        assertThat(look(found).detector()).isEqualTo("motion");

        put("yolov8");
        Await.until("it is loaded", () -> service.health().ready());
        assertThat(look(found).detector()).isEqualTo("motion+guard");
    }

    @Test
    void aStreamThatHadNoDetectorIsServedWhenTheOnlyModelIsPutRight() throws IOException {
        put("nan");
        start("guard");
        Await.until("the fault is known", () -> service.health().detail().contains("no numbers"));

        put("yolov8");
        Await.until("it is loaded", () -> service.health().ready());
        assertThat(look(detections()).objects()).hasSize(3);
    }
}
