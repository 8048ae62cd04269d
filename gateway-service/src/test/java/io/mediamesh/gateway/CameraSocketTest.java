package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.StreamStatus.State;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraSocketTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private @Nullable RunningGateway running;

    private RunningGateway start(String defaultCamera, String... streams) {
        RunningGateway gateway = RunningGateway.start(directory, Map.of("camera.default", defaultCamera));
        running = gateway;
        for (String stream : streams) {
            gateway.withStream(stream);
        }
        return gateway;
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    private static void publish(RunningGateway gateway, String stream, State state, String reason) {
        Await.result(gateway.mesh
                .directory()
                .publishStatus(
                        new StreamId(stream),
                        new StreamStatus(
                                state, reason, System.currentTimeMillis(), Optional.empty(), Optional.empty())));
    }

    private static List<JsonObject> withoutFrames(SocketClient client) {
        return client.texts.stream()
                .filter(text -> !text.getString("type").equals("frame"))
                .toList();
    }

    private static void awaitWords(SocketClient client, int count) {
        Await.until(count + " messages beside frames", () -> withoutFrames(client), words -> words.size() >= count);
    }

    @Test
    void theDefaultStreamIsShownWithBoxesAtFifteenFramesASecond() {
        RunningGateway gateway = start("cam1", "cam1", "test");
        try (SocketClient client = SocketClient.open(gateway, "/ws/video-stream")) {
            Await.until("thirty pictures", () -> client.texts.size() >= 30);

            JsonObject message = client.texts.getFirst();
            assertThat(message.fieldNames()).containsExactly("type", "data", "timestamp");
            assertThat(message.getString("type")).isEqualTo("frame");
            assertThat(message.getDouble("timestamp")).isCloseTo(System.currentTimeMillis() / 1e3, within(30.0));
            I420 picture = new OpenCvPictureCodec()
                    .decode(Bytes.takeOver(Base64.getDecoder().decode(message.getString("data"))));
            assertThat(picture.heightPx()).isEqualTo(RunningGateway.HEIGHT_PX);
            double seconds = client.texts.getLast().getDouble("timestamp") - message.getDouble("timestamp");
            assertThat((client.texts.size() - 1) / seconds).isLessThan(16.5);
            assertThat(gateway.annotated.starts()).isEqualTo(1);
            assertThat(gateway.annotated.running().iterator().next().topic().stream()
                            .value())
                    .isEqualTo("cam1");
            assertThat(gateway.camera.starts()).isZero();
        }
        Await.until("it closes with its last client", () -> gateway.annotated.stops() == 1);
    }

    @Test
    void aCameraThatIsLostAndComesBackIsToldBesideTheFramesOnceForEachReason() {
        RunningGateway gateway = start("", "door");
        try (SocketClient client = SocketClient.open(gateway, "/ws/video-stream")) {
            Await.until("a picture", () -> !client.texts.isEmpty());
            publish(gateway, "door", State.LIVE, "");
            publish(gateway, "door", State.RECONNECTING, "the camera /dev/video0 is in use by another program");
            publish(gateway, "door", State.RECONNECTING, "the camera /dev/video0 is in use by another program");
            awaitWords(client, 1);
            try (SocketClient late = SocketClient.open(gateway, "/ws/video-stream?stream=door")) {
                awaitWords(late, 1);
                assertThat(withoutFrames(late)).isEqualTo(withoutFrames(client));
            }
            publish(gateway, "door", State.RECONNECTING, "the camera /dev/video0 is not there");
            awaitWords(client, 2);
            publish(gateway, "door", State.LIVE, "");
            awaitWords(client, 3);

            assertThat(withoutFrames(client).stream().map(JsonObject::encode))
                    .containsExactly(
                            "{\"type\":\"error\",\"message\":\"the camera door gives no pictures: the camera"
                                    + " /dev/video0 is in use by another program\"}",
                            "{\"type\":\"error\",\"message\":\"the camera door gives no pictures: the camera"
                                    + " /dev/video0 is not there\"}",
                            "{\"type\":\"status\",\"state\":\"live\",\"message\":\"the camera door gives pictures"
                                    + " again\"}");
            int frames = client.texts.size();
            Await.until("frames go on", () -> client.texts.size() > frames + 3);
        }
    }

    @Test
    void whoComesToACameraThatOthersLookForAlreadyIsToldAtOnce() {
        RunningGateway gateway = start("", "door");
        publish(gateway, "door", State.RECONNECTING, "no answer in time");
        try (SocketClient client = SocketClient.open(gateway, "/ws/video-stream")) {
            awaitWords(client, 1);
            publish(gateway, "door", State.STARTING, "");
            publish(gateway, "door", State.STARTING, "nobody publishes in the room");
            awaitWords(client, 2);
            assertThat(withoutFrames(client).stream().map(text -> text.getString("message")))
                    .containsExactly(
                            "the camera door gives no pictures: no answer in time",
                            "the camera door gives no pictures: nobody publishes in the room");
        }
    }

    @Test
    void viewersOfTopicsAreNotToldOfTheSource() {
        RunningGateway gateway = start("", "door");
        String path = "/api/v1/streams/door/topics/annotated?rate=15&quality=80";
        try (SocketClient topic = SocketClient.open(gateway, path);
                SocketClient camera = SocketClient.open(gateway, "/ws/video-stream")) {
            Await.until("pictures", () -> !topic.texts.isEmpty() && !camera.texts.isEmpty());
            publish(gateway, "door", State.RECONNECTING, "no answer in time");
            awaitWords(camera, 1);
            int pictures = topic.binaries.size();
            Await.until("another picture", () -> topic.binaries.size() > pictures);
            assertThat(topic.texts).noneMatch(text -> text.containsKey("type"));
        }
    }

    @Test
    void aRemovedCameraIsToldAndTheConnectionClosed() {
        RunningGateway gateway = start("", "door");
        try (SocketClient client = SocketClient.open(gateway, "/ws/video-stream")) {
            Await.until("a picture", () -> !client.texts.isEmpty());
            gateway.send("DELETE", "/api/v1/streams/door", "");
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.texts.getLast().getString("type")).isEqualTo("error");
        }
    }

    @Test
    void withoutADefaultTheTestPictureOrTheOnlyCameraIsShown() {
        RunningGateway gateway = start("");
        assertRefused(gateway, "/ws/video-stream", "there is no camera");
        gateway.withStream("door");
        assertShown(gateway, "door");
        gateway.withStream("yard");
        assertRefused(
                gateway,
                "/ws/video-stream",
                "there are 2 cameras (door, yard); choose one with ?stream=door or the setting camera.default");
        gateway.withStream("test");
        assertShown(gateway, "test");
    }

    private static void assertShown(RunningGateway gateway, String stream) {
        try (SocketClient client = SocketClient.open(gateway, "/ws/video-stream")) {
            Await.until("a picture", () -> !client.texts.isEmpty());
            assertThat(gateway.annotated.running())
                    .anyMatch(publisher -> publisher.topic().stream().value().equals(stream));
        }
        Await.until("it is closed", () -> gateway.annotated.running().isEmpty());
    }

    private static void assertRefused(RunningGateway gateway, String path, String message) {
        try (SocketClient client = SocketClient.open(gateway, path)) {
            assertThat(client.closeCode()).isEqualTo(1008);
            assertThat(client.texts).hasSize(1);
            assertThat(client.texts.getFirst().getString("type")).isEqualTo("error");
            assertThat(client.texts.getFirst().getString("message")).contains(message);
        }
    }

    @Test
    void anUnknownStreamAndANameThatIsNoneAreRefusedWithAReason() {
        RunningGateway gateway = start("cam1");
        assertRefused(gateway, "/ws/video-stream?stream=unknown", "there is no stream unknown");
        assertRefused(gateway, "/ws/video-stream?stream=a%2Fb", "a/b");
        assertRefused(gateway, "/ws/video-stream", "there is no stream cam1");
    }
}
