package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.Topic;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicSocketTest {
    private RunningGateway gateway;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of("gateway.cors.origins", "https://friend.example"))
                .withStream("cam1");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void picturesComeAsAHeaderAndAJpegEach() {
        try (SocketClient client = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video")) {
            Await.until("five pictures", () -> client.binaries.size() >= 5);

            JsonObject header = client.texts.getFirst();
            assertThat(header.fieldNames()).containsExactly("sequence", "timestamp", "width", "height");
            assertThat(header.getInteger("width")).isEqualTo(RunningGateway.WIDTH_PX);
            assertThat(header.getInteger("height")).isEqualTo(RunningGateway.HEIGHT_PX);
            assertThat(header.getDouble("timestamp")).isCloseTo(System.currentTimeMillis() / 1e3, within(30.0));
            I420 picture = new OpenCvPictureCodec().decode(Bytes.takeOver(client.binaries.getFirst()));
            assertThat(picture.widthPx()).isEqualTo(RunningGateway.WIDTH_PX);
            assertThat(client.texts.stream().map(text -> text.getLong("sequence")))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void lowerQualityGivesSmallerPictures() {
        try (SocketClient fine = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video?quality=95");
                SocketClient coarse = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video?quality=10")) {
            Await.until("pictures", () -> !fine.binaries.isEmpty() && !coarse.binaries.isEmpty());

            assertThat(coarse.binaries.getFirst().length).isLessThan(fine.binaries.getFirst().length);
        }
    }

    @Test
    void aRateThinsThePictures() {
        try (SocketClient all = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video");
                SocketClient few = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video?rate=5")) {
            Await.until("sixty pictures", () -> all.binaries.size() >= 60);

            assertThat(few.binaries.size()).isBetween(3, all.binaries.size() / 3);
        }
    }

    @Test
    void eventsComeAsOneJsonEach() {
        try (SocketClient client = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/intensity")) {
            Await.until("the source runs", () -> !gateway.intensity.running().isEmpty());
            gateway.intensity.emitAt(new CaptureTime(System.nanoTime(), 1_763_700_000_123_456_789L));
            Await.until("an event", () -> !client.texts.isEmpty());

            assertThat(client.rawTexts.getFirst())
                    .isEqualTo("{\"topic\":\"intensity\",\"stream\":\"cam1\",\"connection_id\":\"cam1\",\"sequence\":0,"
                            + "\"timestamp\":1763700000.123456,\"current_intensity\":0.0,\"current_normalized\":0.0,"
                            + "\"average_intensity\":64.0,\"average_normalized\":0.25098039215686274,"
                            + "\"frame_count\":30}");
        }
    }

    @Test
    void packetsComeAsAHeaderWithWhatADecoderNeedsAndTheirBytes() {
        MediaPacket.CodedFormat format = new MediaPacket.CodedFormat(
                MediaPacket.Track.VIDEO, "h264", Bytes.takeOver(new byte[] {1, 0x42}), 640, 480, 0, 0);
        SyntheticSource packets = SyntheticSource.manual(
                gateway.vertx,
                index -> new MediaPacket(format, index == 0, 0, 0, Bytes.takeOver(new byte[] {0x65, (byte) index})));
        Await.result(gateway.mesh.offer(Set.of(Topic.PACKETS), packets));
        try (SocketClient client =
                SocketClient.open(gateway, "/api/v1/streams/cam1/topics/packets?policy=buffer&size=8")) {
            Await.until("the source runs", () -> !packets.running().isEmpty());
            packets.emit(2);
            Await.until("two packets", () -> client.binaries.size() == 2);

            JsonObject keyframe = client.texts.getFirst();
            assertThat(keyframe.fieldNames())
                    .containsExactly("sequence", "timestamp", "track", "codec", "keyframe", "configuration");
            assertThat(keyframe.getString("track")).isEqualTo("video");
            assertThat(keyframe.getString("codec")).isEqualTo("h264");
            assertThat(keyframe.getBoolean("keyframe")).isTrue();
            // RFC 4648, section 4, of 01 42.
            assertThat(keyframe.getString("configuration")).isEqualTo("AUI=");
            assertThat(client.texts.getLast().fieldNames())
                    .containsExactly("sequence", "timestamp", "track", "codec", "keyframe");
            assertThat(client.binaries.getLast()).containsExactly(0x65, 1);
        }
    }

    @Test
    void allViewersOfATopicShareOneSubscription() {
        try (SocketClient one = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video");
                SocketClient two = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video")) {
            Await.until("pictures", () -> !one.binaries.isEmpty() && !two.binaries.isEmpty());

            JsonObject topic = RunningGateway.json(gateway.get("/api/v1/topics"))
                    .getJsonArray("topics")
                    .getJsonObject(0);
            assertThat(topic.getString("topic")).isEqualTo("video");
            assertThat(topic.getInteger("subscribers")).isEqualTo(1);
        }
        Await.until(
                "the camera is closed with its last viewer",
                () -> gateway.camera.running().isEmpty());
        assertThat(gateway.camera.starts()).isEqualTo(gateway.camera.stops());
    }

    @Test
    void viewersAreToldThatTheStreamWasRemoved() {
        try (SocketClient client = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video")) {
            Await.until("a picture", () -> !client.binaries.isEmpty());
            gateway.send("DELETE", "/api/v1/streams/cam1", "");

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.texts.getLast().getString("type")).isEqualTo("state");
            assertThat(client.texts.getLast().getString("state")).isEqualTo("ended");
            assertThat(client.texts.getLast().getString("reason")).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/streams/unknown/topics/video, 404",
        "/api/v1/streams/cam1/topics/unknown, 404",
        "/api/v1/streams/cam1/topics/Not%20A%20Topic, 404",
        "/api/v1/streams/a%2Fb/topics/video, 400",
        "/api/v1/streams/cam1/topics/video?policy=all, 400",
        "/api/v1/streams/cam1/topics/video?rate=-1, 400",
        "/api/v1/streams/cam1/topics/video?quality=101, 400",
        "/nothing, 404",
    })
    void whatIsWrongIsToldBeforeTheUpgrade(String path, int status) {
        assertThat(SocketClient.refusal(gateway, path)).isEqualTo(status);
    }

    @Test
    void aPageOfAForeignOriginIsRefusedAndThoseOfListedOriginsAndOurOwnAreNot() {
        String path = "/api/v1/streams/cam1/topics/video";

        assertThat(SocketClient.refusal(gateway, path, "Origin", "https://evil.example"))
                .isEqualTo(403);
        assertThat(SocketClient.refusal(gateway, "/ws/video-stream", "Origin", "https://evil.example"))
                .isEqualTo(403);
        SocketClient.open(gateway, path, "Origin", "https://friend.example").close();
        SocketClient.open(gateway, path, "Origin", "http://127.0.0.1:" + gateway.port())
                .close();
    }
}
