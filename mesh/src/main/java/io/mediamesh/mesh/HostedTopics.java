package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that this member produces: started with the first subscriber, stopped a moment after the last one.
 * Everything here runs on the mesh's control context.
 */
final class HostedTopics {
    private static final Logger LOG = LoggerFactory.getLogger(HostedTopics.class);

    private final Mesh mesh;
    private final Context control;
    private final Ownership ownership;
    private final Duration linger;
    private final Map<String, Offer> offers = new HashMap<>();
    private final Map<StreamId, ProducerFactory> pushed = new HashMap<>();
    private final Map<Topic, Hosted> hosted = new HashMap<>();
    private boolean draining;

    HostedTopics(Mesh mesh, Context control, Ownership ownership, Duration linger) {
        this.mesh = mesh;
        this.control = control;
        this.ownership = ownership;
        this.linger = linger;
    }

    /** One topic and its producer's life: owned, started, stopping. */
    private static final class Hosted {
        final TopicHub hub;
        final Promise<TopicHub> ready = Promise.promise();
        final Promise<Void> stopped = Promise.promise();

        @Nullable Producer producer;

        boolean stopping;

        Hosted(TopicHub hub) {
            this.hub = hub;
        }
    }

    /** What makes topics of some kinds, and for how many streams. */
    private record Offer(Set<String> kinds, ProducerFactory factory, Capacity capacity) {}

    void offer(Set<String> kinds, ProducerFactory factory, Capacity capacity) {
        Offer offer = new Offer(Set.copyOf(kinds), factory, capacity);
        kinds.forEach(kind -> offers.put(kind, offer));
    }

    /** From now on what the source of this stream gives is produced here. */
    void offerPushed(StreamId stream, ProducerFactory factory) {
        pushed.put(stream, factory);
    }

    /** From now on it is not; what is produced of it goes elsewhere. */
    void withdrawPushed(StreamId stream, String reason) {
        if (pushed.remove(stream) == null) {
            return;
        }
        for (Hosted mine : List.copyOf(hosted.values())) {
            if (mine.hub.topic().stream().equals(stream) && mine.hub.topic().isOfSource()) {
                mine.ready.future().onSuccess(started -> handOver(mine.hub, reason));
            }
        }
    }

    private @Nullable ProducerFactory factoryOf(Topic topic) {
        ProducerFactory own = topic.isOfSource() ? pushed.get(topic.stream()) : null;
        Offer offer = offers.get(topic.kind());
        return own != null || offer == null ? own : offer.factory;
    }

    /** Why another member had better produce the topic. */
    private Optional<String> objection(Topic topic, boolean insists) {
        Offer offer = offers.get(topic.kind());
        if (offer == null || isPushedHere(topic)) {
            return Optional.empty();
        }
        Set<StreamId> streams = new HashSet<>();
        for (Topic present : hosted.keySet()) {
            if (offer.kinds.contains(present.kind()) && !isPushedHere(present)) {
                streams.add(present.stream());
            }
        }
        if (streams.contains(topic.stream())) {
            return Optional.empty();
        }
        Optional<String> full = offer.capacity.full(streams.size());
        return full.isPresent() || insists ? full : offer.capacity.strained();
    }

    /**
     * The hub of a topic with its producer running. An outlet attached in the meantime already gets items.
     *
     * @param respected whether another member that owns the topic keeps it
     * @param aboveEpoch the producer's epoch must be higher than this one, which a subscriber has seen elsewhere
     * @param insists whether it is taken although there is much to do, because the others have no less
     * @return fails with {@link FailureCode#BUSY} where another member had better be asked
     */
    Future<TopicHub> host(Topic topic, Outlet first, Predicate<String> respected, long aboveEpoch, boolean insists) {
        ProducerFactory factory = factoryOf(topic);
        if (factory == null || draining) {
            return Future.failedFuture(new MeshException(
                    FailureCode.UNAVAILABLE,
                    "this member does not take " + topic + (draining ? ": it is leaving" : "")));
        }
        Hosted present = hosted.get(topic);
        if (present != null) {
            if (present.stopping) {
                return present.stopped.future().transform(done -> host(topic, first, respected, aboveEpoch, insists));
            }
            present.hub.attach(first);
            return present.ready
                    .future()
                    .compose(hub -> hub.epoch() > aboveEpoch
                            ? Future.succeededFuture(hub)
                            : advanceEpoch(hub, aboveEpoch).map(hub))
                    .onFailure(failed -> present.hub.detach(first));
        }
        Optional<String> objection = objection(topic, insists);
        if (objection.isPresent()) {
            return Future.failedFuture(new MeshException(FailureCode.BUSY, objection.get()));
        }
        Hosted mine = new Hosted(new TopicHub(topic, 0, mesh.stages().of(topic.kind())));
        mine.hub.attach(first);
        hosted.put(topic, mine);
        acquire(topic, respected, aboveEpoch)
                .compose(epoch -> {
                    mine.hub.enterEpoch(epoch);
                    return start(factory, mine.hub);
                })
                .onComplete(started -> {
                    if (started.succeeded()) {
                        mine.producer = started.result();
                        LOG.info("{} started, epoch {}", topic, mine.hub.epoch());
                        mine.ready.complete(mine.hub);
                        releaseIfDeserted(mine.hub);
                    } else {
                        hosted.remove(topic);
                        mine.hub.detach(first);
                        mine.stopped.complete();
                        ownership.release(topic, mine.hub.epoch());
                        mine.ready.fail(started.cause());
                    }
                });
        return mine.ready.future();
    }

    private Future<Long> acquire(Topic topic, Predicate<String> respected, long aboveEpoch) {
        return isPushedHere(topic)
                ? ownership.acquireOwn(topic, respected, aboveEpoch)
                : ownership.acquire(topic, respected, aboveEpoch);
    }

    /** Whether the topic comes from a sender that is connected to this member, so that nobody else can have it. */
    boolean isPushedHere(Topic topic) {
        return topic.isOfSource() && pushed.containsKey(topic.stream());
    }

    private Future<Producer> start(ProducerFactory factory, TopicHub hub) {
        try {
            return factory.start(new Publisher(mesh, hub));
        } catch (RuntimeException fault) {
            return Future.failedFuture(fault);
        }
    }

    /** Lets go of an outlet and, if it was the last one, stops the producer after the linger time. */
    void detach(Topic topic, Outlet outlet) {
        Hosted mine = hosted.get(topic);
        if (mine != null) {
            mine.hub.detach(outlet);
            releaseIfDeserted(mine.hub);
        }
    }

    private void releaseIfDeserted(TopicHub hub) {
        if (!hub.isDeserted()) {
            return;
        }
        if (linger.isZero()) {
            control.runOnContext(now -> stopIfDeserted(hub));
        } else {
            control.owner().setTimer(Math.max(1, linger.toMillis()), timer -> stopIfDeserted(hub));
        }
    }

    private void stopIfDeserted(TopicHub hub) {
        current(hub).filter(mine -> hub.isDeserted() && mine.producer != null).ifPresent(mine -> stop(mine, true));
    }

    /** The topic is over. */
    void end(TopicHub hub, String reason) {
        current(hub).ifPresent(mine -> {
            mine.ready.future().onComplete(started -> {
                hub.end(reason);
                stop(mine, true);
            });
        });
    }

    /** All topics of a stream are over. */
    void endAll(StreamId stream, String reason) {
        for (Hosted mine : List.copyOf(hosted.values())) {
            if (mine.hub.topic().stream().equals(stream)) {
                end(mine.hub, reason);
            }
        }
    }

    /** Hands all topics over to whoever comes next; completes when every producer has stopped. */
    Future<Void> drain(String reason) {
        draining = true;
        List<Future<Void>> stops = new ArrayList<>();
        mesh.happenings().moved(ClusterMeters.Move.DRAINED, hosted.size());
        for (Hosted mine : List.copyOf(hosted.values())) {
            // Released first, so that whoever looks for another producer finds nothing in the way.
            stops.add(mine.ready
                    .future()
                    .transform(started -> ownership.release(mine.hub.topic(), mine.hub.epoch()))
                    .transform(released -> {
                        mine.hub.lose(reason);
                        return stop(mine, false);
                    }));
        }
        return Future.join(stops).otherwiseEmpty().mapEmpty();
    }

    /** Stops a producer whose topic somebody else owns by now, or should own. */
    void handOver(TopicHub hub, String reason) {
        current(hub).filter(mine -> mine.producer != null).ifPresent(mine -> {
            LOG.info("{} goes elsewhere: {}", hub.topic(), reason);
            hub.lose(reason);
            stop(mine, true);
        });
    }

    private Future<Void> stop(Hosted mine, boolean release) {
        Producer producer = mine.producer;
        if (mine.stopping || producer == null) {
            return mine.stopped.future();
        }
        mine.stopping = true;
        Topic topic = mine.hub.topic();
        stopQuietly(topic, producer)
                .transform(
                        done -> release ? ownership.release(topic, mine.hub.epoch()) : Future.<Void>succeededFuture())
                .onComplete(done -> control.runOnContext(now -> {
                    hosted.remove(topic, mine);
                    // Whoever came while it stopped finds no producer: it has to ask again.
                    mine.hub.lose("the producer was just stopping");
                    LOG.info("{} stopped", topic);
                    mine.stopped.complete();
                }));
        return mine.stopped.future();
    }

    private static Future<Void> stopQuietly(Topic topic, Producer producer) {
        Future<Void> stopped;
        try {
            stopped = producer.stop();
        } catch (RuntimeException fault) {
            stopped = Future.failedFuture(fault);
        }
        return stopped.onFailure(fault -> LOG.warn("{} did not stop cleanly", topic, fault));
    }

    /** Raises the epoch of a topic that this member owns, because its source was opened again. */
    Future<Long> advanceEpoch(TopicHub hub, long above) {
        return acquire(hub.topic(), other -> false, Math.max(above, hub.epoch()))
                .map(epoch -> {
                    hub.enterEpoch(epoch);
                    return epoch;
                });
    }

    /** Every topic produced here. */
    List<TopicHub> hubs() {
        return hosted.values().stream().map(mine -> mine.hub).toList();
    }

    /** Whether the producer of the topic runs, or nearly does. */
    boolean isHosting(Topic topic) {
        Hosted mine = hosted.get(topic);
        return mine != null && !mine.stopping;
    }

    private Optional<Hosted> current(TopicHub hub) {
        return Optional.ofNullable(hosted.get(hub.topic())).filter(mine -> mine.hub == hub && !mine.stopping);
    }
}
