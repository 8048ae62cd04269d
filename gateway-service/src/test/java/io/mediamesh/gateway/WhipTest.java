package io.mediamesh.gateway;

import static io.mediamesh.gateway.ConnectionsApiTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Member;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9725, and the same for clients that receive. */
class WhipTest {
    private static final String SDP = "application/sdp";
    private static final String FRAGMENT = "application/trickle-ice-sdpfrag";
    /** Of {@code printf s3cret | sha256sum}. */
    private static final String SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";

    private static final Map<String, String> ICE = Map.of(
            "webrtc.ice_servers", "stun:stun.example:3478,turn:turn.example:3478?transport=udp",
            "webrtc.ice_username", "me",
            "webrtc.ice_credential", "pass\"word\\");
    private static final String STUN_LINK = "<stun:stun.example:3478>; rel=\"ice-server\"";
    private static final String TURN_LINK =
            "<turn:turn.example:3478?transport=udp>; rel=\"ice-server\"; username=\"me\";"
                    + " credential=\"pass\\\"word\\\\\"; credential-type=\"password\"";

    private RunningGateway gateway;
    private PeerMember peers;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, ICE).withStream("cam1");
        peers = PeerMember.of(gateway.mesh);
    }

    @AfterEach
    void stop() {
        peers.close();
        gateway.close();
    }

    private HttpResponse<String> publish(String stream) {
        return gateway.send("POST", "/whip/" + stream, PeerMember.OFFER, "Content-Type", SDP);
    }

    private String session(String path) {
        HttpResponse<String> response = gateway.send("POST", path, PeerMember.OFFER, "Content-Type", SDP);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return header(response, "Location");
    }

    private HttpResponse<String> patch(String session, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = FRAGMENT;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return gateway.send("PATCH", session, PeerMember.CANDIDATE, all);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void anOfferMakesASessionWithItsAddressItsTagAndTheIceServers() {
        HttpResponse<String> response = publish("studio");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.body()).isEqualTo(PeerMember.ANSWER);
        assertThat(header(response, "Content-Type")).isEqualTo(SDP);
        assertThat(header(response, "Location")).matches("/whip/studio/[0-9a-f-]{36}");
        assertThat(header(response, "ETag")).isEqualTo("\"one\"");
        assertThat(header(response, "Accept-Patch")).isEqualTo(FRAGMENT);
        assertThat(response.headers().allValues("Link")).containsExactly(STUN_LINK, TURN_LINK);
        assertThat(peers.last(PeerProtocol.Publish.class))
                .isEqualTo(new PeerProtocol.Publish(
                        new StreamId("studio"), Signalling.WHIP, PeerMember.OFFER, "", Map.of()));
        assertThat(RunningGateway.json(gateway.get("/api/v1/streams/studio"))
                        .getJsonObject("source")
                        .getString("url"))
                .isEqualTo("webrtc:");
    }

    @Test
    void theTypeOfTheBodyMayHaveParametersAndCapitals() {
        assertThat(gateway.send(
                                "POST",
                                "/whip/studio",
                                PeerMember.OFFER,
                                "Content-Type",
                                "Application/SDP; charset=utf-8")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aStreamThatIsThereAlreadyIsA409() {
        session("/whip/studio");

        assertError(publish("studio"), 409, "conflict", "stream");
        assertError(publish("cam1"), 409, "conflict", "stream");
    }

    @Test
    void aViewerGetsASessionOfAnyStreamWithVideoOrAnnotatedPictures() {
        assertThat(session("/whep/cam1")).matches("/whep/cam1/[0-9a-f-]{36}");
        assertThat(peers.last(PeerProtocol.Watch.class))
                .isEqualTo(new PeerProtocol.Watch(Topic.of("cam1", Topic.VIDEO), PeerMember.OFFER, ""));
        assertThat(session("/whep/cam1?topic=annotated")).startsWith("/whep/cam1/");
        assertThat(peers.last(PeerProtocol.Watch.class).topic()).isEqualTo(Topic.of("cam1", Topic.ANNOTATED));
    }

    @Test
    void aViewerOfAnUnknownStreamGetsA404AndOneOfAnotherTopicA400() {
        assertError(
                gateway.send("POST", "/whep/unknown", PeerMember.OFFER, "Content-Type", SDP),
                404,
                "not_found",
                "stream");
        assertError(
                gateway.send("POST", "/whep/cam1?topic=intensity", PeerMember.OFFER, "Content-Type", SDP),
                400,
                "invalid",
                "topic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whip/studio", "/whep/cam1"})
    void whatIsNotAnSdpOfferIsA400OrA415(String path) {
        assertError(gateway.send("POST", path, "nonsense", "Content-Type", SDP), 400, "invalid", "body");
        assertError(gateway.send("POST", path, "", "Content-Type", SDP), 400, "invalid", "body");
        HttpResponse<String> json = gateway.send("POST", path, "{}", "Content-Type", "application/json");
        assertError(json, 415, "unsupported_media_type", "Content-Type");
        assertThat(header(json, "Accept-Post")).isEqualTo(SDP);
        assertError(gateway.send("POST", path, PeerMember.OFFER), 415, "unsupported_media_type", "Content-Type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whip/a%2Fb", "/whep/-a"})
    void anImpossibleStreamIsA400(String path) {
        assertError(gateway.send("POST", path, PeerMember.OFFER, "Content-Type", SDP), 400, "invalid", "stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whip/studio", "/whep/cam1"})
    void candidatesAreTakenWithTheRightTagAndWithoutAny(String path) {
        String session = session(path);

        HttpResponse<String> tagged = patch(session, "If-Match", "\"one\"");
        assertThat(tagged.statusCode()).as(tagged.body()).isEqualTo(204);
        assertThat(tagged.body()).isEmpty();
        assertThat(peers.last(PeerProtocol.Patch.class).fragment()).isEqualTo(PeerMember.CANDIDATE);
        assertThat(patch(session).statusCode()).isEqualTo(204);
        assertError(patch(session, "If-Match", "\"other\""), 412, "precondition_failed", "If-Match");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "\"*\""})
    void aRestartGivesNewCredentialsAndANewTag(String match) {
        String session = session("/whip/studio");

        HttpResponse<String> restarted = patch(session, "If-Match", match);
        assertThat(restarted.statusCode()).as(restarted.body()).isEqualTo(200);
        assertThat(restarted.body()).isEqualTo(PeerMember.RESTARTED);
        assertThat(header(restarted, "Content-Type")).isEqualTo(FRAGMENT);
        assertThat(header(restarted, "ETag")).isEqualTo("\"two\"");
        assertThat(patch(session, "If-Match", "\"one\"").statusCode()).isEqualTo(412);
        assertThat(patch(session, "If-Match", "\"two\"").statusCode()).isEqualTo(204);
    }

    @Test
    void aFragmentOfAnotherTypeIsA415AndAnEmptyOneA400() {
        String session = session("/whip/studio");

        HttpResponse<String> sdp = gateway.send("PATCH", session, PeerMember.CANDIDATE, "Content-Type", SDP);
        assertError(sdp, 415, "unsupported_media_type", "Content-Type");
        assertThat(header(sdp, "Accept-Patch")).isEqualTo(FRAGMENT);
        assertError(gateway.send("PATCH", session, "", "Content-Type", FRAGMENT), 400, "invalid", "body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whip/studio", "/whep/cam1"})
    void aSessionEndsOnceAndIsUnknownThen(String path) {
        String session = session(path);

        HttpResponse<String> ended = gateway.send("DELETE", session, "");
        assertThat(ended.statusCode()).isEqualTo(200);
        assertThat(ended.body()).isEmpty();
        assertError(gateway.send("DELETE", session, ""), 404, "not_found", "session");
        assertError(patch(session), 404, "not_found", "session");
    }

    @Test
    void aSessionOfOneProtocolIsNoneOfTheOther() {
        String session = session("/whip/studio").replace("/whip/", "/whep/");

        assertError(gateway.send("DELETE", session, ""), 404, "not_found", "session");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /whip/studio, 'OPTIONS, POST'",
        "PUT, /whip/studio, 'OPTIONS, POST'",
        "DELETE, /whep/studio, 'OPTIONS, POST'",
        "GET, /whep/studio/abc, 'DELETE, OPTIONS, PATCH'",
        "POST, /whip/studio/abc, 'DELETE, OPTIONS, PATCH'",
        "PUT, /whip/studio/abc, 'DELETE, OPTIONS, PATCH'",
    })
    void otherMethodsAreA405ThatSaysWhichAreRight(String method, String path, String allow) {
        HttpResponse<String> response = gateway.send(method, path, "");

        assertError(response, 405, "method_not_allowed", "");
        assertThat(header(response, "Allow")).isEqualTo(allow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whip/studio", "/whep/studio", "/whip/studio/abc"})
    void headIsA405WithoutABody(String path) {
        HttpResponse<String> response = gateway.send("HEAD", path, "");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.body()).isEmpty();
        assertThat(header(response, "Allow")).contains("OPTIONS");
    }

    @Test
    void optionsTellWhatIsTakenAndTheIceServers() {
        for (String path : List.of("/whip/studio", "/whep/cam1")) {
            HttpResponse<String> options = gateway.send("OPTIONS", path, "");
            assertThat(options.statusCode()).isEqualTo(204);
            assertThat(header(options, "Accept-Post")).isEqualTo(SDP);
            assertThat(header(options, "Allow")).isEqualTo("OPTIONS, POST");
            assertThat(options.headers().allValues("Link")).containsExactly(STUN_LINK, TURN_LINK);
        }
        HttpResponse<String> session = gateway.send("OPTIONS", "/whip/studio/abc", "");
        assertThat(session.statusCode()).isEqualTo(204);
        assertThat(header(session, "Accept-Patch")).isEqualTo(FRAGMENT);
    }

    @Test
    void preflightsOfListedOriginsAreAllowedWhatClientsNeed(@TempDir Path directory) {
        try (RunningGateway open =
                RunningGateway.start(directory, Map.of("gateway.cors.origins", "https://friend.example"))) {
            HttpResponse<String> preflight = open.send(
                    "OPTIONS",
                    "/whip/studio",
                    "",
                    "Origin",
                    "https://friend.example",
                    "Access-Control-Request-Method",
                    "POST",
                    "Access-Control-Request-Headers",
                    "authorization,content-type");
            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(header(preflight, "Accept-Post")).isEqualTo(SDP);
            assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo("https://friend.example");
            assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("POST", "PATCH", "DELETE");
            assertThat(header(preflight, "Access-Control-Allow-Headers"))
                    .contains("Authorization", "If-Match", "Content-Type");
            try (PeerMember member = PeerMember.of(open.mesh)) {
                HttpResponse<String> made = open.send(
                        "POST",
                        "/whip/studio",
                        PeerMember.OFFER,
                        "Content-Type",
                        SDP,
                        "Origin",
                        "https://friend.example");
                assertThat(made.statusCode()).isEqualTo(201);
                assertThat(header(made, "Access-Control-Expose-Headers"))
                        .contains("Location", "ETag", "Link", "Accept-Patch");
                assertThat(member.requests).hasSize(1);
            }
            assertThat(open.send(
                                    "OPTIONS",
                                    "/whip/studio",
                                    "",
                                    "Origin",
                                    "https://evil.example",
                                    "Access-Control-Request-Method",
                                    "POST")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void whereTokensAreListedOneIsNeededForEverythingButOptions(@TempDir Path directory) {
        Map<String, String> settings = new HashMap<>(ICE);
        settings.put("webrtc.tokens", "other-token, s3cret");
        try (RunningGateway closed = RunningGateway.start(directory, settings).withStream("cam1");
                PeerMember member = PeerMember.of(closed.mesh)) {
            for (String authorization : List.of("", "Bearer wrong", "Basic s3cret", "Bearer", "s3cret")) {
                String[] headers = authorization.isEmpty()
                        ? new String[] {"Content-Type", SDP}
                        : new String[] {"Content-Type", SDP, "Authorization", authorization};
                for (String path : List.of("/whip/studio", "/whep/cam1")) {
                    HttpResponse<String> refused = closed.send("POST", path, PeerMember.OFFER, headers);
                    assertError(refused, 401, "unauthorized", "Authorization");
                    assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
                }
                assertThat(closed.send("DELETE", "/whip/studio/abc", "", headers)
                                .statusCode())
                        .isEqualTo(401);
                assertThat(closed.send("PATCH", "/whip/studio/abc", "x", headers)
                                .statusCode())
                        .isEqualTo(401);
            }
            assertThat(member.requests).isEmpty();

            HttpResponse<String> made = closed.send(
                    "POST", "/whip/studio", PeerMember.OFFER, "Content-Type", SDP, "Authorization", "bearer s3cret");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            assertThat(member.last(PeerProtocol.Publish.class).token()).isEqualTo(SECRET_SHA256);
            String session = header(made, "Location");
            assertError(
                    closed.send("DELETE", session, "", "Authorization", "Bearer other-token"), 403, "forbidden", "");
            assertThat(closed.send("DELETE", session, "", "Authorization", "Bearer s3cret")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void thePasswordOfTheTurnServersIsNotToldToWhomeverHasNoToken(@TempDir Path directory) {
        Map<String, String> settings = new HashMap<>(ICE);
        settings.put("webrtc.tokens", "s3cret");
        try (RunningGateway closed = RunningGateway.start(directory, settings)) {
            HttpResponse<String> anybody = closed.send("OPTIONS", "/whip/studio", "");
            assertThat(anybody.statusCode()).isEqualTo(204);
            assertThat(anybody.headers().allValues("Link")).containsExactly(STUN_LINK);
            assertThat(closed.send("OPTIONS", "/whip/studio", "", "Authorization", "Bearer s3cret")
                            .headers()
                            .allValues("Link"))
                    .containsExactly(STUN_LINK, TURN_LINK);
        }
    }

    @Test
    void aSessionBelongsToTheTokenThatMadeItEvenWhereNoneIsNeeded() {
        HttpResponse<String> made = gateway.send(
                "POST", "/whip/studio", PeerMember.OFFER, "Content-Type", SDP, "Authorization", "Bearer s3cret");

        assertThat(peers.last(PeerProtocol.Publish.class).token()).isEqualTo(SECRET_SHA256);
        assertError(patch(header(made, "Location")), 403, "forbidden", "");
        assertThat(patch(header(made, "Location"), "Authorization", "Bearer s3cret")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void anAnswerThatMakesNoSenseIsA502() {
        String session = session("/whip/studio");
        peers.disturb(message -> message.reply(new JsonObject().put("fragment", 5)));

        assertError(patch(session), 502, "upstream_failed", "");
        assertError(publish("other"), 502, "upstream_failed", "");
        peers.disturb(message -> message.fail(FailureCode.INTERNAL.number(), "NullPointerException"));
        assertError(gateway.send("DELETE", session, ""), 502, "upstream_failed", "");
    }

    @Test
    void aMemberThatTakesNoPeersIsA503() {
        peers.close();

        assertError(publish("studio"), 503, "unavailable", "");
        assertError(gateway.send("DELETE", "/whip/studio/abc", ""), 503, "unavailable", "");
    }

    @Test
    void withoutAnIngestServiceItSaysSo(@TempDir Path directory) {
        try (RunningGateway lonely = RunningGateway.withoutIngest().serve(directory, Map.of())) {
            HttpResponse<String> response = lonely.send("POST", "/whip/studio", PeerMember.OFFER, "Content-Type", SDP);
            assertError(response, 503, "unavailable", "");
            assertThat(response.body()).contains("no ingest service is there");
            assertThat(lonely.send("DELETE", "/whip/studio/abc", "").body()).contains("no ingest service is there");
        }
    }

    @Test
    void amongSeveralMembersAViewerIsSentToTheHomeOfTheStreamAndSessionsAreFound(@TempDir Path directory) {
        List<Member> others = List.of(new Member("member-2", "second", "1", Set.of("ingest"), Set.of("video"), false));
        try (RunningGateway two = RunningGateway.withoutService(
                                vertx -> SyntheticSource.camera(vertx, 64, 64, 30), others)
                        .serve(directory, Map.of());
                PeerMember first = PeerMember.of(two.mesh);
                PeerMember second = PeerMember.of(two.mesh, "member-2")) {
            for (String home : List.of(RunningGateway.SELF, "member-2")) {
                PeerMember holder = home.equals(RunningGateway.SELF) ? first : second;
                StreamId stream = new StreamId("pushed-to-" + home);
                two.withStream(StreamDescription.pushed(stream, SourceUrl.parse("webrtc:"), home, Map.of()));
                HttpResponse<String> made = two.send("POST", "/whep/" + stream, PeerMember.OFFER, "Content-Type", SDP);
                assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
                assertThat(holder.last(PeerProtocol.Watch.class).topic().stream())
                        .isEqualTo(stream);
                String session = header(made, "Location");
                assertThat(two.send("PATCH", session, PeerMember.CANDIDATE, "Content-Type", FRAGMENT)
                                .statusCode())
                        .isEqualTo(204);
                assertThat(two.send("DELETE", session, "").statusCode()).isEqualTo(200);
                assertThat(two.send("DELETE", session, "").statusCode()).isEqualTo(404);
            }
        }
    }
}
