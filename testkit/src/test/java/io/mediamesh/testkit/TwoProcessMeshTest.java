package io.mediamesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.mesh.TopicStats;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract with the producer in another process, and what happens when processes die and freeze. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TwoProcessMeshTest extends MeshContract {
    private static final Set<String> KINDS = Set.of(Topic.VIDEO, Topic.INTENSITY);
    private static final String CLUSTER = "two-processes";
    private static final int PORT = 25_750;

    private final List<Publisher> audioPublishers = new CopyOnWriteArrayList<>();
    private Node here = Await.result(
            TestNode.start(CLUSTER, PORT, "here", new CountingCodec(), Set.of(Topic.AUDIO), mesh -> publisher -> {
                audioPublishers.add(publisher);
                return Future.succeededFuture(() -> {
                    audioPublishers.remove(publisher);
                    return Future.succeededFuture();
                });
            }));
    private MemberProcess producer = MemberProcess.start(CLUSTER, PORT, "producer", KINDS);

    @BeforeAll
    void bothSeeEachOther() {
        awaitMembers("here", "producer");
    }

    private void awaitMembers(String... names) {
        Await.until("members " + List.of(names), () -> MemberProcess.names(here.mesh()), List.of(names)::equals);
        for (String name : names) {
            if (!name.equals("here")) {
                Await.until("sources of " + name + " listen", () -> here.mesh()
                        .vertx()
                        .eventBus()
                        .<JsonObject>request("test.subscriber." + name, new JsonObject())
                        .toCompletionStage()
                        .handle((reply, failure) -> failure == null)
                        .toCompletableFuture()
                        .join());
            }
        }
    }

    @AfterAll
    void close() {
        Await.result(here.stop());
        producer.close();
    }

    @Override
    Mesh here() {
        return here.mesh();
    }

    @Override
    String producerName() {
        return "producer";
    }

    @Override
    boolean isRemote() {
        return true;
    }

    /** A subscription whose topic the named member produces, and its deliveries. */
    private Watched watch(String member, String prefix) {
        String wanted = here().members().stream()
                .filter(candidate -> candidate.name().equals(member))
                .findFirst()
                .orElseThrow()
                .id();
        for (int index = 0; ; index++) {
            Topic topic = Topic.of(prefix + index, Topic.INTENSITY);
            Await.result(here().directory().put(TestMesh.stream(topic.stream().value())));
            Subscription subscription = Await.result(here().subscribe(topic, SubscribeOptions.latest("viewer")));
            if (statsOf(topic).memberId().equals(wanted)) {
                return new Watched(topic, subscription, TestMesh.collect(subscription));
            }
            Await.result(subscription.close());
        }
    }

    private record Watched(Topic topic, Subscription subscription, List<Delivery> seen) {
        long lastEpoch() {
            List<Delivery.Data> items = TestMesh.items(seen);
            return items.isEmpty() ? -1 : items.getLast().item().stamp().epoch();
        }

        List<SubscriptionState> states() {
            return seen.stream()
                    .filter(Delivery.Changed.class::isInstance)
                    .map(change -> ((Delivery.Changed) change).state())
                    .toList();
        }
    }

    private TopicStats statsOf(Topic topic) {
        return Await.result(here().topics()).stream()
                .filter(stats -> stats.topic().equals(topic))
                .findFirst()
                .orElseThrow();
    }

    private void emit(String member) {
        RemoteSource.command(
                here(), member, false, new JsonObject().put("do", "emit").put("items", 1));
    }

    @Test
    void whenTheProducerIsKilledAnotherMemberTakesOver() {
        MemberProcess victim = MemberProcess.start(CLUSTER, PORT, "victim", KINDS);
        awaitMembers("here", "producer", "victim");
        Watched watched = watch("victim", "killed");
        Await.until("an item of the victim", () -> {
            emit("victim");
            return watched.lastEpoch() > 0;
        });
        long before = watched.lastEpoch();
        victim.kill();
        Await.until("an item of the other member, with a higher epoch", () -> {
            emit("producer");
            return watched.lastEpoch() > before;
        });
        assertThat(watched.states())
                .containsExactly(SubscriptionState.LIVE, SubscriptionState.LOST, SubscriptionState.LIVE);
        Await.result(watched.subscription().close());
        victim.close();
        awaitMembers("here", "producer");
    }

    @Test
    void aFrozenProducerIsReplacedAndItsLateItemsAreRefused() {
        MemberProcess frozen = MemberProcess.start(CLUSTER, PORT, "sleeper", KINDS);
        awaitMembers("here", "producer", "sleeper");
        Watched watched = watch("sleeper", "frozen");
        Await.until("an item of the sleeper", () -> {
            emit("sleeper");
            return watched.lastEpoch() > 0;
        });
        long before = watched.lastEpoch();
        frozen.freeze();
        Await.until("an item of the other member, with a higher epoch", () -> {
            emit("producer");
            return watched.lastEpoch() > before;
        });
        frozen.thaw();
        Await.until("the sleeper comes back", Duration.ofSeconds(60), () -> MemberProcess.names(here())
                .contains("sleeper"));
        emit("producer");
        List<Long> epochs = TestMesh.items(watched.seen()).stream()
                .map(data -> data.item().stamp().epoch())
                .toList();
        assertThat(epochs).isSorted();
        Await.result(watched.subscription().close());
        frozen.close();
        awaitMembers("here", "producer");
    }

    @Test
    void aTerminatedMemberHandsOverAndExitsCleanly() {
        MemberProcess leaving = MemberProcess.start(CLUSTER, PORT, "leaver", KINDS);
        awaitMembers("here", "leaver", "producer");
        Watched watched = watch("leaver", "left");
        Await.until("an item", () -> {
            emit("leaver");
            return watched.lastEpoch() > 0;
        });
        long before = watched.lastEpoch();
        leaving.terminate();
        Await.until("an item of the other member", () -> {
            emit("producer");
            return watched.lastEpoch() > before;
        });
        // 128 + SIGTERM: the virtual machine ended by the signal after its hooks had run.
        assertThat(leaving.exitStatus()).isEqualTo(143);
        awaitMembers("here", "producer");
        Await.result(watched.subscription().close());
    }

    @Test
    void aFrozenSubscriberGetsItsWindowAndNotAByteMore() {
        MemberProcess sleeper = MemberProcess.start(CLUSTER, PORT, "drowsy", Set.of());
        awaitMembers("drowsy", "here", "producer");
        Topic topic = Topic.of("loud", Topic.AUDIO);
        Await.result(here().directory().put(TestMesh.stream("loud")));
        MemberProcess.subscribe(here(), "drowsy", topic);
        Publisher publisher = audioPublishers.getFirst();
        publishSeconds(publisher, 1);
        Await.until("the first items arrive", () -> MemberProcess.received(here(), "drowsy") > 0);
        sleeper.freeze();
        publishSeconds(publisher, 1000);
        TopicStats stats = statsOf(topic);
        // All but the window and the queue of the link was dropped here and never sent: 1000 s would be 96 MB.
        assertThat(stats.dropped()).isGreaterThan(50_000L - 8 - 4 - 50);
        Await.until("the link is dropped when nobody renews it", () -> audioPublishers.isEmpty());
        sleeper.thaw();
        sleeper.close();
        awaitMembers("here", "producer");
    }

    private static void publishSeconds(Publisher publisher, int seconds) {
        for (int block = 0; block < seconds * 50; block++) {
            publisher.publish(CaptureTime.now(), AudioBlock.takeOver(48_000, 1, new short[960]));
        }
    }
}
