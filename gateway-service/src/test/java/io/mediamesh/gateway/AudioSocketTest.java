package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.mesh.TopicStats;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioSocketTest {
    private RunningGateway gateway;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.withSound(directory, Map.of());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void awaitRunning(String... types) {
        for (String type : types) {
            Await.until(
                    type + " is analysed",
                    () -> !gateway.analysis(type).running().isEmpty());
        }
    }

    private static void awaitTexts(SocketClient client, int count) {
        Await.until(count + " messages", () -> client.texts.size() >= count);
    }

    @Test
    void whoeverSaysNothingGetsAllSevenTypesOfTheDefaultStream() {
        try (SocketClient client = SocketClient.openAudio(gateway, "/")) {
            awaitRunning(AudioTypes.USUAL.toArray(String[]::new));
            AudioTypes.USUAL.forEach(gateway::emit);
            awaitTexts(client, 7);

            Set<String> types = new HashSet<>();
            for (JsonObject message : client.texts) {
                assertThat(message.fieldNames()).containsExactly("metadata", "data");
                JsonObject metadata = message.getJsonObject("metadata");
                assertThat(metadata.fieldNames())
                        .containsExactly("data_type", "stream", "timestamp", "sequence", "sample_rate");
                assertThat(metadata.getString("stream")).isEqualTo("cam1");
                assertThat(metadata.getInteger("sample_rate")).isEqualTo(48_000);
                types.add(metadata.getString("data_type"));
            }
            assertThat(types).isEqualTo(Set.copyOf(AudioTypes.USUAL));
        }
    }

    @Test
    void typesStreamAndFormAreChosenInTheAddressWhateverItsPath() {
        gateway.withStream("other");
        try (SocketClient client = SocketClient.openAudio(
                gateway, "/any/path?types=levels,scope,pitch_tracker&stream=other&format=dashboard")) {
            awaitRunning("levels", "pitch_tracker");
            gateway.emit("levels");
            gateway.emit("pitch_tracker");
            awaitTexts(client, 2);

            assertThat(client.texts)
                    .extracting(message -> message.getString("type"))
                    .containsExactlyInAnyOrder("levels_update", "pitch_update");
            assertThat(gateway.analysis("scope").starts()).isZero();
        }
    }

    @Test
    void withoutAConsumerNothingIsAnalysed() {
        SocketClient client = SocketClient.openAudio(gateway, "/?types=levels");
        awaitRunning("levels");
        assertThat(gateway.analysis("scope").starts()).isZero();
        client.close();
        Await.until("nobody analyses any more", () -> gateway.analysis("levels").stops() == 1);
    }

    @Test
    void aThousandConsumersOfOneTypeAreOneSubscription() {
        int consumers = 1_000;
        WebSocketClient client =
                gateway.vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(consumers));
        LongAdder received = new LongAdder();
        List<Future<WebSocket>> opening = new ArrayList<>();
        for (int consumer = 0; consumer < consumers; consumer++) {
            opening.add(client.connect(
                            gateway.audioPort(AudioProtocolKind.WEBSOCKET), "127.0.0.1", "/?types=levels&rate=50")
                    .onSuccess(socket -> socket.textMessageHandler(text -> received.increment())));
        }
        Await.result(Future.all(opening));
        awaitRunning("levels");
        Await.until("all are consumers", () -> gateway.meter("viewers") == consumers);

        gateway.emit("levels");

        Await.until("everybody has it", () -> received.sum() == consumers);
        List<TopicStats> topics = Await.result(gateway.mesh.topics());
        assertThat(topics).hasSize(1);
        assertThat(topics.getFirst().subscribers()).isEqualTo(1);
        assertThat(gateway.analysis("levels").starts()).isEqualTo(1);
        Await.result(client.close());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "types=levls | 4400 | types | did you mean levels?",
                "types=video | 4400 | types | pitch_tracker",
                "types= | 4400 | types | levels",
                "rate=-1 | 4400 | rate | 0.01 to 1000",
                "rate=1000000000 | 4400 | rate | 0.01 to 1000",
                "rate=fast | 4400 | rate | 0.01 to 1000",
                "stream=unknown | 4404 | stream | unknown",
                "stream=..%2Fx | 4400 | stream | letters",
                "format=xml | 4400 | format | dashboard",
                "types=scope&format=dashboard | 4400 | types | pitch_tracker",
                "batch=-5 | 4400 | batch | milliseconds",
                "compress=maybe | 4400 | compress | true or false",
            })
    void whatCannotBeHadIsToldWithItsFieldAndTheConnectionIsClosed(String query, int code, String field, String part) {
        try (SocketClient healthy = SocketClient.openAudio(gateway, "/?types=levels");
                SocketClient client = SocketClient.openAudio(gateway, "/?" + query)) {
            assertThat(client.closeCode()).isEqualTo(code);
            assertThat(client.texts).hasSize(1);
            assertThat(client.texts.getFirst().getString("field")).isEqualTo(field);
            assertThat(client.texts.getFirst().getString("error")).contains(part);
            assertThat(client.texts.getFirst().fieldNames()).containsExactly("error", "code", "field");
            awaitRunning("levels");
            gateway.emit("levels");
            awaitTexts(healthy, 1);
        }
    }

    @Test
    void aStreamWithoutSoundIsToldSo() {
        gateway.withStream("silent");
        Await.result(gateway.mesh
                .directory()
                .publishStatus(
                        new StreamId("silent"),
                        new StreamStatus(
                                StreamStatus.State.LIVE,
                                "",
                                System.currentTimeMillis() - 60_000,
                                Optional.of(new StreamStatus.Video(640, 480, 25)),
                                Optional.empty())));
        try (SocketClient client = SocketClient.openAudio(gateway, "/?stream=silent")) {
            assertThat(client.closeCode()).isEqualTo(4404);
            assertThat(client.texts.getFirst().getString("error")).isEqualTo("the stream silent has no sound");
        }
    }

    @Test
    void binaryMessagesAreRefusedAndTheConnectionStays() {
        try (SocketClient client = SocketClient.openAudio(gateway, "/?types=levels")) {
            awaitRunning("levels");
            client.send(new byte[] {1, 2, 3});
            awaitTexts(client, 1);
            assertThat(client.texts.getFirst().getString("error")).contains("binary");
            assertThat(client.texts.getFirst().getString("field")).isEqualTo("message");
            gateway.emit("levels");
            awaitTexts(client, 2);
            assertThat(client.texts.get(1).containsKey("data")).isTrue();
        }
    }

    @Test
    void aConsumerChangesItsMindByACommandAndKeepsWhatItHadWhereThatIsWrong() {
        try (SocketClient client = SocketClient.openAudio(gateway, "/?types=levels")) {
            awaitRunning("levels");
            for (String wrong : List.of(
                    "not json",
                    "[]",
                    "{\"types\":[\"levls\"]}",
                    "{\"types\":\"levels\"}",
                    "{\"rate\":-1}",
                    "{\"steam\":\"cam1\"}",
                    "{\"stream\":\"unknown\"}",
                    "{\"stream\":\"" + "x".repeat(5_000) + "\"}")) {
                int before = client.texts.size();
                client.send(wrong);
                awaitTexts(client, before + 1);
                assertThat(client.texts.get(before).getString("code")).as(wrong).isIn("invalid", "not_found");
            }
            client.send("{\"types\":[\"scope\",\"levels\"],\"rate\":25}");
            Await.until("the choice is confirmed", () -> client.texts.stream()
                    .anyMatch(text -> "choice".equals(text.getString("type"))));
            awaitRunning("scope");
            gateway.emit("scope");
            Await.until("the scope comes", () -> client.texts.stream()
                    .map(text -> text.getJsonObject("metadata", new JsonObject()))
                    .anyMatch(metadata -> "scope".equals(metadata.getString("data_type"))));
        }
    }

    @Test
    void severalMessagesComeAsOneArrayWhereThatIsAskedFor() {
        try (SocketClient client = SocketClient.openAudio(gateway, "/?types=levels&batch=100")) {
            awaitRunning("levels");
            for (int message = 0; message < 5; message++) {
                gateway.emit("levels");
            }
            Await.until("five messages", () -> batched(client).size() == 5);
            assertThat(client.rawTexts).hasSizeLessThan(5).allSatisfy(text -> assertThat(text)
                    .startsWith("["));
            assertThat(batched(client))
                    .extracting(message -> message.getJsonObject("metadata").getInteger("sequence"))
                    .containsExactly(0, 1, 2, 3, 4);
        }
    }

    private static List<JsonObject> batched(SocketClient client) {
        return client.rawTexts.stream()
                .flatMap(text -> new JsonArray(text).stream())
                .map(JsonObject.class::cast)
                .toList();
    }

    @Test
    void messagesAreCompressedWhereThatIsAskedFor() {
        WebSocketClient client =
                gateway.vertx.createWebSocketClient(new WebSocketClientOptions().setTryUsePerMessageCompression(true));
        AtomicInteger received = new AtomicInteger();
        Await.result(client.connect(
                        gateway.audioPort(AudioProtocolKind.WEBSOCKET),
                        "127.0.0.1",
                        "/?types=fft_spectrum&compress=true")
                .onSuccess(socket -> socket.textMessageHandler(text -> {
                    assertThat(new JsonObject(text).getJsonObject("data").getJsonArray("frequencies"))
                            .hasSize(Analyses.BINS);
                    received.incrementAndGet();
                })));
        awaitRunning("fft_spectrum");
        gateway.emit("fft_spectrum");
        Await.until("it comes and can be read", () -> received.get() == 1);
        Await.result(client.close());
    }

    @Test
    void aSmallMessageDoesNotInflateToALargeOne() throws IOException {
        byte[] bomb = deflated(new byte[64 << 20]);
        assertThat(bomb.length).isBetween(1_000, 65_535);
        try (SocketClient healthy = SocketClient.openAudio(gateway, "/?types=levels");
                Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), gateway.audioPort(AudioProtocolKind.WEBSOCKET))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("""
                            GET /?types=scope HTTP/1.1\r
                            Host: localhost\r
                            Upgrade: websocket\r
                            Connection: Upgrade\r
                            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                            Sec-WebSocket-Version: 13\r
                            Sec-WebSocket-Extensions: permessage-deflate\r
                            \r
                            """.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4_096];
            int length = socket.getInputStream().read(answer);
            assertThat(new String(answer, 0, length, StandardCharsets.US_ASCII)).contains("permessage-deflate");

            // FIN, RSV1 and text; masked with zeros (RFC 6455, section 5.2; RFC 7692, section 7.2.1).
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(8 + bomb.length)
                            .put((byte) 0xc1)
                            .put((byte) 0xfe)
                            .putShort((short) bomb.length)
                            .putInt(0)
                            .put(bomb)
                            .array());

            assertThat(socket.getInputStream().readAllBytes().length)
                    .as("bytes until the connection is closed")
                    .isLessThan(1_000);
            awaitRunning("levels");
            gateway.emit("levels");
            awaitTexts(healthy, 1);
        }
    }

    private static byte[] deflated(byte[] text) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(text);
        byte[] coded = new byte[1 << 20];
        int length = deflater.deflate(coded, 0, coded.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(coded, length - 4);
    }

    @Test
    void pagesOfTheGatewayMayOpenSocketsAtThePortForSoundAndForeignOnesNot() {
        String own = "http://localhost:" + gateway.port();
        try (SocketClient client = SocketClient.openAudio(gateway, "/?types=levels", "Origin", own)) {
            awaitRunning("levels");
            gateway.emit("levels");
            awaitTexts(client, 1);
        }
        assertThat(SocketClient.refusal(gateway, SocketClient.audioUri(gateway, "/"), "Origin", "https://evil.example"))
                .isEqualTo(403);
    }

    @Test
    void theSameIsServedAmongTheRestOfTheApi() {
        try (SocketClient client = SocketClient.open(gateway, "/api/v1/audio/stream?types=levels&stream=cam1")) {
            awaitRunning("levels");
            gateway.emit("levels");
            awaitTexts(client, 1);
            assertThat(client.texts.getFirst().getJsonObject("data").getJsonArray("channel_labels"))
                    .isEqualTo(JsonArray.of("left", "right"));
        }
    }

    @Test
    void theEndOfAStreamIsToldAndClosesTheConnection() {
        try (SocketClient client = SocketClient.openAudio(gateway, "/?types=levels,scope")) {
            awaitRunning("levels", "scope");
            assertThat(gateway.send("DELETE", "/api/v1/streams/cam1", "").statusCode())
                    .isEqualTo(204);
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.texts).extracting(text -> text.getString("state")).containsExactly("ended", "ended");
        }
    }
}
