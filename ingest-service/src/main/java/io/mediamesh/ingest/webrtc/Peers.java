package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol.Answer;
import io.mediamesh.contracts.PeerProtocol.Close;
import io.mediamesh.contracts.PeerProtocol.Connection;
import io.mediamesh.contracts.PeerProtocol.Disconnect;
import io.mediamesh.contracts.PeerProtocol.Patch;
import io.mediamesh.contracts.PeerProtocol.Patched;
import io.mediamesh.contracts.PeerProtocol.Publish;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.PeerProtocol.Watch;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.WorkerPool;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebRTC sessions of this member: opens them as {@link PeerRequests} asks, and ends those that do not connect, fall
 * silent or have left. A publishing session is a stream of the directory for as long as it lives.
 */
public final class Peers {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final int SIGNALLING_THREADS = 4;
    private static final int MOST_WAITING = 256;
    private static final long SWEEP_MILLIS = 250;
    private static final long LIP_SYNC_MILLIS = 1_000;

    private final Mesh mesh;
    private final WebRtcConfig config;
    private final Context context;
    private final PeerConnections publishing;
    private final PeerConnections watching;
    private final WorkerPool signalling = WorkerPool.create("webrtc-signalling", SIGNALLING_THREADS, MOST_WAITING);
    private final WorkerPool media =
            WorkerPool.create("webrtc-media", Math.max(2, Runtime.getRuntime().availableProcessors()), MOST_WAITING);
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<StreamId, PublishingPeer> publishers = new ConcurrentHashMap<>();
    private final Set<LipSync> lipSyncs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opening = new AtomicInteger();
    private final PeerCounters counters;
    private final PeerRequests requests;
    private final MessageWorker messages;
    private @Nullable MessageConsumer<String> removals;
    private volatile boolean stopping;
    private long timer;
    private long lipSyncTimer;

    /** The sessions of a member of this mesh; nothing happens before {@link #start()}. */
    public Peers(Mesh mesh, WebRtcConfig config) {
        this.mesh = mesh;
        this.config = config;
        this.context = mesh.vertx().getOrCreateContext();
        this.counters = PeerCounters.of(mesh.meters());
        signalling.measuredBy(mesh.meters());
        media.measuredBy(mesh.meters());
        this.requests = new PeerRequests(mesh, this);
        this.messages = new MessageWorker(mesh.vertx());
        this.publishing = new PeerConnections(config, PeerConnections.Direction.RECEIVING);
        this.watching = new PeerConnections(config, PeerConnections.Direction.SENDING);
    }

    /** Takes requests from here on. */
    public Future<Void> start() {
        Gauge.builder("mediamesh.webrtc.sessions", sessions, Map::size)
                .description("WebRTC sessions that are open now.")
                .register(mesh.meters());
        removals = mesh.directory().onRemoved(this::removed);
        timer = mesh.vertx().setPeriodic(SWEEP_MILLIS, tick -> sweep());
        lipSyncTimer = mesh.vertx().setPeriodic(LIP_SYNC_MILLIS, tick -> syncLips());
        return messages.start().compose(ready -> requests.start());
    }

    /**
     * A connection to a server that sends. Blocks.
     *
     * @param name whose it is, for logs
     * @param iceServers servers that help to find the way
     */
    public ReceivingPeer receive(String name, List<IceServers> iceServers, ReceivingPeer.Events events) {
        return new ReceivingPeer(publishing, name, iceServers, counters, lipSyncs, events);
    }

    /** Loads libwebrtc now, where a session is to be expected that should not wait for it. */
    public void prepare() {
        signalling
                .submit(context, () -> {
                    publishing.load();
                    return null;
                })
                .onFailure(fault ->
                        LOG.warn("libwebrtc does not load; rooms and peers will fail: {}", fault.getMessage()));
    }

    /** The peer that sends this stream to this member. */
    public Optional<PublishingPeer> publisher(StreamId stream) {
        return Optional.ofNullable(publishers.get(stream));
    }

    Future<Patched> patch(Patch request) {
        return signalling.submit(context, () -> {
            Session session = session(request.session());
            session.checkClient(request.signalling(), request.token());
            return session.patch(request);
        });
    }

    Future<Void> close(Close request) {
        Session session = session(request.session());
        session.checkClient(request.signalling(), request.token());
        return end(session, "the client has closed it");
    }

    Future<Void> disconnect(Disconnect request) {
        return publisher(request.stream())
                .filter(peer -> peer.signalling() == Signalling.OFFER)
                .map(peer -> end(peer, "it was disconnected by request"))
                .orElseThrow(
                        () -> new MeshException(FailureCode.NOT_FOUND, "there is no connection " + request.stream()));
    }

    private Session session(String id) {
        Session present = sessions.get(id);
        if (present == null) {
            throw new MeshException(FailureCode.NOT_FOUND, "there is no such session");
        }
        return present;
    }

    /** How those do that were made by plain offers. */
    List<Connection> reports() {
        return publishers.values().stream()
                .filter(peer -> peer.signalling() == Signalling.OFFER)
                .map(PublishingPeer::report)
                .toList();
    }

    Future<Answer> publish(Publish request) {
        SdpOffer offer = SdpOffer.parse(request.sdp());
        if (!offer.sendsVideo() && (request.signalling() == Signalling.OFFER || !offer.sendsAudio())) {
            throw MeshException.invalid(
                    "sdp",
                    request.signalling() == Signalling.OFFER
                            ? "the field sdp offers no video: one m=video section must send"
                            : "the offer sends neither video nor audio");
        }
        Duration frameTimeout = frameTimeout(request);
        takeRoom();
        StreamDescription description = StreamDescription.pushed(
                request.stream(),
                SourceUrl.parse("webrtc:" + request.signalling().name().toLowerCase(Locale.ROOT)),
                mesh.memberId(),
                request.settings());
        return makeWayFor(request)
                .compose(ready -> mesh.directory().put(description))
                .compose(isNew -> isNew
                        ? Future.succeededFuture()
                        : Future.failedFuture(new MeshException(FailureCode.CONFLICT, "", "id")))
                .recover(failure -> Future.failedFuture(inUse(request, failure)))
                .compose(reserved -> signalling
                        .submit(context, () -> open(request, offer, frameTimeout))
                        .onFailure(failed -> mesh.directory().remove(request.stream())))
                .onComplete(done -> opening.decrementAndGet());
    }

    /** A client that comes back by the same path, before its silence was noticed, need not wait for that. */
    private Future<Void> makeWayFor(Publish request) {
        return publisher(request.stream())
                .filter(peer -> peer.signalling() == Signalling.WHIP && request.signalling() == Signalling.WHIP)
                .filter(peer -> peer.isSilentAt(System.nanoTime()) && peer.isOf(request.token()))
                .map(peer -> end(peer, "its client has come back"))
                .orElseGet(Future::succeededFuture);
    }

    private static MeshException inUse(Publish request, Throwable failure) {
        MeshException why = MeshException.ofReply(failure);
        return why.code() == FailureCode.CONFLICT
                ? new MeshException(
                        FailureCode.CONFLICT,
                        "the id " + request.stream() + " is in use; choose another, or end what has it first",
                        "connection_id")
                : why;
    }

    private Duration frameTimeout(Publish request) {
        String text = request.settings().get(WebRtcConfig.FRAME_TIMEOUT.key());
        if (text == null) {
            return config.frameTimeout();
        }
        return WebRtcConfig.FRAME_TIMEOUT.parse(text);
    }

    private Answer open(Publish request, SdpOffer offer, Duration frameTimeout) {
        IntensityChannels channels = new IntensityChannels(mesh, messages.context(), request.stream(), counters);
        PublishingPeer peer = new PublishingPeer(
                request, offer, publishing, config, frameTimeout, channels, counters, lipSyncs, this::formatKnown);
        try {
            // Known before the client can send: its first picture must find its stream.
            PublishingPeer before = publishers.put(request.stream(), peer);
            sessions.put(peer.id(), peer);
            if (before != null) {
                end(before, "its stream was removed");
            }
            tell(peer, StreamStatus.State.STARTING);
            String answer = peer.answer(() -> {});
            LOG.info("stream {}: a peer has come by {}", request.stream(), request.signalling());
            return new Answer(peer.id(), answer, peer.etag());
        } catch (RuntimeException failed) {
            sessions.remove(peer.id());
            publishers.remove(request.stream(), peer);
            peer.close("it could not be answered");
            throw failed;
        }
    }

    private void formatKnown(PublishingPeer peer) {
        tell(peer, StreamStatus.State.LIVE);
    }

    private void tell(PublishingPeer peer, StreamStatus.State state) {
        context.runOnContext(now -> mesh.directory()
                .publishStatus(
                        peer.stream(),
                        new StreamStatus(state, "", System.currentTimeMillis(), peer.video(), peer.audio())));
    }

    Future<Answer> watch(Watch request) {
        SdpOffer offer = SdpOffer.parse(request.sdp());
        if (!offer.receivesVideo()) {
            throw MeshException.invalid("sdp", "the offer receives no video: one m=video section must be recvonly");
        }
        takeRoom();
        return WatchedTopics.subscribe(mesh, request.topic(), offer.receivesAudio(), config.maxRateHz())
                .compose(parts -> signalling
                        .submit(context, () -> open(request, offer, parts))
                        .onFailure(failed -> parts.close()))
                .onComplete(done -> opening.decrementAndGet());
    }

    private Answer open(Watch request, SdpOffer offer, WatchedTopics topics) {
        String[] session = new String[1];
        WatchingPeer peer = new WatchingPeer(
                request.token(),
                offer,
                new WatchingPeer.Parts(
                        topics.video(),
                        topics.audio(),
                        watching,
                        mesh.pictures(),
                        media,
                        config,
                        reason -> over(session[0], reason)));
        session[0] = peer.id();
        try {
            sessions.put(peer.id(), peer);
            return new Answer(peer.id(), peer.answer(peer::addTracks), peer.etag());
        } catch (RuntimeException failed) {
            sessions.remove(peer.id());
            peer.close("it could not be answered");
            throw failed;
        }
    }

    private void over(String session, String reason) {
        Session present = sessions.get(session);
        if (present != null) {
            end(present, reason);
        }
    }

    /** Counts a session that is being opened among those that take room. */
    private void takeRoom() {
        if (opening.incrementAndGet() + sessions.size() > config.maxPeers()) {
            opening.decrementAndGet();
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    "there is no room for another WebRTC session; the setting " + WebRtcConfig.MAX_PEERS.key()
                            + " allows " + config.maxPeers());
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        for (Session session : sessions.values()) {
            String fault = session.faultAt(now);
            if (!fault.isEmpty()) {
                end(session, fault);
            }
        }
    }

    private void syncLips() {
        lipSyncs.stream().filter(LipSync::isWanted).forEach(lipSync -> signalling
                .<Void>submit(context, () -> {
                    lipSync.look();
                    return null;
                })
                .onFailure(
                        fault -> LOG.debug("pictures and sound of a peer can't be compared: {}", fault.getMessage())));
    }

    /** Word of a removal can be late: the id may belong to another peer by now, which stays. */
    private void removed(StreamId stream) {
        publisher(stream).ifPresent(peer -> mesh.directory().get(stream).onSuccess(known -> {
            if (known.isEmpty() && publishers.remove(stream, peer)) {
                end(peer, "the stream was removed");
            }
        }));
    }

    /** Ends a session: subscribers are told why, native things are given back, the directory forgets the stream. */
    private Future<Void> end(Session session, String reason) {
        if (!sessions.remove(session.id(), session)) {
            return Future.succeededFuture();
        }
        Future<Void> closed = closeOnWorker(session, reason);
        if (!(session instanceof PublishingPeer peer)) {
            return closed;
        }
        LOG.info("stream {}: its peer is let go: {}", peer.stream(), reason);
        // Whose stream was removed already has nothing to remove: the id may be another peer's by now.
        return closed.compose(done -> publishers.remove(peer.stream(), peer)
                ? mesh.directory().remove(peer.stream()).mapEmpty()
                : Future.succeededFuture());
    }

    private Future<Void> closeOnWorker(Session session, String reason) {
        return signalling
                .<Void>submit(context, () -> {
                    session.close(reason);
                    return null;
                })
                .recover(fault -> {
                    if (fault instanceof RejectedExecutionException && !stopping) {
                        // Nothing may stay open because many things end at once: it is tried again.
                        return mesh.vertx().timer(SWEEP_MILLIS).compose(later -> closeOnWorker(session, reason));
                    }
                    LOG.warn("a WebRTC session did not close cleanly: {}", fault.getMessage());
                    return Future.succeededFuture();
                });
    }

    /** Ends all sessions and gives libwebrtc back. */
    public Future<Void> stop() {
        stopping = true;
        mesh.vertx().cancelTimer(timer);
        mesh.vertx().cancelTimer(lipSyncTimer);
        List<Future<?>> all = new ArrayList<>();
        all.add(requests.stop());
        MessageConsumer<String> listening = removals;
        if (listening != null) {
            all.add(listening.unregister());
        }
        List.copyOf(sessions.values()).forEach(session -> all.add(end(session, "the member is leaving")));
        return Future.join(all)
                .eventually(messages::stop)
                .transform(ended -> signalling.<Void>submit(context, () -> {
                    publishing.close();
                    watching.close();
                    return null;
                }))
                .onComplete(closed -> {
                    signalling.close();
                    media.close();
                });
    }

    /** How many sessions there are. */
    public int count() {
        return sessions.size();
    }
}
