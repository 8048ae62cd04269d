package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Replies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broadcasts whose broadcasters are at this gateway. One that loses its broadcaster waits for a while for it to come
 * back, here or at another gateway, which asks for the broadcast then. Lives on one event loop.
 */
final class Broadcasts {
    /** The scheme of the streams that are broadcasts. */
    static final String SCHEME = "broadcast";

    private static final Logger LOG = LoggerFactory.getLogger(Broadcasts.class);
    private static final long YIELD_MILLIS = 4_000;

    private final Vertx vertx;
    private final Mesh mesh;
    private final Tracking tracking;
    private final HubConfig config;
    private final HubCounters counters;
    private final FaultLog faults;
    private final Map<StreamId, Held> held = new HashMap<>();
    private final Set<StreamId> opening = new HashSet<>();
    private int creating;
    private Optional<MessageConsumer<JsonObject>> requests = Optional.empty();
    private Optional<MessageConsumer<String>> removals = Optional.empty();

    private static final class Held {
        final Broadcast broadcast;
        Optional<Long> endTimer = Optional.empty();

        Held(Broadcast broadcast) {
            this.broadcast = broadcast;
        }
    }

    Broadcasts(Vertx vertx, Mesh mesh, Tracking tracking, HubConfig config, HubCounters counters) {
        this.vertx = vertx;
        this.mesh = mesh;
        this.tracking = tracking;
        this.config = config;
        this.counters = counters;
        this.faults = new FaultLog(mesh.meters(), "hub");
    }

    private static String addressOf(String memberId) {
        return "mediamesh.hub." + memberId;
    }

    /** Whether this stream is a broadcast. */
    static boolean isBroadcast(StreamDescription stream) {
        return stream.url().scheme().equals(SCHEME);
    }

    /** What a gateway produces of broadcasts that are not at it. */
    static Future<Producer> nothing(Publisher publisher) {
        return Future.failedFuture(new MeshException(
                FailureCode.UNAVAILABLE, "there is no broadcast " + publisher.topic().stream() + " at this gateway"));
    }

    /** Takes requests of other gateways from now on. */
    Future<Void> start() {
        MessageConsumer<JsonObject> consumer = vertx.eventBus()
                .consumer(
                        addressOf(mesh.memberId()),
                        message -> Replies.answer(message, "requests about broadcasts", () -> yieldTo(message.body())));
        requests = Optional.of(consumer);
        removals = Optional.of(mesh.directory().onRemoved(this::removed));
        return consumer.completion();
    }

    /**
     * The broadcast of this name for a broadcaster that has just come.
     *
     * @return {@link #sent} or {@link #notSent} must follow; fails with {@link FailureCode#CONFLICT} while another broadcaster has it
     */
    Future<Broadcast> open(StreamId id) {
        if (!opening.add(id)) {
            return Future.failedFuture(conflict(id));
        }
        Held present = held.get(id);
        Future<Broadcast> opened = present == null ? create(id) : reopen(present);
        return opened.onFailure(failure -> opening.remove(id));
    }

    /** The broadcaster that {@link #open} was called for is there. */
    void sent(Broadcast broadcast, BroadcasterSocket socket) {
        opening.remove(broadcast.id());
        Held mine = held.get(broadcast.id());
        if (mine == null || mine.broadcast != broadcast) {
            socket.dismiss(CloseStatus.NORMAL, "the stream was removed");
            return;
        }
        broadcast.sentBy(socket);
    }

    /** The broadcaster that {@link #open} was called for does not come after all. */
    void notSent(Broadcast broadcast) {
        opening.remove(broadcast.id());
        Held mine = held.get(broadcast.id());
        if (mine != null && mine.broadcast == broadcast) {
            waitFor(mine, "the broadcaster did not come");
        }
    }

    private static MeshException conflict(StreamId id) {
        return new MeshException(
                FailureCode.CONFLICT,
                "the broadcast " + id + " has a broadcaster already; wait until it has ended, or choose another name"
                        + " with ?stream=",
                "stream");
    }

    private Future<Broadcast> reopen(Held present) {
        return vacated(present).compose(vacant -> {
            if (!vacant) {
                return Future.failedFuture(conflict(present.broadcast.id()));
            }
            if (held.get(present.broadcast.id()) != present) {
                return create(present.broadcast.id());
            }
            cancelEnd(present);
            LOG.info("broadcast {} goes on with a new connection", present.broadcast.id());
            return Future.succeededFuture(present.broadcast);
        });
    }

    /** Whether there is nobody, or nobody any more who answers. */
    private Future<Boolean> vacated(Held present) {
        Optional<BroadcasterSocket> sender = present.broadcast.sender();
        return sender.map(socket -> socket.isThere().map(there -> {
                    if (!there && present.broadcast.sender().equals(sender)) {
                        socket.dismiss(CloseStatus.CONFLICT, "another connection has taken over");
                        present.broadcast.orphaned("the broadcaster does not answer");
                    }
                    return !there;
                }))
                .orElse(Future.succeededFuture(true));
    }

    private Future<Broadcast> create(StreamId id) {
        if (held.size() + creating >= config.maxBroadcasts()) {
            return Future.failedFuture(new MeshException(
                    FailureCode.UNAVAILABLE,
                    "this gateway has all the broadcasts that it may have (" + HubConfig.MAX_BROADCASTS.key() + ")"));
        }
        creating++;
        Annotator annotator = new Annotator(id.value(), vertx, tracking, config, counters, faults);
        Held mine = new Held(new Broadcast(id, mesh, annotator, counters));
        return mesh.offerPushed(id, mine.broadcast::produce)
                .compose(offered -> enter(mine))
                .onComplete(entered -> creating--)
                .map(entered -> {
                    held.put(id, mine);
                    counters.broadcasts(held.size());
                    return mine.broadcast;
                })
                .recover(failure -> mesh.withdrawPushed(id, "the broadcast could not begin")
                        .transform(withdrawn -> Future.failedFuture(failure)));
    }

    private Future<Void> enter(Held mine) {
        StreamId id = mine.broadcast.id();
        return mesh.directory().get(id).compose(found -> found.map(present -> take(mine, present))
                .orElseGet(() -> put(id)));
    }

    private Future<Void> put(StreamId id) {
        StreamDescription stream =
                StreamDescription.pushed(id, SourceUrl.parse(SCHEME + ":" + id), mesh.memberId(), Map.of());
        return mesh.directory().put(stream).<Void>mapEmpty().recover(failure -> Future.failedFuture(conflict(id)));
    }

    /** Gets a broadcast from the gateway that has it. */
    private Future<Void> take(Held mine, StreamDescription present) {
        StreamId id = present.id();
        if (!isBroadcast(present)) {
            return Future.failedFuture(new MeshException(
                    FailureCode.CONFLICT,
                    "the name " + id + " belongs to a stream of another kind; choose another one with ?stream=",
                    "stream"));
        }
        boolean known = mesh.members().stream().anyMatch(member -> member.id().equals(present.home()));
        if (!known || present.home().equals(mesh.memberId())) {
            // What a member left behind that is gone.
            return mesh.directory().remove(id).compose(removed -> put(id));
        }
        return vertx.eventBus()
                .<JsonObject>request(
                        addressOf(present.home()),
                        new JsonObject().put("stream", id.value()).put("to", mesh.memberId()),
                        new DeliveryOptions().setSendTimeout(YIELD_MILLIS))
                .<Void>map(yielded -> {
                    mine.broadcast.annotator().takeOver(yielded.body());
                    LOG.info("broadcast {} has come from another gateway", id);
                    return null;
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
                                ? MeshException.ofReply(failure)
                                : new MeshException(
                                        FailureCode.UNAVAILABLE,
                                        "the gateway that has the broadcast " + id + " does not answer; try again")));
    }

    /** Gives a broadcast without a broadcaster to another gateway. */
    private Future<JsonObject> yieldTo(JsonObject request) {
        StreamId id = new StreamId(request.getString("stream"));
        String to = request.getString("to");
        Held mine = held.get(id);
        if (mine == null) {
            return Future.failedFuture(new MeshException(
                    FailureCode.NOT_FOUND, "the broadcast " + id + " is not here any more", "stream"));
        }
        if (opening.contains(id)) {
            return Future.failedFuture(conflict(id));
        }
        opening.add(id);
        return vacated(mine)
                .compose(vacant -> vacant && held.get(id) == mine ? move(mine, to) : Future.failedFuture(conflict(id)))
                .onComplete(done -> opening.remove(id));
    }

    private Future<JsonObject> move(Held mine, String to) {
        StreamId id = mine.broadcast.id();
        cancelEnd(mine);
        return mesh.directory()
                .get(id)
                .compose(found ->
                        found.map(stream -> mesh.directory().move(stream, to)).orElse(Future.succeededFuture(false)))
                .compose(moved -> {
                    if (!moved) {
                        waitFor(mine, "the broadcaster did not come");
                        return Future.failedFuture(conflict(id));
                    }
                    forget(mine);
                    JsonObject state = mine.broadcast.annotator().handOver();
                    LOG.info("broadcast {} goes on at another gateway", id);
                    return mesh.withdrawPushed(id, "the broadcaster is at another gateway now")
                            .map(state);
                });
    }

    /** The broadcaster of a broadcast is gone. */
    void gone(BroadcasterSocket socket, Broadcast broadcast, BroadcasterSocket.End end) {
        Held mine = held.get(broadcast.id());
        if (mine == null || mine.broadcast != broadcast || !broadcast.sender().equals(Optional.of(socket))) {
            return;
        }
        switch (end) {
            case SAID -> end(mine);
            case LOST -> waitFor(mine, "the broadcaster was lost");
        }
    }

    private void waitFor(Held mine, String reason) {
        mine.broadcast.orphaned(reason);
        LOG.info("broadcast {} waits for its broadcaster: {}", mine.broadcast.id(), reason);
        cancelEnd(mine);
        mine.endTimer = Optional.of(vertx.setTimer(Math.max(1, config.resume().toMillis()), late -> end(mine)));
    }

    /** Its viewers are told, and its session with the tracking ends. */
    private void end(Held mine) {
        StreamId id = mine.broadcast.id();
        if (held.get(id) != mine) {
            return;
        }
        forget(mine);
        mine.broadcast.annotator().close();
        LOG.info("broadcast {} has ended", id);
        leave(id);
    }

    private Future<Void> leave(StreamId id) {
        return mesh.directory().remove(id).transform(removed -> mesh.withdrawPushed(id, "the broadcast has ended"));
    }

    private void forget(Held mine) {
        cancelEnd(mine);
        held.remove(mine.broadcast.id(), mine);
        counters.broadcasts(held.size());
    }

    private void cancelEnd(Held mine) {
        mine.endTimer.ifPresent(vertx::cancelTimer);
        mine.endTimer = Optional.empty();
    }

    /** Somebody removed the stream. */
    private void removed(StreamId id) {
        Held mine = held.get(id);
        if (mine == null) {
            return;
        }
        mesh.directory().get(id).onSuccess(found -> {
            // It may have been there anew since.
            boolean here = found.filter(stream -> stream.home().equals(mesh.memberId()))
                    .isPresent();
            if (!here && held.get(id) == mine) {
                forget(mine);
                mine.broadcast.annotator().close();
                mine.broadcast
                        .sender()
                        .ifPresent(sender -> sender.dismiss(CloseStatus.NORMAL, "the stream was removed"));
                mesh.withdrawPushed(id, "the stream was removed");
            }
        });
    }

    /** Looks after the broadcasters; to be called every second. */
    void check() {
        long now = System.nanoTime();
        List.copyOf(held.values()).forEach(mine -> mine.broadcast.sender().ifPresent(sender -> sender.check(now)));
    }

    /** Ends all of them. */
    Future<Void> close() {
        requests.ifPresent(MessageConsumer::unregister);
        removals.ifPresent(MessageConsumer::unregister);
        List<Held> all = List.copyOf(held.values());
        all.forEach(mine -> {
            forget(mine);
            mine.broadcast.annotator().close();
            mine.broadcast
                    .sender()
                    .ifPresent(sender -> sender.dismiss(CloseStatus.GOING_AWAY, "the server is stopping"));
        });
        return Future.join(all.stream().map(mine -> leave(mine.broadcast.id())).toList())
                .otherwiseEmpty()
                .mapEmpty();
    }
}
