package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.client.IntensityData;
import io.mediamesh.client.VideoClient;
import io.mediamesh.client.VideoConfig;
import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that connect by a plain offer, played by aiortc. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebRtcTest {
    private Product product;

    @BeforeAll
    void start(@TempDir Path folder) {
        product = Product.start(folder, Map.of("MEDIAMESH_WEBRTC_TOKENS", "ours,theirs"));
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private JsonObject connection(String id) {
        return product.getJson("/api/connections/" + id);
    }

    private void awaitGone(String id) {
        Await.until(
                "the connection " + id + " is gone",
                Duration.ofSeconds(20),
                () -> product.status("/api/connections/" + id) == 404
                        && product.status("/api/v1/streams/" + id) == 404);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void greyOfAKnownLightComesBackAsThatIntensityOnEveryDataChannel(String codec) {
        String id = "grey-" + codec;
        try (AiortcPeer peer = AiortcPeer.start(
                product, "--connection-id", id, "--codec", codec, "--luma", "100", "--label", "a", "--label", "b")) {
            Await.until("messages", () -> peer.messages().size() > 100);
            assertThat(peer.messages())
                    .allSatisfy(
                            message -> assertThat(message.getJsonObject("data").getDouble("current_intensity"))
                                    .isCloseTo(100, within(1.0)))
                    .extracting(message -> message.getString("label"))
                    .contains("a", "b");
            JsonObject data = peer.messages().getLast().getJsonObject("data");
            assertThat(data.fieldNames())
                    .containsExactlyInAnyOrder(
                            "timestamp",
                            "current_intensity",
                            "current_normalized",
                            "average_intensity",
                            "average_normalized",
                            "frame_count",
                            "connection_id");
            assertThat(data.getString("connection_id")).isEqualTo(id);
            assertThat(data.getInteger("frame_count")).isEqualTo(30);
            assertThat(data.getDouble("timestamp")).isCloseTo(System.currentTimeMillis() / 1e3, within(5.0));
            peer.leave();
            awaitGone(id);
        }
    }

    static List<String> codecs() {
        return List.of("vp8", "h264");
    }

    @Test
    void countersAgreeWithWhatThePeerHasSent() {
        try (AiortcPeer peer = AiortcPeer.start(product, "--connection-id", "counted", "--luma", "50")) {
            Await.until(
                    "sent",
                    () -> !peer.events("sent").isEmpty()
                            && peer.events("sent").getLast().getInteger("frames") > 80);
            JsonObject info = connection("counted");
            int sent = peer.events("sent").getLast().getInteger("frames");
            // What is on its way, and the second that passes until the peer tells its count again.
            assertThat(info.getInteger("frames_received")).isCloseTo(sent, within(35));
            assertThat(info.getInteger("messages_sent")).isCloseTo(info.getInteger("frames_received"), within(5));
            assertThat(info.getDouble("uptime")).isGreaterThan(2);
            assertThat(info.getDouble("last_activity")).isCloseTo(System.currentTimeMillis() / 1e3, within(2.0));
            assertThat(product.getJson("/api/connections").getJsonObject("counted"))
                    .isNotNull();
            assertThat(product.getJson("/api/connections/count").getInteger("count"))
                    .isPositive();
        }
        awaitGone("counted");
    }

    @Test
    void twoPeersAtOnceGetTheirOwnIntensityAndAPeerThatIsKilledTakesNothingFromTheOther() {
        try (AiortcPeer dark = AiortcPeer.start(product, "--connection-id", "dark", "--luma", "30");
                AiortcPeer light = AiortcPeer.start(product, "--connection-id", "light", "--luma", "220")) {
            Await.until(
                    "messages",
                    () -> dark.messages().size() > 30 && light.messages().size() > 30);
            dark.kill();
            awaitGone("dark");
            int before = light.messages().size();
            Await.until("the other goes on", () -> light.messages().size() > before + 60);
            assertThat(light.messages()).allSatisfy(message -> assertThat(
                            message.getJsonObject("data").getDouble("current_intensity"))
                    .isCloseTo(220, within(1.0)));
        }
        awaitGone("light");
    }

    @Test
    void handlersOfTheJavaClientGetEveryFrameAndOneThatThrowsStopsNoOther() {
        Vertx vertx = Vertx.vertx();
        List<IntensityData> heard = new CopyOnWriteArrayList<>();
        try (AiortcPeer peer = AiortcPeer.start(
                product, "--connection-id", "java", "--luma", "40,200", "--config", "{\"max_samples\":5}")) {
            peer.await("connected");
            VideoClient client = VideoClient.create(vertx, URI.create(product.url("/")), VideoConfig.DEFAULT);
            Await.result(client.registerIntensityHandler("java", data -> {
                throw new IllegalStateException("a handler that throws");
            }));
            Await.result(client.registerIntensityHandler("java", heard::add));
            Await.until(
                    "both lights",
                    () -> heard.stream().anyMatch(data -> Math.abs(data.currentIntensity() - 40) <= 1)
                            && heard.stream().anyMatch(data -> Math.abs(data.currentIntensity() - 200) <= 1));
            assertThat(heard.getLast().frameCount()).isEqualTo(5);
            assertThat(Await.result(client.isConnectionActive("java"))).isTrue();
            assertThat(Await.result(client.connectionInfo("java")).orElseThrow().framesReceived())
                    .isPositive();
            Await.result(client.disconnect("java"));
            awaitGone("java");
            Await.result(client.shutdown());
        } finally {
            Await.result(vertx.close());
        }
    }

    @Test
    void anOfferThatNeverConnectsIsFreedWithinFifteenSeconds() {
        try (AiortcPeer peer = AiortcPeer.start(product, "--connection-id", "held", "--hold-offer")) {
            peer.await("answer");
            awaitGone("held");
        }
    }

    @Test
    void twoHundredConnectionsLeaveNothingBehind() {
        List<Long> threads = new ArrayList<>();
        List<Long> files = new ArrayList<>();
        List<Long> kilobytes = new ArrayList<>();
        for (int round = 0; round < 11; round++) {
            try (AiortcPeer peers = AiortcPeer.start(
                    product,
                    "--peers",
                    "20",
                    "--connection-id",
                    "cycle" + round,
                    "--size",
                    "64x48",
                    "--fps",
                    "5",
                    "--seconds",
                    "1.5",
                    "--quiet")) {
                assertThat(peers.summaries()).hasSize(20).allSatisfy(peer -> assertThat(peer.getInteger("messages"))
                        .isPositive());
            }
            Await.until(
                    "all are gone",
                    Duration.ofSeconds(30),
                    () -> product.getJson("/api/connections/count").getInteger("count") == 0);
            Await.until("no session", () -> product.metric("mediamesh_webrtc_sessions") == 0);
            threads.add(product.threads());
            files.add(product.files());
            kilobytes.add(product.nativeKilobytes());
        }
        // The first round is the warm-up that the others are compared with.
        System.out.println("threads " + threads + ", files " + files + ", native memory kB " + kilobytes);
        assertThat(threads.getLast()).isLessThanOrEqualTo(threads.getFirst() + 6);
        assertThat(files.getLast()).isLessThanOrEqualTo(files.getFirst() + 6);
        // It goes up and down by more than ten megabytes from round to round; what connections leave behind stays.
        Await.until(
                "200 connections leave behind less than 100 kB of native memory each; it was " + kilobytes + " kB",
                Duration.ofSeconds(30),
                () -> product.nativeKilobytes() - kilobytes.getFirst() < 200 * 100);
    }

    static Stream<Arguments> badOffers() {
        return Stream.of(
                Arguments.of("{", 400, ""),
                Arguments.of("{}", 400, "sdp"),
                Arguments.of("{\"sdp\":5,\"type\":\"offer\"}", 400, "sdp"),
                Arguments.of("{\"sdp\":\"v=0\",\"type\":\"answer\"}", 400, "type"),
                Arguments.of("{\"sdp\":\"\",\"type\":\"offer\"}", 400, "sdp"),
                Arguments.of("{\"sdp\":\"v=0\\r\\n\",\"type\":\"offer\"}", 400, "sdp"),
                Arguments.of(offer(AUDIO_ONLY), 400, "video"),
                Arguments.of(offer(AUDIO_ONLY + "a=x\r\n".repeat(100_000)), 400, "sdp"),
                Arguments.of(offer(AUDIO_ONLY.replace("m=audio", "m=video").replace("opus", "nonsense")), 400, ""));
    }

    private static final String AUDIO_ONLY = String.join(
            "\r\n",
            "v=0",
            "o=- 1 1 IN IP4 0.0.0.0",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            "a=sendrecv",
            "a=ice-ufrag:abcd",
            "a=ice-pwd:0123456789012345678901",
            "a=fingerprint:sha-256 broken",
            "a=setup:actpass",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            "");

    private static String offer(String sdp) {
        return new JsonObject().put("sdp", sdp).put("type", "offer").encode();
    }

    @ParameterizedTest
    @MethodSource("badOffers")
    void aBadOfferIsRefusedInWordsAndLeavesNothingBehind(String body, int status, String mentions) {
        HttpResponse<String> answer = send("POST", "/offer", "application/json", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("error")).contains(mentions);
        assertThat(product.metric("mediamesh_webrtc_sessions")).isZero();
        assertThat(product.getJson("/api/v1/streams").getInteger("count")).isEqualTo(1);
    }

    @Test
    void anIdInUseIsAConflictAndAnUnknownOneNotFound() {
        try (AiortcPeer first = AiortcPeer.start(product, "--connection-id", "taken");
                AiortcPeer second = AiortcPeer.start(product, "--connection-id", "other")) {
            first.await("connected");
            second.await("connected");
            try (AiortcPeer third = AiortcPeer.start(product, "--connection-id", "taken")) {
                assertThat(third.await("answer").getInteger("status")).isEqualTo(409);
            }
            assertThat(connection("taken").getString("connection_id")).isEqualTo("taken");
        }
        assertThat(product.status("/api/connections/nobody")).isEqualTo(404);
        assertThat(send("DELETE", "/api/connections/nobody", "application/json", "")
                        .statusCode())
                .isEqualTo(404);
        awaitGone("taken");
        awaitGone("other");
    }

    private static final String VIDEO_ONLY = String.join(
            "\r\n",
            "v=0",
            "o=- 1 1 IN IP4 0.0.0.0",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            "a=sendonly",
            "a=rtcp-mux",
            "a=ice-ufrag:abcd",
            "a=ice-pwd:0123456789012345678901",
            "a=fingerprint:sha-256 " + "0A:".repeat(31) + "0A",
            "a=setup:actpass",
            "a=rtpmap:96 VP8/90000",
            "");

    private HttpResponse<String> whip(String method, String path, String token, String type, String body, String etag) {
        List<String> headers = new ArrayList<>();
        if (!token.isEmpty()) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        if (!etag.isEmpty()) {
            headers.addAll(List.of("If-Match", etag));
        }
        return send(method, path, type, body, headers.toArray(String[]::new));
    }

    @Test
    void aWhipSessionIsItsClientsAndKnowsWhichIceSessionIsMeant() {
        assertThat(whip("POST", "/whip/owned", "", "application/sdp", VIDEO_ONLY, "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(whip("POST", "/whip/owned", "ours", "text/plain", VIDEO_ONLY, "")
                        .statusCode())
                .isEqualTo(415);
        HttpResponse<String> made = whip("POST", "/whip/owned", "ours", "application/sdp", VIDEO_ONLY, "");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String session = made.headers().firstValue("Location").orElseThrow();
        String etag = made.headers().firstValue("ETag").orElseThrow();
        assertThat(made.body()).contains("a=candidate:", "typ host");

        String fragments = "application/trickle-ice-sdpfrag";
        String restart = "a=ice-ufrag:efgh\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n";
        assertThat(whip("PATCH", session, "theirs", fragments, restart, "*").statusCode())
                .isEqualTo(403);
        HttpResponse<String> restarted = whip("PATCH", session, "ours", fragments, restart, "*");
        assertThat(restarted.statusCode()).as(restarted.body()).isEqualTo(200);
        assertThat(restarted.body()).contains("a=ice-ufrag:", "a=ice-pwd:");
        assertThat(restarted.headers().firstValue("ETag")).isPresent().get().isNotEqualTo(etag);
        assertThat(whip("PATCH", session, "ours", fragments, restart, etag).statusCode())
                .isEqualTo(412);
        assertThat(whip("DELETE", session, "theirs", fragments, "", "").statusCode())
                .isEqualTo(403);
        assertThat(whip("DELETE", session, "ours", fragments, "", "").statusCode())
                .isEqualTo(200);
        assertThat(whip("DELETE", session, "ours", fragments, "", "").statusCode())
                .isEqualTo(404);
        awaitGone("owned");
    }

    private HttpResponse<String> send(String method, String path, String type, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(product.url(path)))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body));
        IntStream.iterate(0, index -> index < headers.length, index -> index + 2)
                .forEach(index -> request.header(headers[index], headers[index + 1]));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
