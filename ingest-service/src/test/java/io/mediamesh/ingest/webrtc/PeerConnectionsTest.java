package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import io.mediamesh.mesh.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerConnectionsTest {
    private static final NativePeer.Events NOTHING = new NativePeer.Events() {
        @Override
        public void track(String mid, MediaStreamTrack track) {
            // Nothing is received.
        }

        @Override
        public void transport(RTCIceConnectionState state) {
            // It never connects.
        }
    };

    /** Where the threads of the library were gone by then, this was the end of the process. */
    @Test
    void aPeerThatClosesAfterItsLibraryIsStillFreed() {
        PeerConnections connections = connections();
        NativePeer early = new NativePeer(connections, "early", NOTHING);
        NativePeer late = new NativePeer(connections, "late", NOTHING);
        early.close();

        connections.close();
        late.close();
        late.close();

        assertThatThrownBy(() -> new NativePeer(connections, "too late", NOTHING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stopped");
    }

    @Test
    void aLibraryThatNothingWasMadeWithClosesToo() {
        PeerConnections connections = connections();
        connections.load();
        connections.close();
        connections.close();
    }

    private static PeerConnections connections() {
        return new PeerConnections(
                WebRtcConfig.of(Settings.of(WebRtcConfig.all(), Map.of())), PeerConnections.Direction.RECEIVING);
    }
}
