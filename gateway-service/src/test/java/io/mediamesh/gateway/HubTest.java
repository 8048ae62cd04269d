package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
    private static RunningGateway gateway;

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.start(
                directory, Map.of("hub.resume", "2s", "hub.max_message", "1000000", "hub.max_broadcasts", "20"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void awaitViewers(int count) {
        Await.until(count + " viewers", () -> gateway.hubMeter("viewers") == count);
    }

    private static void awaitBroadcasts(int count) {
        Await.until(count + " broadcasts", () -> gateway.hubMeter("broadcasts") == count);
    }

    private static JsonObject stream(String id) {
        return RunningGateway.json(gateway.get("/api/v1/streams/" + id));
    }

    @Test
    void aViewerThatCameFirstGetsEveryFrameAsItWasSentAndTheEnd() {
        try (HubClient viewer = HubClient.open(gateway, "/viewer");
                HubClient broadcaster = HubClient.open(gateway, "/broadcaster")) {
            awaitViewers(1);
            broadcaster.sendFrame("AQID");
            assertThat(viewer.text(1)).isEqualTo("{\"frame\":\"AQID\",\"metadata\":{}}");
            broadcaster.send("{\"hasrectangle\":false,\"x\":[{}],\"frame\":\"AQ\\nID\\/\\u003d\u00e9\"}");
            assertThat(viewer.text(2)).isEqualTo("{\"frame\":\"AQ\\nID\\/\\u003d\u00e9\",\"metadata\":{}}");
            broadcaster.finish();

            assertThat(viewer.closeCode()).isEqualTo(1000);
            assertThat(viewer.texts).hasSize(3).last().isEqualTo("stream has ended");
        }
        awaitBroadcasts(0);
        assertThat(gateway.get("/api/v1/streams/broadcast").statusCode()).isEqualTo(404);
    }

    @Test
    void theFlowsOfTheDocumentWorkWithAClientThatSendsInFragments() {
        String frame = "QUJD".repeat(30_000);
        try (SocketClient viewer = SocketClient.open(gateway, "/viewer?id=17&stream=fragments");
                SocketClient broadcaster = SocketClient.open(gateway, "/broadcaster?stream=fragments")) {
            awaitViewers(1);
            broadcaster.send("{\"frame\":\"" + frame + "\",\"hasrectangle\":false,\"rectangle\":{}}");
            Await.until("the frame is there", () -> viewer.rawTexts.size() == 1);
            assertThat(viewer.rawTexts.getFirst()).isEqualTo("{\"frame\":\"" + frame + "\",\"metadata\":{}}");
        }
        awaitBroadcasts(1);
        awaitBroadcasts(0);
    }

    @Test
    void manyViewersGetTheSameInOrder() {
        List<HubClient> viewers = IntStream.range(0, 10)
                .mapToObj(id -> HubClient.open(gateway, "/viewer?stream=many&id=" + id))
                .toList();
        try (HubClient broadcaster = HubClient.open(gateway, "/broadcaster?stream=many")) {
            awaitViewers(10);
            for (int frame = 1; frame <= 50; frame++) {
                broadcaster.sendFrame("frame" + frame);
                int sent = frame;
                viewers.forEach(viewer ->
                        assertThat(viewer.text(sent)).isEqualTo("{\"frame\":\"frame" + sent + "\",\"metadata\":{}}"));
            }
            broadcaster.finish();
            viewers.forEach(viewer -> assertThat(viewer.closeCode()).isEqualTo(1000));
        } finally {
            viewers.forEach(HubClient::close);
        }
    }

    @Test
    void whoComesLaterGetsTheLatestFrameAtOnceAndThenEveryOther() {
        double before = gateway.hubMeter("frames.in");
        try (HubClient broadcaster = HubClient.open(gateway, "/broadcaster?stream=late")) {
            broadcaster.sendFrame("one").sendFrame("two");
            Await.until("both have come", () -> gateway.hubMeter("frames.in") == before + 2);
            try (HubClient first = HubClient.open(gateway, "/viewer?stream=late");
                    HubClient second = HubClient.open(gateway, "/viewer?stream=late")) {
                assertThat(first.text(1)).isEqualTo("{\"frame\":\"two\",\"metadata\":{}}");
                assertThat(second.text(1)).isEqualTo(first.text(1));
                broadcaster.sendFrame("three");
                assertThat(first.text(2)).contains("three");
                assertThat(second.text(2)).contains("three");
            }
            awaitViewers(0);
            try (HubClient third = HubClient.open(gateway, "/viewer?stream=late")) {
                assertThat(third.text(1)).contains("three");
                broadcaster.finish();
                assertThat(third.closeCode()).isEqualTo(1000);
                assertThat(third.texts).hasSize(2).last().isEqualTo("stream has ended");
            }
        }
        awaitBroadcasts(0);
    }

    @Test
    void broadcastsOfDifferentNamesDoNotMix() {
        try (HubClient one = HubClient.open(gateway, "/broadcaster?stream=one");
                HubClient two = HubClient.open(gateway, "/broadcaster?stream=two");
                HubClient viewer = HubClient.open(gateway, "/viewer?stream=two")) {
            awaitViewers(1);
            one.sendFrame("one");
            two.sendFrame("two");

            assertThat(viewer.text(1)).contains("two");
            assertThat(stream("one").getString("state")).isEqualTo("live");
            assertThat(stream("one").getJsonArray("topics")).contains("hub", "video");
            one.finish();
            two.finish();
            assertThat(viewer.closeCode()).isEqualTo(1000);
            assertThat(viewer.texts).noneMatch(text -> text.contains("one"));
        }
    }

    @Test
    void aBroadcasterIsToldWhatIsWrongWithItsMessageAndGoesOn() {
        try (HubClient viewer = HubClient.open(gateway, "/viewer?stream=wrong");
                HubClient broadcaster = HubClient.open(gateway, "/broadcaster?stream=wrong")) {
            awaitViewers(1);
            broadcaster.send("{\"frame\":\"AQ").send("[]").sendBinary(new byte[] {(byte) 0xff});
            JsonObject told = new JsonObject(broadcaster.text(3));
            broadcaster.sendBinary("{\"frame\":\"AQID\"}".getBytes(StandardCharsets.US_ASCII));

            assertThat(told.getString("type")).isEqualTo("error");
            assertThat(told.getString("message")).contains("JSON");
            assertThat(viewer.text(1)).isEqualTo("{\"frame\":\"AQID\",\"metadata\":{}}");
            broadcaster.finish();
        }
    }

    @Tag("slow")
    @Test
    void aMessageBeyondTheLimitEndsTheConnectionWithTheReason() {
        try (HubClient broadcaster = HubClient.open(gateway, "/broadcaster?stream=large");
                SocketClient fragments = SocketClient.open(gateway, "/broadcaster?stream=larger")) {
            broadcaster.sendFrame("A".repeat(999_900));
            assertThat(broadcaster.socket.isClosed()).isFalse();
            broadcaster.socket.writeFinalTextFrame("{\"frame\":\"" + "A".repeat(1_000_000) + "\"}");
            assertThat(broadcaster.closeCode()).isEqualTo(1009);
            fragments.send("{\"frame\":\"" + "A".repeat(1_000_000) + "\"}");
            assertThat(fragments.closeCode()).isEqualTo(1009);
        }
        awaitBroadcasts(0);
    }

    @Test
    void aSecondBroadcasterOfTheSameNameIsRefusedAndMayComeAfterTheFirst() {
        try (HubClient first = HubClient.open(gateway, "/broadcaster?stream=mine");
                SocketClient second = SocketClient.open(gateway, "/broadcaster?stream=mine")) {
            assertThat(second.closeCode()).isEqualTo(4409);
            assertThat(second.rawTexts.getFirst()).contains("has a broadcaster already");
            first.sendFrame("AQID");
            first.finish();
            awaitBroadcasts(0);
            try (HubClient third = HubClient.open(gateway, "/broadcaster?stream=mine")) {
                awaitBroadcasts(1);
                third.finish();
            }
        }
        awaitBroadcasts(0);
    }

    @Test
    void namesThatAreNoneOrBelongToOthersAreRefusedWithTheReason() {
        gateway.withStream("camera");
        try (SocketClient camera = SocketClient.open(gateway, "/broadcaster?stream=camera");
                SocketClient none = SocketClient.open(gateway, "/broadcaster?stream=a%20b");
                SocketClient viewer = SocketClient.open(gateway, "/viewer?stream=..");
                SocketClient number = SocketClient.open(gateway, "/viewer?id=me")) {
            assertThat(camera.closeCode()).isEqualTo(4409);
            assertThat(camera.rawTexts.getFirst()).contains("another kind");
            assertThat(none.closeCode()).isEqualTo(4400);
            assertThat(viewer.closeCode()).isEqualTo(4400);
            assertThat(number.closeCode()).isEqualTo(4400);
            assertThat(number.rawTexts.getFirst()).contains("id must be a whole number");
        }
        assertThat(gateway.get("/api/v1/streams/camera").statusCode()).isEqualTo(200);
    }

    @Test
    void moreBroadcastsThanAllowedAreRefusedWithTheReason() {
        awaitBroadcasts(0);
        List<HubClient> all = IntStream.range(0, 20)
                .mapToObj(number -> HubClient.open(gateway, "/broadcaster?stream=full" + number))
                .toList();
        try (HubClient refused = HubClient.open(gateway, "/broadcaster?stream=full20")) {
            assertThat(refused.closeCode()).isEqualTo(1013);
            assertThat(refused.text(1)).contains("hub.max_broadcasts");
            assertThat(gateway.hubMeter("broadcasts")).isEqualTo(20);
        } finally {
            all.forEach(HubClient::finish);
            awaitBroadcasts(0);
            all.forEach(HubClient::close);
        }
    }

    @Test
    void viewersStayWhenABroadcasterThatWasKilledComesBack() {
        try (HubClient viewer = HubClient.open(gateway, "/viewer?stream=resumed");
                HubClient killed = HubClient.open(gateway, "/broadcaster?stream=resumed")) {
            awaitViewers(1);
            killed.sendFrame("before");
            viewer.text(1);
            killed.kill();
            Await.until(
                    "it is missed", () -> stream("resumed").getString("state").equals("reconnecting"));
            try (HubClient again = HubClient.open(gateway, "/broadcaster?stream=resumed")) {
                again.sendFrame("after");
                assertThat(viewer.text(2)).contains("after");
                assertThat(stream("resumed").getString("state")).isEqualTo("live");
                again.kill();
            }

            assertThat(viewer.closeCode()).isEqualTo(1000);
            assertThat(viewer.texts).hasSize(3).last().isEqualTo("stream has ended");
        }
        awaitBroadcasts(0);
    }

    @Test
    @Tag("slow")
    void aBroadcasterThatIsSilentGivesWayToAnother() throws IOException {
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                HubClient viewer = HubClient.open(gateway, "/viewer?stream=silent")) {
            OutputStream out = silent.getOutputStream();
            out.write("""
                    GET /broadcaster?stream=silent HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Version: 13\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            awaitViewers(1);
            SocketClient other = Await.until(
                    "the other one takes over",
                    () -> SocketClient.open(gateway, "/broadcaster?stream=silent"),
                    client -> {
                        client.trySend("{\"frame\":\"other\"}");
                        Await.until("an answer", () -> client.closed.isDone() || !viewer.texts.isEmpty());
                        return !client.closed.isDone();
                    });
            assertThat(viewer.text(1)).contains("other");
            other.finish();
        }
    }

    @Test
    void aStreamThatIsRemovedEndsForItsBroadcasterToo() {
        try (HubClient viewer = HubClient.open(gateway, "/viewer?stream=removed");
                HubClient broadcaster = HubClient.open(gateway, "/broadcaster?stream=removed")) {
            awaitViewers(1);
            assertThat(gateway.send("DELETE", "/api/v1/streams/removed", "").statusCode())
                    .isEqualTo(204);
            assertThat(viewer.closeCode()).isEqualTo(1000);
            assertThat(broadcaster.closeCode()).isEqualTo(1000);
        }
        awaitBroadcasts(0);
    }

    @Test
    void theTopicVideoGivesThePicturesOfABroadcast() {
        String jpeg = jpeg(160, 128);
        try (HubClient broadcaster = HubClient.open(gateway, "/broadcaster?stream=pictures")) {
            awaitBroadcasts(1);
            Subscription subscription = Await.result(gateway.mesh.subscribe(
                    Topic.of("pictures", Topic.VIDEO),
                    SubscribeOptions.latest("test").withForm(JpegForm.ofQuality(80))));
            List<Delivery> deliveries = TestMesh.collect(subscription);
            broadcaster.sendFrame("no base64").sendFrame("AQID").sendFrame(jpeg);
            Await.until("a picture", () -> !TestMesh.items(deliveries).isEmpty());

            VideoFrame frame =
                    (VideoFrame) TestMesh.items(deliveries).getFirst().item().payload();
            assertThat(frame.widthPx()).isEqualTo(160);
            assertThat(frame.jpegIfMade(JpegForm.ofQuality(80))
                            .orElseThrow()
                            .bytes()
                            .toArray())
                    .isEqualTo(Base64.getDecoder().decode(jpeg));
            assertThat(gateway.hubMeter("frames.unusable")).isEqualTo(2);
            Await.until("its size is told", () -> stream("pictures").getJsonObject("video") != null);
            assertThat(stream("pictures").getJsonObject("video").getInteger("height"))
                    .isEqualTo(128);
            subscription.close();
            broadcaster.finish();
        }
    }

    @Test
    void theHubsAddressesSayThatTheyAreForWebSockets() {
        for (String path : List.of("/broadcaster", "/viewer", "/chat")) {
            assertThat(gateway.get(path).statusCode()).as(path).isEqualTo(426);
        }
    }

    static String jpeg(int widthPx, int heightPx) {
        I420 picture = SyntheticSource.squareAt(widthPx, heightPx, 0);
        return Base64.getEncoder()
                .encodeToString(new OpenCvPictureCodec()
                        .encode(picture, JpegForm.ofQuality(80))
                        .bytes()
                        .toArray());
    }
}
