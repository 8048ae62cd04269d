package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Member;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections by plain offers, and their intensity. */
class ConnectionsApiTest {
    private RunningGateway gateway;
    private PeerMember peers;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of("gateway.max_body_bytes", "4000"))
                .withStream("cam1");
        peers = PeerMember.of(gateway.mesh);
    }

    @AfterEach
    void stop() {
        peers.close();
        gateway.close();
    }

    private static JsonObject offer() {
        return new JsonObject().put("sdp", PeerMember.OFFER).put("type", "offer");
    }

    private String connected(String id) {
        HttpResponse<String> response = gateway.postJson("/offer", offer().put("connection_id", id));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return id;
    }

    @Test
    void anOfferIsAnsweredUnderItsId() {
        HttpResponse<String> response = gateway.postJson("/offer", offer().put("connection_id", "conn_123"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(RunningGateway.json(response))
                .isEqualTo(new JsonObject()
                        .put("sdp", PeerMember.ANSWER)
                        .put("type", "answer")
                        .put("connection_id", "conn_123"));
        assertThat(peers.last(PeerProtocol.Publish.class))
                .isEqualTo(new PeerProtocol.Publish(
                        new StreamId("conn_123"), Signalling.OFFER, PeerMember.OFFER, "", Map.of()));
    }

    @Test
    void keysThatAreNotKnownAreLeftAsideBecauseTheClientsOfOtherSystemsSendSome() {
        assertThat(gateway.postJson("/offer", offer().put("video_transform", "none"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anIdIsMadeOfTheTimeWhereThereIsNoneAndIsUniqueWithinAMillisecond() {
        long before = System.currentTimeMillis();
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 20)
                .mapToObj(index -> CompletableFuture.supplyAsync(() -> gateway.postJson("/offer", offer())))
                .toList();
        Set<String> ids = new HashSet<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.join().statusCode()).isEqualTo(200);
            String id = RunningGateway.json(answer.join()).getString("connection_id");
            assertThat(Long.parseLong(id.replaceFirst("^conn_", "")))
                    .isBetween(before, System.currentTimeMillis() + answers.size());
            ids.add(id);
        }
        assertThat(ids).hasSize(answers.size());
    }

    @Test
    void anIdThatAnotherGatewayMadeInTheSameMillisecondIsNotGivenAgain() {
        long now = System.currentTimeMillis();
        for (long millis = now; millis < now + 3_000; millis += 2) {
            gateway.withStream("conn_" + millis);
        }
        for (int connection = 0; connection < 10; connection++) {
            HttpResponse<String> response = gateway.postJson("/offer", offer());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    @Test
    void theConfigIsPassedOnAsSettings() {
        JsonObject config = new JsonObject()
                .put("max_samples", 10)
                .put("frame_timeout", 5.0)
                .put("log_interval", 0.0001);

        assertThat(gateway.postJson("/offer", offer().put("config", config)).statusCode())
                .isEqualTo(200);
        assertThat(peers.last(PeerProtocol.Publish.class).settings())
                .isEqualTo(Map.of(
                        "intensity.max_samples", "10",
                        "intensity.frame_timeout", "5.0s",
                        "intensity.log_interval", "0.00010s"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json | body",
                "[] | body",
                "{} | sdp",
                "{\"sdp\":\"v=0\"} | type",
                "{\"type\":\"offer\"} | sdp",
                "{\"sdp\":5,\"type\":\"offer\"} | sdp",
                "{\"sdp\":null,\"type\":\"offer\"} | sdp",
                "{\"sdp\":\"\",\"type\":\"offer\"} | sdp",
                "{\"sdp\":\"nonsense\",\"type\":\"offer\"} | sdp",
                "{\"sdp\":\"v=0\",\"type\":\"answer\"} | type",
                "{\"sdp\":\"v=0\",\"type\":7} | type",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"connection_id\":\"a/b\"} | connection_id",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"connection_id\":\"\"} | connection_id",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"connection_id\":5} | connection_id",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"connection_id\":\"count\"} | connection_id",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":5} | config",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"samples\":5}} | config.samples",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"max_samples\":0}} | config.max_samples",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"max_samples\":1001}} | config.max_samples",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"max_samples\":1.5}} | config.max_samples",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"frame_timeout\":0}} | config.frame_timeout",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"frame_timeout\":3601}} | config.frame_timeout",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"frame_timeout\":\"5\"}} | config.frame_timeout",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"log_interval\":-1}} | config.log_interval",
                "{\"sdp\":\"v=0\",\"type\":\"offer\",\"config\":{\"log_interval\":1e400}} | config.log_interval",
            })
    void aBadOfferIsA400ThatNamesTheField(String body, String field) {
        HttpResponse<String> response = gateway.send("POST", "/offer", body, "Content-Type", "application/json");

        assertError(response, 400, "invalid", field);
    }

    @Test
    void anOfferOverTheLimitIsA413() {
        HttpResponse<String> response =
                gateway.postJson("/offer", offer().put("sdp", PeerMember.OFFER + "x".repeat(5_000)));

        assertError(response, 413, "too_large", "");
    }

    @Test
    void anIdInUseIsA409WhetherByAConnectionOrByAnotherStream() {
        connected("mine");

        assertError(gateway.postJson("/offer", offer().put("connection_id", "mine")), 409, "conflict", "connection_id");
        assertError(gateway.postJson("/offer", offer().put("connection_id", "cam1")), 409, "conflict", "connection_id");
    }

    @Test
    void theInformationAboutAConnectionHasTheFieldsOfTheDocument() {
        connected("mine");

        HttpResponse<String> response = gateway.get("/api/connections/mine");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(RunningGateway.json(response))
                .isEqualTo(new JsonObject()
                        .put("connection_id", "mine")
                        .put("uptime", 45.5)
                        .put("frames_received", 1350)
                        .put("messages_sent", 1349)
                        .put("last_activity", PeerMember.LAST_ACTIVITY));
    }

    @Test
    void allConnectionsAreListedByIdAndCounted() {
        assertThat(gateway.get("/api/connections").body()).isEqualTo("{}");
        assertThat(gateway.get("/api/connections/count").body()).isEqualTo("{\"count\":0}");
        connected("b");
        connected("a");
        gateway.send("POST", "/whip/pushed", PeerMember.OFFER, "Content-Type", "application/sdp");

        JsonObject all = RunningGateway.json(gateway.get("/api/connections"));
        assertThat(all.fieldNames()).containsExactly("a", "b");
        assertThat(all.getJsonObject("a").getString("connection_id")).isEqualTo("a");
        assertThat(gateway.get("/api/connections/count").body()).isEqualTo("{\"count\":2}");
    }

    @Test
    void aDisconnectedConnectionIsGone() {
        connected("mine");

        HttpResponse<String> response = gateway.send("DELETE", "/api/connections/mine", "");
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertError(gateway.get("/api/connections/mine"), 404, "not_found", "id");
        assertError(gateway.send("DELETE", "/api/connections/mine", ""), 404, "not_found", "id");
        connected("mine");
    }

    @ParameterizedTest
    @CsvSource({"unknown", "cam1", "pushed"})
    void whatIsNoConnectionIsA404(String id) {
        gateway.send("POST", "/whip/pushed", PeerMember.OFFER, "Content-Type", "application/sdp");

        assertError(gateway.get("/api/connections/" + id), 404, "not_found", "id");
        assertError(gateway.send("DELETE", "/api/connections/" + id, ""), 404, "not_found", "id");
    }

    @Test
    void anImpossibleIdIsA400() {
        assertError(gateway.get("/api/connections/a%2Fb"), 400, "invalid", "id");
        assertError(gateway.get("/api/connections/-a/intensity"), 400, "invalid", "id");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /offer, POST",
        "POST, /api/connections, GET",
        "PUT, /api/connections/mine, 'DELETE, GET'",
        "POST, /api/connections/mine/intensity, GET",
    })
    void aWrongMethodIsA405(String method, String path, String allow) {
        HttpResponse<String> response = gateway.send(method, path, "");

        assertError(response, 405, "method_not_allowed", "");
        assertThat(response.headers().firstValue("Allow")).contains(allow);
    }

    @Test
    void aConnectionIsAStreamAmongTheOthers() {
        connected("mine");

        JsonObject stream = RunningGateway.json(gateway.get("/api/v1/streams/mine"));
        assertThat(stream.getJsonObject("source").getString("url")).isEqualTo("webrtc:");
        assertThat(stream.getString("node")).isEqualTo("test-node");
        HttpResponse<String> put = gateway.putJson("/api/v1/streams/mine", "{\"source\":{\"url\":\"test:\"}}");
        assertError(put, 409, "conflict", "id");
        assertThat(put.body()).contains("a WebRTC client");
        assertThat(gateway.send("DELETE", "/api/v1/streams/mine", "").statusCode())
                .isEqualTo(204);
        assertError(gateway.get("/api/connections/mine"), 404, "not_found", "id");
    }

    static Stream<Consumer<Message<JsonObject>>> brokenAnswers() {
        return Stream.of(
                message -> message.reply("a text"),
                message -> message.reply(null),
                message -> message.reply(new JsonObject()),
                message -> message.reply(new JsonObject()
                        .put("session", 5)
                        .put("sdp", PeerMember.ANSWER)
                        .put("etag", "a")),
                message -> message.reply(
                        new JsonObject().put("session", "a/b").put("sdp", "v=0").put("etag", "a")),
                message -> message.reply(
                        new JsonObject().put("session", "a").put("sdp", "v=0").put("etag", "a\r\nX: y")),
                message -> message.fail(FailureCode.INTERNAL.number(), "NullPointerException"),
                message -> message.fail(-1, "what?"));
    }

    @ParameterizedTest
    @MethodSource("brokenAnswers")
    void anAnswerThatMakesNoSenseIsA502(Consumer<Message<JsonObject>> broken) {
        connected("mine");
        peers.disturb(broken);

        assertError(gateway.postJson("/offer", offer()), 502, "upstream_failed", "");
        assertError(gateway.get("/api/connections/mine"), 502, "upstream_failed", "");
        assertThat(gateway.get("/api/connections").body()).isEqualTo("{}");
    }

    @Test
    void aMemberThatTakesNoPeersIsA503() {
        peers.close();

        HttpResponse<String> response = gateway.postJson("/offer", offer());
        assertError(response, 503, "unavailable", "");
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(gateway.get("/api/connections").body()).isEqualTo("{}");
    }

    @Tag("slow")
    @Test
    void aMemberThatIsSilentIsLeftOutOfTheList(@TempDir Path directory) {
        Set<String> kinds = Set.of("video");
        List<Member> others = List.of(
                new Member("member-2", "second", "1", Set.of("ingest"), kinds, false),
                new Member("member-3", "silent", "1", Set.of("ingest"), kinds, false),
                new Member("member-4", "leaving", "1", Set.of("ingest"), kinds, true));
        try (RunningGateway several = RunningGateway.withoutService(
                                vertx -> SyntheticSource.camera(vertx, 64, 64, 30), others)
                        .serve(directory, Map.of());
                PeerMember first = PeerMember.of(several.mesh);
                PeerMember second = PeerMember.of(several.mesh, "member-2");
                PeerMember silent = PeerMember.of(several.mesh, "member-3");
                PeerMember leaving = PeerMember.of(several.mesh, "member-4")) {
            Set<String> made = new HashSet<>();
            for (int connection = 0; connection < 20; connection++) {
                made.add(RunningGateway.json(several.postJson("/offer", offer().put("connection_id", "c" + connection)))
                        .getString("connection_id"));
            }
            assertThat(leaving.requests).isEmpty();
            Set<String> atSilent = new HashSet<>();
            silent.requests.forEach(request ->
                    atSilent.add(((PeerProtocol.Publish) request).stream().value()));
            assertThat(List.of(first.requests.size(), second.requests.size(), atSilent.size()))
                    .allMatch(count -> count > 0);
            assertThat(RunningGateway.json(several.get("/api/connections")).fieldNames())
                    .isEqualTo(made);

            silent.disturb(message -> {});
            made.removeAll(atSilent);
            assertThat(RunningGateway.json(several.get("/api/connections")).fieldNames())
                    .isEqualTo(made);
            assertThat(leaving.requests).isEmpty();
            assertError(several.get("/api/connections/" + atSilent.iterator().next()), 503, "unavailable", "");
        }
    }

    /** An error of this form; an empty {@code field} stands for none. */
    static void assertError(HttpResponse<String> response, int status, String code, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = RunningGateway.json(response);
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("field", "")).as(response.body()).isEqualTo(field);
        assertThat(error.getString("error")).isNotBlank().doesNotContain("Exception", "io.vertx", "\tat ");
    }
}
