package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.VideoTrack;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.mesh.IceServers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that sends, in sections of media that come and go: offers are answered at once, candidates
 * follow one by one. Everything but {@link #pass} and {@link #video} blocks and belongs to a thread of its owner's,
 * never to one of libwebrtc's. What the server says on data channels is dropped.
 */
public final class ReceivingPeer implements AutoCloseable {
    /** LiveKit ends a track with pictures of 8 x 8, or of 2 x 2, so that players don't stand on the last one. */
    private static final int SMALLEST_SIDE_PX = 16;

    /** How the way to the server is. */
    public enum Transport {
        /** Media can flow. */
        CONNECTED,
        /** The server is not heard; it may come back. */
        INTERRUPTED,
        /** There is no way to the server any more. */
        FAILED
    }

    /** What happens at the connection; called on libwebrtc's threads and must not block. */
    public interface Events {
        /** The server may try this address of ours. */
        void candidate(String mid, int section, String candidate);

        /** The way to the server has changed. */
        void transport(Transport now);
    }

    private final String name;
    private final Events events;
    private final PeerCounters counters;
    private final NativePeer peer;
    private final Map<String, MediaIntake> intakes = new ConcurrentHashMap<>();
    private final LipSync lipSync;
    private final Set<LipSync> lipSyncs;
    private volatile boolean connectedOnce;

    // Guarded by this.
    private final Map<String, MediaStreamTrack> tracks = new HashMap<>();
    private boolean closed;

    ReceivingPeer(
            PeerConnections connections,
            String name,
            List<IceServers> iceServers,
            PeerCounters counters,
            Set<LipSync> lipSyncs,
            Events events) {
        this.name = name;
        this.events = events;
        this.counters = counters;
        this.peer = new NativePeer(connections, Optional.of(iceServers), name, new Native());
        this.lipSync = new LipSync(peer::moments, this::intake);
        this.lipSyncs = lipSyncs;
        lipSyncs.add(lipSync);
    }

    /**
     * Answers an offer, the first or a later one; our candidates come as events.
     *
     * @throws MeshException where libwebrtc refuses the offer
     */
    public String answer(String offer) {
        lipSync.offered(offer);
        return peer.answerAtOnce(offer);
    }

    /** Tries an address of the server; after the first answer. */
    public void addCandidate(String mid, int section, String candidate) {
        peer.addCandidate(mid, section, candidate);
    }

    /** From now on this sink gets what comes in the section, which may be none yet; nobody gets it where it is null. */
    public void pass(String mid, @Nullable MediaSink sink) {
        intake(mid).passTo(sink);
    }

    /** The pictures of the section, once known. */
    public Optional<StreamStatus.Video> video(String mid) {
        return intake(mid).video();
    }

    private MediaIntake intake(String mid) {
        return intakes.computeIfAbsent(
                mid, section -> new MediaIntake(name, counters, SMALLEST_SIDE_PX, () -> connectedOnce, () -> {}));
    }

    @Override
    public void close() {
        Map<String, MediaStreamTrack> present;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            present = Map.copyOf(tracks);
        }
        lipSyncs.remove(lipSync);
        // The tracks belong to the connection: they are touched before it closes, and never after.
        present.forEach((mid, track) -> {
            switch (track) {
                case VideoTrack video -> video.removeSink(intake(mid));
                case AudioTrack audio -> audio.removeSink(intake(mid));
                default -> {}
            }
        });
        peer.close();
    }

    private final class Native implements NativePeer.Events {
        @Override
        public void track(String mid, MediaStreamTrack track) {
            synchronized (ReceivingPeer.this) {
                // A section that is used again brings the track that it had before.
                if (closed || tracks.putIfAbsent(mid, track) != null) {
                    return;
                }
                switch (track) {
                    case VideoTrack video -> video.addSink(intake(mid));
                    case AudioTrack audio -> audio.addSink(intake(mid));
                    default -> {}
                }
            }
        }

        @Override
        public void candidate(String mid, int section, String candidate) {
            events.candidate(mid, section, candidate);
        }

        @Override
        public void transport(RTCIceConnectionState state) {
            switch (state) {
                case NEW, CHECKING, CLOSED -> {}
                case CONNECTED, COMPLETED -> {
                    connectedOnce = true;
                    events.transport(Transport.CONNECTED);
                }
                case DISCONNECTED -> events.transport(Transport.INTERRUPTED);
                case FAILED -> events.transport(Transport.FAILED);
            }
        }
    }
}
