package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.IceServers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answering side of one connection: the only owner of its native handle. Everything but the callbacks blocks and
 * belongs on a worker thread, never on one of libwebrtc's.
 */
final class NativePeer {
    private static final Logger LOG = LoggerFactory.getLogger(NativePeer.class);
    private static final long STEP_SECONDS = 5;
    private static final long GATHERING_MILLIS = 2_000;
    /** Without an observer libwebrtc would keep all messages for the one that comes later. */
    private static final RTCDataChannelObserver DROPPING = new RTCDataChannelObserver() {
        @Override
        public void onBufferedAmountChange(long previousAmount) {}

        @Override
        public void onStateChange() {}

        @Override
        public void onMessage(RTCDataChannelBuffer buffer) {}
    };

    /** What happens at a connection; called on libwebrtc's threads, guarded, and must not block. */
    interface Events {
        /** The other side sends this track in that section; it belongs to the connection. */
        void track(String mid, MediaStreamTrack track);

        /** The other side has made a channel; it belongs to the connection. Whatever comes on it is dropped. */
        default void channel(RTCDataChannel channel) {
            channel.registerObserver(DROPPING);
        }

        /** The state of the transport. */
        void transport(RTCIceConnectionState state);

        /** An address of ours; for those who tell them one by one and not with the answer. */
        default void candidate(String mid, int section, String candidate) {}
    }

    private final PeerConnections connections;
    private final String name;
    private final RTCPeerConnection connection;
    private final List<RTCDataChannel> channels = new CopyOnWriteArrayList<>();
    private final int firstPort;
    private volatile CompletableFuture<Void> gathered = new CompletableFuture<>();
    private volatile int negotiations;
    // Guarded by this.
    private final List<OwnedReference> senders = new ArrayList<>();
    private boolean closed;

    NativePeer(PeerConnections connections, String name, Events events) {
        this(connections, Optional.empty(), name, events);
    }

    /** A peer of a server that has told other ICE servers than those of the settings. */
    NativePeer(PeerConnections connections, Optional<List<IceServers>> iceServers, String name, Events events) {
        this.connections = connections;
        this.name = name;
        Observer observer = new Observer(name, events, channels, this::gatheringIsOver);
        PeerConnections.Created created = iceServers
                .map(servers -> connections.createToServer(observer, servers))
                .orElseGet(() -> connections.create(observer));
        this.connection = created.connection();
        this.firstPort = created.port();
    }

    private void gatheringIsOver() {
        gathered.complete(null);
    }

    /** The UDP port of its media, another one after each restart of ICE; 0 where only libwebrtc knows. */
    int port() {
        return firstPort == 0 ? 0 : firstPort + Math.max(0, negotiations - 1) % PeerConnections.PORTS;
    }

    /**
     * Answers an offer, the first or a later one.
     *
     * @param beforeAnswering adds what is to be sent
     * @return the answer with our candidates
     * @throws MeshException {@link FailureCode#INVALID} for an offer that libwebrtc refuses
     */
    synchronized String answer(SdpOffer offer, Runnable beforeAnswering) {
        RTCSessionDescription answer = negotiate(offer.text(), beforeAnswering);
        awaitCandidates();
        RTCSessionDescription local = connection.getLocalDescription();
        return local == null ? answer.sdp : local.sdp;
    }

    /** Answers an offer without waiting for our candidates, which come as events. */
    synchronized String answerAtOnce(String offer) {
        return negotiate(offer, () -> {}).sdp;
    }

    private synchronized RTCSessionDescription negotiate(String offer, Runnable beforeAnswering) {
        checkOpen();
        await(
                "the offer",
                "sdp",
                done -> connection.setRemoteDescription(new RTCSessionDescription(RTCSdpType.OFFER, offer), done));
        beforeAnswering.run();
        Creation creation = new Creation(name);
        connection.createAnswer(new RTCAnswerOptions(), creation);
        RTCSessionDescription answer = value("the answer", creation.result);
        gathered = new CompletableFuture<>();
        negotiations++;
        // An offer can be well-formed and yet have no answer, for example by its protocol.
        await("what would answer the offer", "sdp", done -> connection.setLocalDescription(answer, done));
        return answer;
    }

    private void awaitCandidates() {
        try {
            gathered.get(GATHERING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slowServer) {
            // What was found until now will do: a STUN server that does not answer must not hold up the client.
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** Sends a track from here on; to be called between offer and answer. */
    synchronized RTCRtpSender send(MediaStreamTrack track, String stream) {
        RTCRtpSender sender = connection.addTrack(track, List.of(stream));
        senders.add(OwnedReference.of(sender));
        return sender;
    }

    /** Tries a candidate of the other side. */
    synchronized void addCandidate(String mid, int section, String candidate) {
        checkOpen();
        try {
            connection.addIceCandidate(new RTCIceCandidate(mid, section, candidate));
        } catch (RuntimeException | Error unreadable) {
            throw refusal("a candidate", "fragment", unreadable.getMessage());
        }
    }

    /** Closes the connection, once; sinks must be gone from its tracks by now, and its channels be left alone. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<OwnedReference> references = new ArrayList<>(senders);
        references.add(OwnedReference.of(connection));
        channels.forEach(RTCDataChannel::unregisterObserver);
        connection.close();
        // No callback comes any more, so these are all.
        channels.forEach(this::dispose);
        references.forEach(OwnedReference::release);
        connections.giveBack();
    }

    private void dispose(RTCDataChannel channel) {
        try {
            channel.dispose();
        } catch (RuntimeException | Error stillHeld) {
            // Our reference is gone either way.
            LOG.debug("{}: a data channel is freed later: {}", name, stillHeld.getMessage());
        }
    }

    /** Has told, on a thread of libwebrtc's, where each section is whose sender's clock is known; not at all once closed. */
    synchronized void moments(Consumer<Collection<LipSync.Moment>> told) {
        checkOpen();
        connection.getStats(report -> NativeCallback.guard(
                name,
                () -> told.accept(report.getStats().values().stream()
                        .filter(part -> part.getType() == RTCStatsType.INBOUND_RTP)
                        .flatMap(part -> moment(part.getAttributes()))
                        .toList())));
    }

    private static Stream<LipSync.Moment> moment(Map<String, Object> figures) {
        return figures.get("mid") instanceof String mid
                        && figures.get("estimatedPlayoutTimestamp") instanceof Number senderMillis
                ? Stream.of(new LipSync.Moment(mid, "video".equals(figures.get("kind")), senderMillis.doubleValue()))
                : Stream.empty();
    }

    private void checkOpen() {
        if (closed) {
            throw new MeshException(FailureCode.NOT_FOUND, "the session is over");
        }
    }

    private interface Step {
        void run(SetSessionDescriptionObserver observer);
    }

    private void await(String what, String field, Step step) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        SetSessionDescriptionObserver done = new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
                NativeCallback.guard(name, () -> result.complete(null));
            }

            @Override
            public void onFailure(@Nullable String error) {
                NativeCallback.guard(name, () -> result.completeExceptionally(refusal(what, field, error)));
            }
        };
        try {
            step.run(done);
        } catch (RuntimeException | Error unreadable) {
            // What libwebrtc's parser does not take never gets to the observer.
            throw refusal(what, field, unreadable.getMessage());
        }
        value(what, result);
    }

    private static <T> T value(String what, CompletableFuture<T> result) {
        try {
            return result.get(STEP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw refused.getCause() instanceof MeshException why
                    ? why
                    : new MeshException(FailureCode.INTERNAL, "WebRTC failed at " + what, refused);
        } catch (TimeoutException late) {
            throw new MeshException(FailureCode.UNAVAILABLE, "WebRTC took too long for " + what + "; try again");
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static MeshException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new MeshException(FailureCode.UNAVAILABLE, "WebRTC is stopping", interrupted);
    }

    private static MeshException refusal(String what, String field, @Nullable String error) {
        String reason = error == null || error.isBlank() ? "no reason given" : error.strip();
        return new MeshException(
                FailureCode.INVALID,
                what + " can't be used: " + (reason.length() > 200 ? reason.substring(0, 200) + "…" : reason),
                field);
    }

    private static final class Creation implements CreateSessionDescriptionObserver {
        private final String name;
        private final CompletableFuture<RTCSessionDescription> result = new CompletableFuture<>();

        Creation(String name) {
            this.name = name;
        }

        @Override
        public void onSuccess(RTCSessionDescription description) {
            NativeCallback.guard(name, () -> result.complete(description));
        }

        @Override
        public void onFailure(@Nullable String error) {
            NativeCallback.guard(name, () -> result.completeExceptionally(refusal("the offer", "sdp", error)));
        }
    }

    private record Observer(String name, Events events, List<RTCDataChannel> channels, Runnable gatheringIsOver)
            implements PeerConnectionObserver {
        @Override
        public void onIceCandidate(RTCIceCandidate candidate) {
            NativeCallback.guard(
                    name, () -> events.candidate(candidate.sdpMid, candidate.sdpMLineIndex, candidate.sdp));
        }

        @Override
        public void onIceGatheringChange(RTCIceGatheringState state) {
            NativeCallback.guard(name, () -> {
                if (state == RTCIceGatheringState.COMPLETE) {
                    gatheringIsOver.run();
                }
            });
        }

        @Override
        public void onIceConnectionChange(RTCIceConnectionState state) {
            NativeCallback.guard(name, () -> events.transport(state));
        }

        @Override
        public void onTrack(RTCRtpTransceiver transceiver) {
            NativeCallback.guard(
                    name,
                    () -> events.track(
                            transceiver.getMid(), transceiver.getReceiver().getTrack()));
        }

        @Override
        public void onDataChannel(RTCDataChannel channel) {
            NativeCallback.guard(name, () -> {
                channels.add(channel);
                events.channel(channel);
            });
        }
    }
}
