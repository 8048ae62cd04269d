package io.mediamesh.gateway;

import static io.mediamesh.gateway.ConnectionsApiTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9725, and the same for clients that receive. */
class WhipTest extends WhipFixture {
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
}
