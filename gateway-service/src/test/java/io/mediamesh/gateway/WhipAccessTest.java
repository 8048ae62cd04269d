package io.mediamesh.gateway;

import static io.mediamesh.gateway.ConnectionsApiTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.PeerProtocol;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may send and receive, and what others are told. */
class WhipAccessTest extends WhipFixture {
    /** Of {@code printf s3cret | sha256sum}. */
    private static final String SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";

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
}
