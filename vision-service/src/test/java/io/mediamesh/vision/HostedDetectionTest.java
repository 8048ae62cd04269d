package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.I420;
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
import io.mediamesh.vision.roboflow.SpeakingServer;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The service with a model on an inference server, on a real mesh of one process. */
final class HostedDetectionTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private final SpeakingServer server = new SpeakingServer();
    private final Vertx vertx = Vertx.vertx();
    private final VisionService service = new VisionService();
    private final Mesh mesh = Await.result(
            TestMesh.local(vertx, new OpenCvPictureCodec(), Set.of(Topic.VIDEO, Topic.DETECTIONS, Topic.ANNOTATED)));
    private final SyntheticSource source = SyntheticSource.manual(vertx, index -> lamp());

    @AfterEach
    void close() {
        Await.result(mesh.drain());
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
        server.close();
    }

    @Test
    void aHostedModelLooksAtAStreamAndWhenItFailsTheOthersGoOn() {
        Await.result(mesh.directory().put(TestMesh.stream("cam1")));
        Await.result(mesh.offer(Set.of(Topic.VIDEO), source));
        Await.result(service.start(
                mesh,
                Settings.of(
                        service.settings(),
                        Map.of(
                                "vision.detectors", "motion,lamps",
                                "vision.max_rate", "120",
                                "roboflow.models", "lamps=lamps/3",
                                "roboflow.api_key", SpeakingServer.KEY,
                                "roboflow.url", server.url() + "/",
                                "roboflow.max_rate", "60",
                                "roboflow.retries", "0",
                                "roboflow.pause", "50ms"))));
        List<Delivery> found = TestMesh.collect(Await.result(mesh.subscribe(
                Topic.of("cam1", Topic.DETECTIONS),
                SubscribeOptions.latest("test").withPolicy(Policy.lossless(1000)))));
        assertThat(server.asked).isEmpty();

        Await.until("the lamp is found", () -> look(found).detector().equals("motion+lamps"));
        assertThat(look(found).objects())
                .filteredOn(object -> object.label().equals("lamp"))
                .singleElement()
                .satisfies(lamp -> assertThat(lamp.x2() - lamp.x1()).isBetween(76.0, 84.0));

        server.fail(Collections.nCopies(10, 500));
        Await.until("it looks without", () -> look(found).detector().equals("motion"));
        Await.until("it is back", () -> look(found).detector().equals("motion+lamps"));
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

    private static VideoFrame lamp() {
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        Arrays.fill(planes, WIDTH * HEIGHT, planes.length, (byte) 128);
        for (int y = 80; y < 160; y++) {
            Arrays.fill(planes, y * WIDTH + 80, y * WIDTH + 160, (byte) 220);
        }
        return VideoFrame.of(new I420(WIDTH, HEIGHT, I420.Range.FULL, Bytes.takeOver(planes)));
    }
}
