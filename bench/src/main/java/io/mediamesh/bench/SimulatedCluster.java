package io.mediamesh.bench;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.MeshConfig;
import io.mediamesh.mesh.NodeLauncher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.mesh.TopicStats;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Many members of a mesh in one process: each is a real {@link Mesh} with its own directory, ownership, placement, links
 * and timers; they share an event bus and maps in memory instead of a network. No media flows: what is looked at is
 * what it costs to know who has what. Each member offers {@code annotated} for every stream, and is a gateway with
 * viewers. Used by one thread.
 */
final class SimulatedCluster implements AutoCloseable {
    private static final String KIND = Topic.ANNOTATED;
    private static final int AT_ONCE = 50;
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    /** Looking at all of it is work, too. */
    private static final long POLL_MILLIS = 250;

    /** One row for all: 100 registries with rows for everything would be most of the memory. */
    private static final int METRICS_TOPICS = 0;

    private static final PictureCodec NO_PICTURES = new PictureCodec() {
        @Override
        public Jpeg encode(I420 picture, JpegForm form) {
            throw new IllegalStateException("no media in a simulation");
        }

        @Override
        public I420 decode(Bytes jpeg) {
            throw new IllegalStateException("no media in a simulation");
        }
    };

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final SimulatedMembers members = new SimulatedMembers();
    private final List<Node> nodes = new ArrayList<>();
    private final List<StreamDescription> streams = new ArrayList<>();
    private final Map<Traffic, LongAdder> received = new HashMap<>();
    private int started;

    /** What members say to each other. */
    enum Traffic {
        /** Requests of the control plane: open, close and renew links, ask for statistics. */
        CONTROL("mediamesh.control."),
        /** Permissions to send more, one message for each link and second at least. */
        CREDIT("mediamesh.credit."),
        /** How many topics each member has. */
        LOAD("mediamesh.load"),
        /** Streams that were removed or configured, and their states. */
        DIRECTORY("mediamesh.directory."),
        /** Answers of requests. */
        REPLY("__vertx.reply.");

        private final String prefix;

        Traffic(String prefix) {
            this.prefix = prefix;
        }
    }

    private record Node(Mesh mesh, String deployment, SimpleMeterRegistry meters, List<Subscription> subscriptions) {}

    SimulatedCluster() {
        for (Traffic traffic : Traffic.values()) {
            received.put(traffic, new LongAdder());
        }
        vertx.eventBus().addInboundInterceptor(delivery -> {
            String address = delivery.message().address();
            for (Map.Entry<Traffic, LongAdder> counted : received.entrySet()) {
                if (address.startsWith(counted.getKey().prefix)) {
                    counted.getValue().increment();
                }
            }
            delivery.next();
        });
    }

    /** Adds a member. */
    void addNode() {
        String name = "node" + started++;
        Member self = new Member(name, name, "simulated", Set.of("vision", "gateway"), Set.of(KIND), false);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Set<String> before = vertx.deploymentIDs();
        Mesh mesh = NodeLauncher.await(Mesh.start(
                vertx,
                members.join(self),
                NO_PICTURES,
                meters,
                new MeshConfig(Duration.ofMillis(500), 1, Duration.ofSeconds(10), METRICS_TOPICS)));
        Set<String> deployed = new HashSet<>(vertx.deploymentIDs());
        deployed.removeAll(before);
        NodeLauncher.await(mesh.offer(Set.of(KIND), publisher -> Future.succeededFuture(Future::succeededFuture)));
        nodes.add(new Node(mesh, deployed.iterator().next(), meters, new ArrayList<>()));
    }

    /** Describes so many streams, each at one of the members. */
    void addStreams(int count) throws InterruptedException {
        List<Supplier<Future<?>>> puts = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            StreamDescription stream = new StreamDescription(
                    new StreamId("camera-" + index),
                    SourceUrl.parse("rtsp://10." + index % 200 + "." + index % 250 + ".7:554/stream1"),
                    false,
                    Map.of("site", "site " + index % 100));
            streams.add(stream);
            Node node = nodes.get(index % nodes.size());
            puts.add(() -> node.mesh.directory().put(stream));
        }
        all(puts, 0);
    }

    /**
     * Lets so many people watch, each a stream of their choice at a gateway of their choice. A gateway subscribes to a
     * stream once, however many watch it there.
     *
     * @param millis over which they come
     */
    void addViewers(int count, Random choice, long millis) throws InterruptedException {
        List<Set<StreamDescription>> watched = new ArrayList<>();
        nodes.forEach(node -> watched.add(new HashSet<>()));
        for (int viewer = 0; viewer < count; viewer++) {
            watched.get(choice.nextInt(nodes.size())).add(streams.get(choice.nextInt(streams.size())));
        }
        List<Supplier<Future<?>>> subscriptions = new ArrayList<>();
        for (int index = 0; index < nodes.size(); index++) {
            Node node = nodes.get(index);
            for (StreamDescription stream : watched.get(index)) {
                subscriptions.add(() -> node.mesh
                        .subscribe(new Topic(stream.id(), KIND), SubscribeOptions.latest("viewers of " + stream.id()))
                        .onSuccess(subscription -> {
                            subscription.handler(delivery -> {});
                            synchronized (node.subscriptions) {
                                node.subscriptions.add(subscription);
                            }
                        }));
            }
        }
        Collections.shuffle(subscriptions, choice);
        all(subscriptions, millis);
        awaitLive();
    }

    /** Does all of it, some at a time, over so long at least. */
    private static void all(List<Supplier<Future<?>>> work, long millis) throws InterruptedException {
        long began = System.nanoTime();
        for (int from = 0; from < work.size(); from += AT_ONCE) {
            long early = millis * from / work.size() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            TimeUnit.MILLISECONDS.sleep(Math.max(0, early));
            NodeLauncher.await(Future.all(work.subList(from, Math.min(work.size(), from + AT_ONCE)).stream()
                    .map(Supplier::get)
                    .toList()));
        }
    }

    /** Waits until every topic that somebody at the members that are there is subscribed to has a producer there. */
    void awaitLive() throws InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!isLive()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("some topics found no producer within " + DEADLINE.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private boolean isLive() {
        List<Subscription> all =
                nodes.stream().flatMap(node -> node.subscriptions.stream()).toList();
        if (all.stream().anyMatch(subscription -> subscription.state() != SubscriptionState.LIVE)) {
            return false;
        }
        Set<Topic> produced = owners().keySet();
        return all.stream().allMatch(subscription -> produced.contains(subscription.topic()));
    }

    /** Which member has which topic now. */
    Map<Topic, String> owners() {
        Map<Topic, String> owners = new HashMap<>();
        for (TopicStats stats : NodeLauncher.await(nodes.getFirst().mesh.topics())) {
            owners.put(stats.topic(), stats.memberId());
        }
        return owners;
    }

    /**
     * Ends a member in the middle of what it does, and tells the others a moment later.
     *
     * @return its id
     */
    String kill(int index) {
        Node node = nodes.remove(index);
        String id = node.mesh.memberId();
        NodeLauncher.await(vertx.undeploy(node.deployment));
        members.lose(id);
        return id;
    }

    int size() {
        return nodes.size();
    }

    /** Subscriptions of all gateways. */
    long subscriptions() {
        return nodes.stream().mapToLong(node -> node.subscriptions.size()).sum();
    }

    /** Messages received by all members so far. */
    Map<Traffic, Long> messages() {
        Map<Traffic, Long> now = new HashMap<>();
        received.forEach((traffic, count) -> now.put(traffic, count.sum()));
        return now;
    }

    /** Operations on the maps of the mesh so far, by all members. */
    long mapOperations() {
        return nodes.stream()
                .flatMap(node -> node.meters.find("mediamesh.map").timers().stream())
                .mapToLong(timer -> timer.count())
                .sum();
    }

    /** How often a subscription of a member that is there lost its producer so far. */
    long losses() {
        return nodes.stream()
                .mapToLong(node -> Math.round(node.meters
                        .get("mediamesh.subscriptions.lost")
                        .counter()
                        .count()))
                .sum();
    }

    /** What the directory of streams takes: names and descriptions, as they lie in the map. */
    long directoryBytes() {
        return streams.stream()
                .mapToLong(stream -> stream.id().value().length()
                        + stream.toSecretJson().encode().length())
                .sum();
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
