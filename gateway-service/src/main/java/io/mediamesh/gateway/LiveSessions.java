package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms that are kept open. A session is a stream in the directory, a subscription that holds it, a row in the store
 * and, where it is wanted, a recording. What is done to one room is done one after the other. Lives on one event loop.
 */
final class LiveSessions {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSessions.class);
    /** The label of a session's stream, which holds the name of the room. */
    private static final String LABEL = "live_session";

    private final Mesh mesh;
    private final ConfigApi config;
    private final SessionStore store;
    private final SessionRecordings recordings;
    private final VirtualThreads blocking;
    private final Duration keptFor;
    private final RoomJoin joining;
    private final Map<RoomName, Future<Void>> busy = new HashMap<>();
    private final Map<Request, Future<LiveSession>> starting = new HashMap<>();
    private final HeldRooms held;
    private final MessageConsumer<String> removals;

    private record Request(RoomName room, boolean record) {}

    LiveSessions(
            Mesh mesh,
            LiveConfig settings,
            ConfigApi config,
            SessionStore store,
            Recorders recorders,
            VirtualThreads blocking) {
        this.mesh = mesh;
        this.config = config;
        this.store = store;
        this.recordings = new SessionRecordings(recorders, config);
        this.blocking = blocking;
        this.keptFor = settings.keptFor();
        this.held = new HeldRooms(mesh.meters());
        this.joining = new RoomJoin(mesh, settings.access().joinTimeout());
        this.removals = mesh.directory().onRemoved(this::removed);
    }

    /**
     * Opens a room, or finds it open; begins to record it where that is wanted and not done yet.
     *
     * @return the session; a failure leaves nothing behind
     */
    Future<LiveSession> start(RoomName room, boolean record) {
        Request request = new Request(room, record);
        Future<LiveSession> present = starting.get(request);
        if (present != null) {
            return present;
        }
        Future<LiveSession> started = serially(room, () -> find(room)
                .compose(found -> found.filter(held::has)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> begin(
                                room,
                                record && found.filter(LiveSession::record).isEmpty())))
                .compose(session -> withRecording(session, record)));
        starting.put(request, started);
        started.onComplete(done -> starting.remove(request));
        return started;
    }

    /** Closes a room; again for one that was closed. Fails with {@link FailureCode#NOT_FOUND} for one never opened. */
    Future<Void> stop(RoomName room) {
        return serially(room, () -> find(room).compose(found -> {
            if (found.isPresent()) {
                return end(found.get(), LiveSession.Status.ENDED, "it was stopped");
            }
            return blocking.call(() -> store.knows(room))
                    .compose(known -> known
                            ? Future.succeededFuture()
                            : Future.failedFuture(new MeshException(
                                    FailureCode.NOT_FOUND,
                                    "there was never a live session of the room " + Quoted.of(room.value()),
                                    "room_name")));
        }));
    }

    /** The open sessions of the deployment, oldest first. */
    Future<List<LiveSession>> open() {
        return blocking.call(store::open);
    }

    /** The open session of a room. */
    Future<Optional<LiveSession>> find(RoomName room) {
        return blocking.call(() -> store.findOpen(room));
    }

    /** Opens the rooms again that were open when the product stopped; does not wait for them. */
    Future<Void> resume() {
        return open().compose(sessions -> Future.join(sessions.stream()
                        .map(session -> resume(session).recover(failure -> {
                            LOG.warn("the live session {} cannot go on: {}", session.id(), failure.getMessage());
                            return end(session, LiveSession.Status.FAILED, String.valueOf(failure.getMessage()));
                        }))
                        .toList()))
                .mapEmpty();
    }

    /** Holds what other gateways opened, and lets go of what they ended; to be called now and then. */
    void reconcile() {
        open().onSuccess(sessions -> {
            Set<Long> ids = sessions.stream().map(LiveSession::id).collect(Collectors.toSet());
            Stream.concat(
                            sessions.stream().filter(session -> !held.has(session)),
                            held.all().stream()
                                    .map(HeldRooms.Held::session)
                                    .filter(session -> !ids.contains(session.id())))
                    .map(LiveSession::room)
                    .distinct()
                    .forEach(room -> serially(room, () -> find(room).compose(found -> align(room, found)))
                            .onFailure(failure ->
                                    LOG.debug("the room {} cannot be held: {}", room, failure.getMessage())));
        });
    }

    private Future<Void> align(RoomName room, Optional<LiveSession> found) {
        if (found.filter(held::has).isPresent()) {
            return Future.succeededFuture();
        }
        held.letGo(room);
        return found.map(this::resume).orElseGet(Future::succeededFuture);
    }

    /** Looks after the open rooms; to be called every second. */
    void check() {
        for (HeldRooms.Held entry : held.all()) {
            entry.checkHold();
            if (!entry.checking) {
                entry.checking = true;
                mesh.directory()
                        .status(entry.session().stream())
                        .compose(status -> check(entry, RoomState.of(status)))
                        // Whoever failed has said so.
                        .onFailure(failure -> LOG.debug(
                                "the live session {}: {}", entry.session().id(), failure.getMessage()))
                        .onComplete(done -> entry.checking = false);
            }
        }
    }

    /** Forgets sessions that have been over for long; to be called now and then. */
    void forgetOld() {
        blocking.call(() -> store.forgetEndedBefore(Instant.now().minus(keptFor)))
                .onSuccess(count -> {
                    if (count > 0) {
                        LOG.info("{} live sessions are forgotten that were over for {} and longer", count, keptFor);
                    }
                })
                .onFailure(failure -> LOG.warn("old live sessions cannot be forgotten: {}", failure.getMessage()));
    }

    /** Lets go of the rooms; their sessions stay open in the store and go on after a restart. */
    void close() {
        removals.unregister();
        held.letGoOfAll();
    }

    private Future<LiveSession> begin(RoomName room, boolean record) {
        return config.server().compose(server -> {
            StreamDescription description = describe(room, server);
            return mesh.directory().put(description).compose(created -> joining.join(room.stream())
                    .compose(joined -> recorded(room, record)
                            .compose(recording -> store(room, joined, recording))
                            .onFailure(failure -> joined.hold().close()))
                    .recover(failure -> (created ? forget(room) : Future.<Void>succeededFuture())
                            .transform(undone -> Future.failedFuture(failure))));
        });
    }

    private Future<Optional<LiveSession.Recording>> recorded(RoomName room, boolean record) {
        return record ? recordings.start(room.stream()).map(Optional::of) : Future.succeededFuture(Optional.empty());
    }

    private Future<LiveSession> store(
            RoomName room, RoomJoin.Joined joined, Optional<LiveSession.Recording> recording) {
        return blocking.call(() -> store.open(room, joined.participantSid(), recording))
                .onSuccess(session -> {
                    held.add(new HeldRooms.Held(session, joined.hold(), false));
                    LOG.info("the live session {} of the room {} has begun", session.id(), Quoted.of(room.value()));
                })
                // Another gateway may have opened the same room at the same time.
                .compose(session -> session.recording().equals(recording)
                        ? Future.succeededFuture(session)
                        : recordings.stop(recording).map(session))
                .onFailure(failure -> recordings.stop(recording));
    }

    private Future<LiveSession> withRecording(LiveSession session, boolean record) {
        if (!record || session.record()) {
            return Future.succeededFuture(session);
        }
        return recordings.start(session.stream()).compose(recording -> keep(session, recording));
    }

    private Future<LiveSession> keep(LiveSession session, LiveSession.Recording recording) {
        return blocking.call(() -> store.recorded(session.id(), recording)).map(stored -> {
            stored.ifPresent(held::renew);
            return stored.orElse(session);
        });
    }

    private Future<Void> resume(LiveSession session) {
        return config.server().compose(server -> mesh.directory()
                .put(describe(session.room(), server))
                .recover(failure -> isOurs(session.room())
                        .compose(ours -> ours ? Future.succeededFuture(false) : Future.failedFuture(failure)))
                .compose(created -> created ? reopened(session) : Future.succeededFuture(session))
                .map(current -> {
                    RoomHold hold = new RoomHold(mesh, session.stream());
                    held.add(new HeldRooms.Held(current, hold, session.record()));
                    hold.keepOpen();
                    LOG.info("the live session {} is held", session.id());
                    return null;
                }));
    }

    private Future<LiveSession> reopened(LiveSession session) {
        return blocking.call(() -> store.update(session.id(), LiveSession.Status.RECONNECTING, session.participantSid())
                .orElse(session));
    }

    private Future<Void> check(HeldRooms.Held entry, RoomState state) {
        LiveSession session = entry.session();
        if (state instanceof RoomState.Refused refused) {
            return over(session, LiveSession.Status.FAILED, refused.reason());
        }
        LiveSession.Status status =
                state instanceof RoomState.Joined ? LiveSession.Status.ACTIVE : LiveSession.Status.RECONNECTING;
        String sid = state instanceof RoomState.Joined joined ? joined.participantSid() : session.participantSid();
        Future<Void> told = status == session.status() && sid.equals(session.participantSid())
                ? Future.succeededFuture()
                : blocking.call(() -> store.update(session.id(), status, sid)).map(stored -> {
                    stored.ifPresent(held::renew);
                    return null;
                });
        return told.compose(done -> status == LiveSession.Status.ACTIVE && entry.recordingIsDue()
                ? serially(session.room(), () -> goOnRecording(entry))
                : Future.succeededFuture());
    }

    private Future<Void> goOnRecording(HeldRooms.Held entry) {
        if (!held.has(entry.session())) {
            return Future.succeededFuture();
        }
        return recordings
                .goOn(entry.session())
                .compose(outcome -> switch (outcome) {
                    case SessionRecordings.Waiting waiting -> Future.<Void>succeededFuture();
                    case SessionRecordings.Same same -> {
                        entry.recordingGoesOn();
                        yield Future.<Void>succeededFuture();
                    }
                    case SessionRecordings.New begun -> {
                        entry.recordingGoesOn();
                        yield keep(entry.session(), begun.recording()).<Void>mapEmpty();
                    }
                })
                .onFailure(failure -> {
                    entry.recordingFailed();
                    LOG.warn("the live session {}: {}", entry.session().id(), failure.getMessage());
                });
    }

    private Future<Void> end(LiveSession session, LiveSession.Status status, String reason) {
        return recordings
                .stop(session.recording())
                .compose(stopped -> blocking.call(() -> store.end(session.id(), status)))
                .compose(ended -> {
                    held.letGo(session.room());
                    LOG.info("the live session {} has {}: {}", session.id(), status.word(), reason);
                    return forget(session.room());
                });
    }

    /** Somebody removed a stream: another gateway that ended the session, or a client of the streams. */
    private void removed(StreamId stream) {
        held.first(session -> session.stream().equals(stream))
                .ifPresent(session -> over(session, LiveSession.Status.ENDED, "its stream was removed")
                        .onFailure(failure -> LOG.warn(
                                "the live session {} cannot be ended: {}", session.id(), failure.getMessage())));
    }

    /** Ends a session if it is still open, and lets go of it in any case. */
    private Future<Void> over(LiveSession session, LiveSession.Status status, String reason) {
        RoomName room = session.room();
        return serially(room, () -> find(room).compose(found -> found.filter(present -> present.id() == session.id())
                .map(present -> end(present, status, reason))
                .orElseGet(() -> align(room, found))));
    }

    private Future<Void> forget(RoomName room) {
        return isOurs(room)
                .compose(ours -> ours ? mesh.directory().remove(room.stream()) : Future.succeededFuture(false))
                .mapEmpty();
    }

    /** Whether the stream under the room's id is that of a session of the room. */
    private Future<Boolean> isOurs(RoomName room) {
        return mesh.directory().get(room.stream()).map(found -> found.map(
                        description -> room.value().equals(description.labels().get(LABEL)))
                .orElse(false));
    }

    private static StreamDescription describe(RoomName room, LiveKitServer server) {
        return new StreamDescription(room.stream(), server.source(room), false, Map.of(LABEL, room.value()));
    }

    /** Does something when whatever else is done to the room is over. */
    private <T> Future<T> serially(RoomName room, Supplier<Future<T>> action) {
        Future<T> mine = busy.getOrDefault(room, Future.succeededFuture()).transform(before -> action.get());
        Future<Void> over = mine.<Void>mapEmpty().otherwiseEmpty();
        busy.put(room, over);
        over.onComplete(done -> busy.remove(room, over));
        return mine;
    }
}
