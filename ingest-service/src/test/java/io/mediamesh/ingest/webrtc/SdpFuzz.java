package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/**
 * Offers that nobody would write, into our parser and, where it lets them through, into libwebrtc's. Run with the
 * environment variable JAZZER_FUZZ=1 it makes up new ones; else it tries the kept ones.
 */
@Tag("fuzz")
class SdpFuzz {
    private static final PeerConnections CONNECTIONS = new PeerConnections(
            WebRtcConfig.of(Settings.of(WebRtcConfig.all(), Map.of())), PeerConnections.Direction.RECEIVING);

    private static final NativePeer.Events NOTHING = new NativePeer.Events() {
        @Override
        public void track(String mid, MediaStreamTrack track) {
            // Nothing is received.
        }

        @Override
        public void channel(RTCDataChannel channel) {
            // Nothing is sent.
        }

        @Override
        public void transport(RTCIceConnectionState state) {
            // Nobody is there.
        }
    };

    @FuzzTest(maxDuration = "30s")
    void anOfferIsAnsweredOrRefusedInWords(byte[] bytes) {
        try {
            SdpOffer offer = SdpOffer.parse(new String(bytes, StandardCharsets.UTF_8));
            offer.preferring(List.of("VP8"), 1_000_000).restarted("abcd", "0123456789012345678901");
            NativePeer peer = new NativePeer(CONNECTIONS, "fuzz", NOTHING);
            try {
                String answer = SdpAnswer.advertising(peer.answer(offer, () -> {}), List.of("127.0.0.1"), peer.port());
                assertThat(answer).startsWith("v=0");
            } finally {
                peer.close();
            }
        } catch (MeshException refused) {
            // A machine that is too busy may be late, which is no fault of the offer.
            assertThat(refused.code()).isIn(FailureCode.INVALID, FailureCode.UNAVAILABLE);
        }
    }
}
