package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.RTCIceConnectionState;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol.Patch;
import io.mediamesh.contracts.PeerProtocol.Patched;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * What all sessions have: an unguessable name, a client whose token they remember, an ICE session with its ETag, and
 * the state of their transport.
 */
abstract class Session implements NativePeer.Events {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String id = random();
    private final Signalling signalling;
    private final String token;
    private final long openedNanos = System.nanoTime();
    private final List<String> addresses;

    private volatile RTCIceConnectionState transport = RTCIceConnectionState.NEW;
    private volatile long transportSinceNanos = System.nanoTime();
    private volatile boolean connectedOnce;
    private volatile long connectedNanos;

    // One negotiation at a time. Callbacks come while it is held, so none of them may wait for it.
    private final Object negotiation = new Object();
    // Guarded by negotiation.
    private SdpOffer offer;
    private String etag = newEtag();

    Session(Signalling signalling, String token, SdpOffer offer, List<String> addresses) {
        this.signalling = signalling;
        this.token = token;
        this.offer = offer;
        this.addresses = addresses;
    }

    /** The connection. */
    abstract NativePeer peer();

    /** Frees everything; blocks. Safe to call twice. */
    abstract void close(String reason);

    /** Why the session should end now; empty when it should not. */
    abstract String faultAt(long nowNanos);

    /** The transport is there. */
    void connected() {}

    final String id() {
        return id;
    }

    final Signalling signalling() {
        return signalling;
    }

    final String etag() {
        synchronized (negotiation) {
            return etag;
        }
    }

    final long openedNanos() {
        return openedNanos;
    }

    final boolean isConnected() {
        return connectedOnce;
    }

    /** When it connected; only once it has. */
    final long connectedNanos() {
        return connectedNanos;
    }

    final RTCIceConnectionState transport() {
        return transport;
    }

    final long transportSinceNanos() {
        return transportSinceNanos;
    }

    @Override
    public final void transport(RTCIceConnectionState state) {
        transport = state;
        transportSinceNanos = System.nanoTime();
        if (!connectedOnce && (state == RTCIceConnectionState.CONNECTED || state == RTCIceConnectionState.COMPLETED)) {
            connectedNanos = System.nanoTime();
            connectedOnce = true;
            connected();
        }
    }

    /** Only the client that opened the session may change it, and only by the protocol that it came by. */
    final void checkClient(Signalling by, String clientToken) {
        if (by != signalling) {
            throw new MeshException(FailureCode.NOT_FOUND, "there is no such session");
        }
        if (!isOf(clientToken)) {
            throw new MeshException(FailureCode.FORBIDDEN, "the session was opened with another token");
        }
    }

    /** Whether the client with this token opened it. */
    final boolean isOf(String clientToken) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), clientToken.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to this session's offer. */
    final String answer(Runnable beforeAnswering) {
        synchronized (negotiation) {
            return advertised(peer().answer(offer, beforeAnswering));
        }
    }

    /** Candidates or a restart (RFC 9725, sections 4.3.2 and 4.3.3). Blocks. */
    final Patched patch(Patch request) {
        IceFragment fragment = IceFragment.parse(request.fragment());
        synchronized (negotiation) {
            boolean anyState = List.of("", "*", "\"*\"").contains(request.etag());
            if (!anyState && !request.etag().equals(etag)) {
                throw new MeshException(
                        FailureCode.STALE,
                        "the ICE session of this ETag is over; it has been restarted since",
                        "If-Match");
            }
            boolean restarts = !fragment.ufrag().isEmpty() && !fragment.ufrag().equals(offer.iceUfrag());
            String ours = restarts ? restart(fragment) : "";
            addCandidates(fragment);
            return new Patched(ours, etag);
        }
    }

    private String restart(IceFragment fragment) {
        SdpOffer restarted = offer.restarted(fragment.ufrag(), fragment.pwd());
        String answer = advertised(peer().answer(restarted, () -> {}));
        offer = restarted;
        etag = newEtag();
        return SdpAnswer.iceFragment(answer);
    }

    private String advertised(String answer) {
        return SdpAnswer.advertising(answer, addresses, peer().port());
    }

    private void addCandidates(IceFragment fragment) {
        List<String> mids = offer.mids();
        for (IceFragment.Candidate candidate : fragment.candidates()) {
            int section = Math.max(0, mids.indexOf(candidate.mid()));
            String mid = candidate.mid().isEmpty() ? mids.getFirst() : candidate.mid();
            peer().addCandidate(mid, section, candidate.line());
        }
    }

    private static String newEtag() {
        return "\"" + random().substring(0, 16) + "\"";
    }

    private static String random() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
