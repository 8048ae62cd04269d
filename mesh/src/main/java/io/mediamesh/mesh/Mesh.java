package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The one primitive: topics that are offered, and subscriptions that start their producers. Everything that a service
 * needs of the others goes through here. Methods may be called from any thread; futures complete and deliveries
 * arrive on the caller's Vert.x context.
 */
public final class Mesh {
    /** Entries are few and small, so that bringing them together takes less. */
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** Whoever hears nothing of it notices it as well, a little later. */
    private static final long FAREWELL_SECONDS = 1;

    private final Vertx vertx;
    private final Membership membership;
    /** Asked for with every message. */
    private final String memberId;

    private final PictureCodec pictures;
    private final MeterRegistry meters;
    private final Directory directory;
    private final WorkerPool encoders;
    private final Context control;
    private final HostedTopics hosted;
    private final Attachments attachments;
    private final ControlPlane plane;
    private final Peers peers;
    private final Majority majority;
    private final StageMeters stages;
    private final ClusterMeters happenings;
    private final LoadBoard loads;
    private volatile Supplier<Optional<String>> blocked = Optional::empty;

    private Mesh(Parts parts, Directory directory, SharedMap owners, Context control) {
        this.vertx = parts.vertx;
        this.membership = parts.membership;
        this.memberId = membership.local().id();
        this.pictures = parts.pictures;
        this.meters = parts.meters;
        this.directory = directory;
        directory.guardedBy(this::mayOwn, this::settled);
        this.control = control;
        this.peers = new Peers(this);
        this.majority = new Majority(this, new Quorum(System::nanoTime, parts.config.tieWait()));
        Ownership ownership = new Ownership(owners, memberId(), majority);
        this.stages = new StageMeters(meters);
        this.happenings = new ClusterMeters(this);
        this.encoders = WorkerPool.create("mesh-encoder", parts.config.encoderThreads(), 256)
                .measuredBy(parts.meters);
        this.hosted = new HostedTopics(this, control, ownership, parts.config.linger());
        Links links = new Links(this, control);
        this.attachments = new Attachments(this, control, hosted, links, ownership);
        this.loads = new LoadBoard(this, control, hosted::hubs);
        this.plane = new ControlPlane(this, control, hosted, links, ownership, majority);
        plane.measure(new TopicMeters(meters, parts.config.metricsTopics()), loads, attachments::all);
    }

    private record Parts(
            Vertx vertx, Membership membership, PictureCodec pictures, MeterRegistry meters, MeshConfig config) {}

    /**
     * Joins the mesh.
     *
     * @param vertx clustered or not, as the membership is
     * @param membership who else is there
     * @param pictures encodes video for subscribers that want JPEG
     * @param meters where the mesh counts
     */
    public static Future<Mesh> start(
            Vertx vertx, Membership membership, PictureCodec pictures, MeterRegistry meters, MeshConfig config) {
        Parts parts = new Parts(vertx, membership, pictures, meters, config);
        Promise<Mesh> started = Promise.promise();
        VerticleBase home = new VerticleBase() {
            @Override
            public Future<?> start() {
                return Directory.open(vertx, meters)
                        .compose(directory -> SharedMap.open(vertx, meters, "owners")
                                .map(owners -> new Mesh(parts, directory, owners, context)))
                        .compose(mesh -> mesh.plane.start().onSuccess(proven -> started.complete(mesh)));
            }
        };
        return vertx.deployVerticle(home).compose(id -> started.future());
    }

    /** The Vert.x instance that everything here runs on. */
    public Vertx vertx() {
        return vertx;
    }

    /** This member's id. */
    public String memberId() {
        return memberId;
    }

    /** Every member, this one included. */
    public List<Member> members() {
        return membership.members();
    }

    /** JPEG to pixels and back; blocks, so use it on a bounded executor. */
    public PictureCodec pictures() {
        return pictures;
    }

    /** Where to count. */
    public MeterRegistry meters() {
        return meters;
    }

    /** The streams of the mesh. */
    public Directory directory() {
        return directory;
    }

    /**
     * The member that a client's stream is best sent to: the same one at whatever member this is asked.
     *
     * @param kind what it has to offer
     * @return empty where no member that stays offers the kind
     */
    public Future<Optional<Member>> pick(StreamId stream, String kind) {
        return pick(stream, member -> member.kinds().contains(kind));
    }

    /**
     * The member that a request about a stream is best sent to: the same one at whatever member this is asked.
     *
     * @param service what has to run there
     * @return empty where no member that stays runs the service
     */
    public Future<Optional<Member>> pickServing(StreamId stream, String service) {
        return pickServing(stream, service, Set.of());
    }

    /**
     * The same where some have turned out not to answer.
     *
     * @param besides the ids of members that are not to be asked
     */
    public Future<Optional<Member>> pickServing(StreamId stream, String service, Set<String> besides) {
        return pick(stream, member -> member.services().contains(service) && !besides.contains(member.id()));
    }

    private Future<Optional<Member>> pick(StreamId stream, Predicate<Member> able) {
        return onControl(() -> Future.succeededFuture(peers.pick(stream, able)));
    }

    /**
     * Whether this member may own something now, and change what all members share: it may not while it is cut off from most
     * of the others, who own it meanwhile.
     *
     * @return fails with {@link FailureCode#UNAVAILABLE} saying whom this member misses
     */
    public Future<Void> mayOwn() {
        return onControl(majority::own);
    }

    /**
     * Waits until what this member does not find in a map that all share is not there: when somebody has come back from a
     * cut, or this member has, the two sides' entries are brought together only then.
     *
     * @return whether it had to wait, so that looking again may find something; fails with {@link FailureCode#UNAVAILABLE}
     *     while this member is cut off from most of the others, and so from what they know
     */
    public Future<Boolean> settled() {
        return onControl(() -> majority.own().compose(may -> {
            long leftNanos = CALM_NANOS - membership.nanosSinceReturn();
            return leftNanos <= 0
                    ? Future.succeededFuture(false)
                    : vertx.timer(leftNanos, TimeUnit.NANOSECONDS).map(true);
        }));
    }

    /** Offers topics of these kinds, of every stream. The kinds must be among those that the member advertises. */
    public Future<Void> offer(Set<String> kinds, ProducerFactory factory) {
        return offer(kinds, factory, Capacity.UNLIMITED);
    }

    /** The same up to a capacity; what is beyond it goes to other members. */
    public Future<Void> offer(Set<String> kinds, ProducerFactory factory, Capacity capacity) {
        return onControl(() -> {
            hosted.offer(kinds, factory, capacity);
            return Future.succeededFuture();
        });
    }

    /**
     * Makes this member the one that produces what the source of a stream gives, whatever else it offers: for streams
     * that are pushed to it. Their description must name it as their home.
     */
    public Future<Void> offerPushed(StreamId stream, ProducerFactory factory) {
        return onControl(() -> {
            hosted.offerPushed(stream, factory);
            return Future.succeededFuture();
        });
    }

    /** Takes {@link #offerPushed} back: subscribers look for the stream where its description says by then. */
    public Future<Void> withdrawPushed(StreamId stream, String reason) {
        return onControl(() -> {
            hosted.withdrawPushed(stream, reason);
            return Future.succeededFuture();
        });
    }

    /**
     * Subscribes. The producer is started if this is the first subscription of the topic anywhere.
     *
     * @return the subscription with a producer behind it; fails with {@link FailureCode#NOT_FOUND} when there is no
     *     such stream or nobody knows the kind of topic, with {@link FailureCode#UNAVAILABLE} when no member can take
     *     it within three seconds, and with what the producer said when it could not start
     */
    public Future<Subscription> subscribe(Topic topic, SubscribeOptions options) {
        Context caller = vertx.getOrCreateContext();
        Subscription subscription = new Subscription(this, topic, options, caller);
        Promise<Subscription> attached = Promise.promise();
        Tracing.following(control).runOnContext(now -> attachments
                .open(subscription)
                .onComplete(result -> caller.runOnContext(then -> {
                    if (result.succeeded()) {
                        attached.complete(subscription);
                    } else {
                        attached.fail(result.cause());
                    }
                })));
        return attached.future();
    }

    /** How every active topic of the mesh is doing. */
    public Future<List<TopicStats>> topics() {
        return onControl(plane::topics);
    }

    /**
     * How every member does, who has been there longest first.
     *
     * @param topics how many of its topics each member lists at most
     */
    public Future<List<MemberReport>> cluster(int topics) {
        return onControl(() -> plane.cluster(topics));
    }

    /** Where other processes reach this one; empty where there are none. */
    public Optional<MemberAddress> address() {
        return membership.address();
    }

    /** How many subscriptions this member has on a topic, wherever it is produced. */
    public Future<Integer> subscriptionsHere(Topic topic) {
        return onControl(() -> Future.succeededFuture(attachments.count(topic)));
    }

    /** What the services of all members say about themselves, by service name; the worse one where two differ. */
    public Future<Map<String, Service.Health>> health() {
        return onControl(plane::health);
    }

    /** Answers for the services of this member when somebody asks for {@link #health()}. */
    public void answerHealth(Supplier<Map<String, Service.Health>> source) {
        plane.answerHealth(source);
    }

    /** Says that this member leaves: others send it nothing new, and go on with what it has so far. */
    public Future<Void> leave() {
        return membership.startDraining();
    }

    /** What hangs in this process, for people; empty while its event loops turn. Any thread. */
    public Optional<String> blocked() {
        return blocked.get();
    }

    /** Tells {@link #blocked()}. */
    void answerBlocked(Supplier<Optional<String>> source) {
        blocked = source;
    }

    /** Hands this member's topics over to others and takes no new ones. */
    public Future<Void> drain() {
        return leave().compose(done ->
                onControl(() -> hosted.drain("the member " + peers.nameOf(memberId()) + " is leaving")));
    }

    /** Leaves the mesh: stops producers and gives back what the mesh holds. */
    public Future<Void> close() {
        return onControl(() -> hosted.drain("the member " + peers.nameOf(memberId()) + " has stopped"))
                .transform(drained -> membership.sayStopped().timeout(FAREWELL_SECONDS, TimeUnit.SECONDS))
                .transform(said -> onControl(() -> {
                    plane.stop();
                    return Future.<Void>succeededFuture();
                }))
                .onComplete(done -> encoders.close());
    }

    Executor encoders() {
        return encoders;
    }

    StageMeters stages() {
        return stages;
    }

    ClusterMeters happenings() {
        return happenings;
    }

    /** The member that is to take a topic that nobody has; on the control context. */
    Optional<Member> place(Topic topic, List<Member> candidates) {
        return loads.place(topic, candidates);
    }

    Peers peers() {
        return peers;
    }

    HostedTopics hosted() {
        return hosted;
    }

    Membership membership() {
        return membership;
    }

    Future<JsonObject> ask(String memberId, JsonObject request, long timeoutMillis) {
        return plane.ask(memberId, request, timeoutMillis);
    }

    Future<Void> unsubscribe(Subscription subscription) {
        return onControl(() -> {
            attachments.close(subscription);
            return Future.succeededFuture();
        });
    }

    void forget(Subscription subscription) {
        control.runOnContext(now -> attachments.forget(subscription));
    }

    void reattach(Subscription subscription) {
        control.runOnContext(now -> attachments.reopen(subscription));
    }

    void demandGrew(Subscription subscription) {
        control.runOnContext(now -> attachments.demandGrew(subscription));
    }

    Future<Long> advanceEpoch(TopicHub hub) {
        return onControl(() -> hosted.advanceEpoch(hub, hub.epoch()));
    }

    void endHosted(TopicHub hub, String reason) {
        control.runOnContext(now -> hosted.end(hub, reason));
    }

    /** Ends all topics of a stream that this member produces. */
    void endAll(StreamId stream, String reason) {
        hosted.endAll(stream, reason);
    }

    private <T> Future<T> onControl(Supplier<Future<T>> action) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        Tracing.following(control).runOnContext(now -> {
            Future<T> result;
            try {
                result = action.get();
            } catch (RuntimeException fault) {
                result = Future.failedFuture(fault);
            }
            result.onComplete(done -> caller.runOnContext(then -> {
                if (done.succeeded()) {
                    promise.complete(done.result());
                } else {
                    promise.fail(MeshException.ofReply(done.cause()));
                }
            }));
        });
        return promise.future();
    }
}
