package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onvoid.webrtc.RTCIceConnectionState;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Answer;
import io.mediamesh.contracts.PeerProtocol.Patched;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How sessions of peers begin, change and end. */
class PeerSessionsTest extends PeersFixture {
    private void awaitGone() {
        Await.until("the stream is gone", () -> Await.result(mesh.directory().get(PHONE))
                .isEmpty());
        assertThat(connections()).isEmpty();
    }

    private static String noCandidates(String offer) {
        return String.join(
                        "\r\n",
                        offer.lines()
                                .filter(line -> !line.startsWith("a=candidate:"))
                                .toList())
                + "\r\n";
    }

    /** The sixth word of a candidate (RFC 8839, section 5.1). */
    private static List<String> portsOf(String sdp) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=candidate:"))
                .map(line -> line.split(" ", -1)[5])
                .distinct()
                .toList();
    }

    @Test
    void aPeerThatClosesIsForgottenAndItsViewersAreTold() {
        try (RtcClient client = RtcClient.sending(false, "intensity")) {
            publish(client, Signalling.OFFER);
            List<Delivery> video = collect(Topic.VIDEO);
            Await.until("pictures", () -> TestMesh.items(video).size() > 5);
            client.leave();
            awaitGone();
            Await.until(
                    "the viewer is told",
                    () -> video.getLast() instanceof Delivery.Changed changed
                            && changed.state() == SubscriptionState.ENDED);
        }
    }

    @Test
    void aPeerThatSendsNoPicturesIsLetGoAfterTheFrameTimeout() {
        try (RtcClient client = RtcClient.sending(false, "intensity")) {
            publish(client, Signalling.OFFER);
            Await.until("messages", () -> client.messages.size() > 5);
            client.sending = false;
            awaitGone();
            Await.until(
                    "the client sees it",
                    () -> client.transport != RTCIceConnectionState.CONNECTED
                            && client.transport != RTCIceConnectionState.COMPLETED);
        }
    }

    @Test
    void anOfferThatNeverConnectsIsFreed() {
        try (RtcClient client = RtcClient.sending(false)) {
            Await.result(
                    ask(new PeerProtocol.Publish(PHONE, Signalling.OFFER, noCandidates(client.offer()), "", Map.of())));
            assertThat(connections()).hasSize(1);
            assertThat(Await.result(mesh.directory().status(PHONE)).state()).isEqualTo(StreamStatus.State.STARTING);
            awaitGone();
        }
    }

    @Test
    void anIdInUseIsRefusedAndLeavesTheFirstAlone() {
        try (RtcClient first = RtcClient.sending(false, "intensity");
                RtcClient second = RtcClient.sending(false)) {
            publish(first, Signalling.OFFER);
            MeshException refused =
                    refusal(new PeerProtocol.Publish(PHONE, Signalling.OFFER, second.offer(), "", Map.of()));
            assertThat(refused.code()).isEqualTo(FailureCode.CONFLICT);
            assertThat(refused).hasMessageContaining("phone");
            int before = first.messages.size();
            Await.until("the first goes on", () -> first.messages.size() > before + 10);
        }
    }

    @Test
    void aClientThatComesBackByWhipTakesThePlaceOfItsSilentSelf() {
        try (RtcClient first = RtcClient.sending(false);
                RtcClient second = RtcClient.sending(false)) {
            Answer answer = Answer.ofJson(Await.result(ask(new PeerProtocol.Publish(
                    PHONE, Signalling.WHIP, first.offer(), "token", Map.of("intensity.frame_timeout", "60s")))));
            first.accept(answer.sdp());
            List<Delivery> video = collect(Topic.VIDEO);
            Await.until("pictures", () -> TestMesh.items(video).size() > 5);
            String offer = second.offer();
            PeerProtocol.Publish again = new PeerProtocol.Publish(PHONE, Signalling.WHIP, offer, "token", Map.of());
            assertThat(refusal(again).code()).isEqualTo(FailureCode.CONFLICT);
            first.sending = false;
            assertThat(refusal(new PeerProtocol.Publish(PHONE, Signalling.WHIP, offer, "other", Map.of()))
                            .code())
                    .isEqualTo(FailureCode.CONFLICT);
            Await.until(
                    "the second takes the place",
                    () -> Await.result(ask(again).map(true).otherwise(false)));
        }
    }

    @Test
    void disconnectingEndsTheConnectionAndAnUnknownOneIsNotFound() {
        try (RtcClient client = RtcClient.sending(false)) {
            publish(client, Signalling.OFFER);
            Await.result(ask(new PeerProtocol.Disconnect(PHONE)));
            awaitGone();
            assertThat(refusal(new PeerProtocol.Disconnect(PHONE)).code()).isEqualTo(FailureCode.NOT_FOUND);
        }
    }

    @Test
    void anIdCanBeTakenAgainAsSoonAsItsStreamIsRemoved() {
        try (RtcClient first = RtcClient.sending(false);
                RtcClient second = RtcClient.sending(false, "intensity")) {
            publish(first, Signalling.OFFER);
            Await.result(mesh.directory().remove(PHONE));
            publish(second, Signalling.OFFER);
            Await.until(
                    "the first is let go",
                    () -> first.transport != RTCIceConnectionState.CONNECTED
                            && first.transport != RTCIceConnectionState.COMPLETED);
            int before = second.messages.size();
            Await.until("the second goes on", () -> second.messages.size() > before + 30);
            assertThat(connections()).hasSize(1);
        }
    }

    @Test
    void removingTheStreamLetsThePeerGo() {
        try (RtcClient client = RtcClient.sending(false)) {
            publish(client, Signalling.OFFER);
            Await.result(mesh.directory().remove(PHONE));
            Await.until("no connection", () -> connections().isEmpty());
        }
    }

    @Test
    void aSessionIsChangedAndClosedOnlyByItsOwnClient() {
        try (RtcClient client = RtcClient.sending(false)) {
            Answer answer = publish(client, Signalling.WHIP);
            String session = answer.session();
            assertThat(refusal(new PeerProtocol.Close(session, Signalling.WHIP, "other"))
                            .code())
                    .isEqualTo(FailureCode.FORBIDDEN);
            assertThat(refusal(new PeerProtocol.Close(session, Signalling.WHEP, "token"))
                            .code())
                    .isEqualTo(FailureCode.NOT_FOUND);
            assertThat(refusal(new PeerProtocol.Close("guess", Signalling.WHIP, "token"))
                            .code())
                    .isEqualTo(FailureCode.NOT_FOUND);
            Await.result(ask(new PeerProtocol.Close(session, Signalling.WHIP, "token")));
            awaitGone();
        }
    }

    @Test
    void trickledCandidatesConnectAnOfferWithoutAny() {
        try (RtcClient client = RtcClient.sending(false)) {
            String offer = client.offer();
            Answer answer = Answer.ofJson(Await.result(
                    ask(new PeerProtocol.Publish(PHONE, Signalling.WHIP, noCandidates(offer), "token", Map.of()))));
            // Without ours the client can't find us: only its own candidates can connect.
            client.accept(noCandidates(answer.sdp()));
            String fragment = String.join(
                    "\r\n",
                    offer.lines()
                            .filter(line -> line.startsWith("a=candidate:")
                                    || line.startsWith("a=mid:")
                                    || line.startsWith("a=ice-"))
                            .toList());
            Patched patched = Patched.ofJson(Await.result(
                    ask(new PeerProtocol.Patch(answer.session(), Signalling.WHIP, "token", answer.etag(), fragment))));
            assertThat(patched.fragment()).isEmpty();
            assertThat(patched.etag()).isEqualTo(answer.etag());
            Await.until(
                    "it connects",
                    () -> client.transport == RTCIceConnectionState.CONNECTED
                            || client.transport == RTCIceConnectionState.COMPLETED);
        }
    }

    @Test
    void anIceRestartGivesNewCredentialsAndAnOldEtagIsRefused() {
        try (RtcClient client = RtcClient.sending(false)) {
            Answer answer = publish(client, Signalling.WHIP);
            String fragment = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";
            Patched patched = Patched.ofJson(Await.result(
                    ask(new PeerProtocol.Patch(answer.session(), Signalling.WHIP, "token", "*", fragment))));
            assertThat(patched.etag()).isNotEqualTo(answer.etag());
            assertThat(patched.fragment()).contains("a=ice-ufrag:", "a=ice-pwd:", "a=candidate:");
            assertThat(portsOf(patched.fragment())).isNotEmpty().doesNotContainAnyElementsOf(portsOf(answer.sdp()));
            assertThat(answer.sdp())
                    .doesNotContain(patched.fragment()
                            .lines()
                            .filter(line -> line.startsWith("a=ice-ufrag:"))
                            .findFirst()
                            .orElseThrow());
            assertThat(refusal(new PeerProtocol.Patch(
                                    answer.session(), Signalling.WHIP, "token", answer.etag(), fragment))
                            .code())
                    .isEqualTo(FailureCode.STALE);
        }
    }
}
