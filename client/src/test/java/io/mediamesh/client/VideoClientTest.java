package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoClientTest {
    private static final ConnectionInfo INFO = new ConnectionInfo("door", 45.2, 1350, 1349, 1640995200.25);

    private final Vertx vertx = Vertx.vertx();
    private final FakeServer server = FakeServer.start();
    private VideoClient client;

    @BeforeEach
    void create() {
        client = VideoClient.create(vertx, server.url());
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
        server.close();
    }

    private MediameshException refusalOf(Future<?> future) {
        Throwable failure = Await.failure(future);
        assertThat(failure).isInstanceOf(MediameshException.class);
        return (MediameshException) failure;
    }

    @Test
    void anOfferIsAnsweredWithSdpTypeAndId() {
        assertThat(Await.result(client.connect("door", "v=0 offer", "offer")))
                .isEqualTo(new Answer("v=0 answer", "answer", "door"));

        assertThat(server.offers).containsExactly(new JsonObject("""
                                {"sdp":"v=0 offer","type":"offer","connection_id":"door",
                                 "config":{"max_samples":30,"frame_timeout":5.0,"log_interval":1.0}}"""));
    }

    @Test
    void theConfigurationOfTheClientGoesWithEveryOffer() {
        VideoConfig config = new VideoConfig(7, Duration.ofMillis(2500), Duration.ofMinutes(1));
        Await.result(VideoClient.create(vertx, server.url(), config).connect("door", "v=0 offer", "offer"));

        assertThat(server.offers.getFirst().getJsonObject("config"))
                .isEqualTo(new JsonObject("{\"max_samples\":7,\"frame_timeout\":2.5,\"log_interval\":60.0}"));
    }

    @Test
    void theAnswerMayLeaveOutTheIdThatWasAskedForAndHaveFieldsOfANewerServer() {
        server.canned.put(
                "POST /offer", new FakeServer.Canned(200, "{\"sdp\":\"v=0\",\"type\":\"answer\",\"ice\":\"full\"}"));

        assertThat(Await.result(client.connect("door", "v=0 offer", "offer")))
                .isEqualTo(new Answer("v=0", "answer", "door"));
    }

    @Test
    void anIdThatIsInUseIsAConflictThatNamesTheField() {
        server.withConnection("door");

        MediameshException refusal = refusalOf(client.connect("door", "v=0 offer", "offer"));

        assertThat(refusal.status()).isEqualTo(409);
        assertThat(refusal.code()).isEqualTo("conflict");
        assertThat(refusal).hasMessage("the connection door is in use");
        assertThat(refusal.field()).contains("connection_id");
    }

    @Test
    void aConnectionThatIsDisconnectedIsGone() {
        Await.result(client.connect("door", "v=0 offer", "offer"));
        Await.result(client.disconnect("door"));

        assertThat(server.connections).isEmpty();
    }

    @Test
    void anUnknownConnectionCannotBeDisconnected() {
        MediameshException refusal = refusalOf(client.disconnect("door"));

        assertThat(refusal.status()).isEqualTo(404);
        assertThat(refusal.code()).isEqualTo("not_found");
        assertThat(refusal).hasMessage("there is no connection door");
        assertThat(refusal.field()).isEmpty();
    }

    @Test
    void theFiguresOfAConnectionAreThoseOfTheServer() {
        server.withConnection("door");

        assertThat(Await.result(client.connectionInfo("door"))).contains(INFO);
        assertThat(Await.result(client.connectionInfo("yard"))).isEqualTo(Optional.empty());
        assertThat(Await.result(client.isConnectionActive("door"))).isTrue();
        assertThat(Await.result(client.isConnectionActive("yard"))).isFalse();
    }

    @Test
    void allConnectionsComeByTheirIds() {
        assertThat(Await.result(client.allConnections())).isEmpty();
        assertThat(Await.result(client.connectionCount())).isZero();

        server.withConnection("door").withConnection("yard");

        assertThat(Await.result(client.allConnections()))
                .isEqualTo(Map.of("door", INFO, "yard", new ConnectionInfo("yard", 45.2, 1350, 1349, 1640995200.25)));
        assertThat(Await.result(client.connectionCount())).isEqualTo(2);
    }

    @Test
    void anIdWithOddCharactersStaysOnePartOfThePath() {
        String id = "a b/../c?d=é%";
        server.withConnection(id);

        assertThat(Await.result(client.connectionInfo(id)).orElseThrow().connectionId())
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyIdIsRefusedBeforeAnythingIsSent(String id) {
        assertThat(Await.failure(client.disconnect(id))).isInstanceOf(IllegalArgumentException.class);
        assertThat(Await.failure(client.connect(id, "v=0", "offer"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(server.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid",
        "401, unauthorized",
        "403, forbidden",
        "404, not_found",
        "409, conflict",
        "413, too_large",
        "418, http_418",
        "500, internal",
        "502, upstream_failed",
        "503, unavailable",
        "504, upstream_timeout",
        "301, http_301",
    })
    void anErrorWithoutJsonIsToldByItsStatus(int status, String code) {
        server.canned.put("GET /api/connections", new FakeServer.Canned(status, "<html>sorry</html>"));

        MediameshException refusal = refusalOf(client.allConnections());

        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal).hasMessage("the server answered with status " + status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html>hello</html> | JSON",
                "[] | object",
                "'' | object",
                "{\"connection_id\":\"door\"} | uptime",
                "{\"connection_id\":7,\"uptime\":1,\"frames_received\":1,\"messages_sent\":1,\"last_activity\":1}"
                        + " | connection_id",
                "{\"connection_id\":\"door\",\"uptime\":1,\"frames_received\":1.5} | frames_received",
            })
    void anAnswerThatIsNotAsAgreedIsAnErrorThatSaysWhere(String body, String where) {
        server.canned.put("GET /api/connections/door", new FakeServer.Canned(200, body));

        MediameshException refusal = refusalOf(client.connectionInfo("door"));

        assertThat(refusal.status()).isEqualTo(200);
        assertThat(refusal.code()).isEqualTo("malformed_answer");
        assertThat(refusal.getMessage()).containsIgnoringCase(where).contains("GET /api/connections/door");
    }

    @Test
    void aTokenIsSentWithEveryRequestAndNeverShown() {
        ClientOptions options = ClientOptions.DEFAULT.withBearerToken("s3cret");
        VideoClient withToken = VideoClient.create(vertx, server.url(), VideoConfig.DEFAULT, options);
        server.withConnection("yard");

        Await.result(withToken.connect("door", "v=0 offer", "offer"));
        Await.result(withToken.registerIntensityHandler("yard", data -> {}));
        Await.result(withToken.connectionCount());

        assertThat(server.tokens).hasSize(3).containsOnly("Bearer s3cret");
        assertThat(options.toString()).doesNotContain("s3cret");
        assertThatThrownBy(() -> ClientOptions.DEFAULT.withBearerToken("s3cret\r\nX: y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bearerToken")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> ClientOptions.DEFAULT.withRequestTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("requestTimeout");
    }

    @Test
    void aServerBehindAPathIsReachedThere() {
        server.canned.put("GET /mesh/api/connections/count", new FakeServer.Canned(200, "{\"count\":3}"));

        assertThat(Await.result(VideoClient.create(vertx, URI.create(server.url() + "/mesh/"))
                        .connectionCount()))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host", "127.0.0.1", "http:///path", "http://me:pw@host", "http://host/?a=b"})
    void aBaseUrlThatCannotBeOneIsRefused(String url) {
        assertThatThrownBy(() -> VideoClient.create(vertx, URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("base URL")
                .hasMessageNotContaining("pw");
    }

    @Test
    void aServerThatIsNotThereIsToldSo() {
        server.close();

        assertThat(Await.failure(client.connectionCount()))
                .isInstanceOf(NoAnswerException.class)
                .hasMessageContaining("GET /api/connections/count at " + server.url())
                .hasMessageContaining("refused");
        assertThat(Await.failure(client.connect("door", "v=0", "offer"))).isInstanceOf(NoAnswerException.class);
        assertThat(Await.failure(client.registerIntensityHandler("door", data -> {})))
                .isInstanceOf(NoAnswerException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatDoesNotAnswerIsGivenUp(boolean saysNothing) {
        server.canned.put(
                "GET /api/connections/count",
                saysNothing
                        ? new FakeServer.Canned(FakeServer.HELD, "")
                        : new FakeServer.Canned(200, "{\"count\"", false));
        VideoClient impatient = VideoClient.create(
                vertx,
                server.url(),
                VideoConfig.DEFAULT,
                ClientOptions.DEFAULT.withRequestTimeout(Duration.ofMillis(300)));

        assertThat(Await.failure(impatient.connectionCount())).isInstanceOf(NoAnswerException.class);
    }

    @Test
    void aWebSocketThatIsNeverOpenedIsGivenUp() {
        server.withConnection("door");
        server.canned.put("WS /api/connections/door/intensity", new FakeServer.Canned(FakeServer.HELD, ""));
        VideoClient impatient = VideoClient.create(
                vertx,
                server.url(),
                VideoConfig.DEFAULT,
                ClientOptions.DEFAULT.withRequestTimeout(Duration.ofMillis(300)));

        assertThat(Await.failure(impatient.registerIntensityHandler("door", data -> {})))
                .isInstanceOf(NoAnswerException.class);
    }

    @Test
    void shutdownEndsTheConnectionsOfThisClientOnly() {
        server.withConnection("foreign");
        Await.result(client.connect("door", "v=0 offer", "offer"));
        Await.result(client.connect("yard", "v=0 offer", "offer"));
        Await.result(client.disconnect("yard"));
        server.withConnection("yard");
        Await.failure(client.connect("foreign", "v=0 offer", "offer"));
        Registration registration = Await.result(client.registerIntensityHandler("foreign", data -> {}));

        Await.result(client.shutdown());

        assertThat(server.connections).containsOnlyKeys("foreign", "yard");
        assertThat(registration.ended().succeeded()).isTrue();
        Await.until("the socket is closed", () -> server.sockets.isEmpty());
    }

    @Test
    void shutdownTwiceIsOneAndNothingGoesAfterIt() {
        Await.result(client.connect("door", "v=0 offer", "offer"));
        var first = client.shutdown();
        var second = client.shutdown();
        Await.result(first);
        Await.result(second);
        Await.result(client.shutdown());

        assertThat(server.asked("DELETE /api/connections/door")).isEqualTo(1);
        assertThat(Await.failure(client.connectionCount()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shut down");
        assertThat(Await.failure(client.registerIntensityHandler("door", data -> {})))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shutdownWithoutAServerIsDoneAllTheSame() {
        Await.result(client.connect("door", "v=0 offer", "offer"));
        Await.result(client.registerIntensityHandler("door", data -> {}));
        server.close();

        Await.result(client.shutdown());
    }

    @Test
    void anOfferThatIsAnsweredDuringShutdownLeavesNoConnection() {
        server.canned.put("POST /offer", new FakeServer.Canned(FakeServer.HELD, ""));
        var answer = client.connect("door", "v=0 offer", "offer");
        Await.until("the offer is there", () -> server.held.containsKey("POST /offer"));

        var shutdown = client.shutdown();
        server.answerHeldOffer("door");

        Await.result(shutdown);
        assertThat(answer.succeeded()).isTrue();
        assertThat(server.connections).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, PT5S, PT1S, maxSamples", "1, PT0S, PT1S, frameTimeout", "1, PT5S, PT-1S, logInterval"})
    void aConfigurationThatCannotWorkIsRefused(int samples, Duration timeout, Duration interval, String name) {
        assertThatThrownBy(() -> new VideoConfig(samples, timeout, interval))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }
}
