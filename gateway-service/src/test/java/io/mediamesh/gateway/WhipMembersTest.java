package io.mediamesh.gateway;

import static io.mediamesh.gateway.ConnectionsApiTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Member;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The members that hold the sessions, and what they may answer. */
class WhipMembersTest extends WhipFixture {
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
