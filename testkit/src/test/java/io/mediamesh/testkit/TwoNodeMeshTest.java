package io.mediamesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.mesh.TopicStats;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract with the producer on another node of the same process, and what happens when nodes come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TwoNodeMeshTest extends MeshContract {
    private static final Set<String> KINDS = Set.of(Topic.VIDEO, Topic.INTENSITY);
    private static final int PORT = 25_700;

    private final CountingCodec codec = new CountingCodec();
    private Node producer = start("producer", KINDS);
    private Node consumer = start("consumer", Set.of());

    private Node start(String name, Set<String> kinds) {
        return Await.result(
                TestNode.start("two-nodes", PORT, name, codec, kinds, mesh -> RemoteSource.serve(mesh, name)));
    }

    @BeforeAll
    void bothSeeEachOther() {
        Await.until("two members", () -> consumer.mesh().members().size() == 2);
        Await.until("two members", () -> producer.mesh().members().size() == 2);
    }

    @AfterAll
    void close() {
        Await.result(consumer.stop());
        Await.result(producer.stop());
    }

    @Override
    Mesh here() {
        return consumer.mesh();
    }

    @Override
    String producerName() {
        return "producer";
    }

    @Override
    boolean isRemote() {
        return true;
    }

    @Test
    void subscriptionsWithEqualTermsCrossTheNetworkOnce() {
        Await.result(here().directory().put(TestMesh.stream("crossing")));
        Topic topic = Topic.of("crossing", Topic.INTENSITY);
        SubscribeOptions options = SubscribeOptions.latest("viewer").withPolicy(Policy.lossless(100));
        Subscription one = Await.result(here().subscribe(topic, options));
        Subscription two = Await.result(here().subscribe(topic, options));
        assertThat(Await.result(here().topics()).stream()
                        .filter(stats -> stats.topic().equals(topic))
                        .findFirst()
                        .orElseThrow()
                        .subscribers())
                .isEqualTo(1);
        Await.result(one.close());
        Await.result(two.close());
    }

    @Test
    void aDrainingNodeHandsItsTopicsOverToAnother() {
        Node second = start("successor", KINDS);
        Await.until("three members", () -> here().members().size() == 3);
        // Some stream that rendezvous hashing gives to the successor.
        Subscription subscription = null;
        for (int index = 0; subscription == null; index++) {
            Topic topic = new Topic(new StreamId("drain" + index), Topic.VIDEO);
            Await.result(here().directory().put(TestMesh.stream(topic.stream().value())));
            Subscription candidate =
                    Await.result(here().subscribe(topic, SubscribeOptions.latest("viewer of " + topic)));
            boolean there = Await.result(here().topics()).stream()
                    .anyMatch(stats -> stats.topic().equals(topic)
                            && stats.memberId().equals(second.mesh().memberId()));
            if (there) {
                subscription = candidate;
            } else {
                Await.result(candidate.close());
            }
        }
        List<Delivery> seen = TestMesh.collect(subscription);
        Await.until("an item of the successor", () -> {
            RemoteSource.command(
                    here(),
                    "successor",
                    true,
                    new JsonObject().put("do", "emit").put("items", 1));
            return !TestMesh.items(seen).isEmpty();
        });
        long epoch = TestMesh.items(seen).getLast().item().stamp().epoch();
        Await.result(second.stop());
        Await.until("the change of hands is told", () -> seen.stream()
                .filter(Delivery.Changed.class::isInstance)
                .map(change -> ((Delivery.Changed) change).state())
                .toList()
                .equals(List.of(SubscriptionState.LIVE, SubscriptionState.LOST, SubscriptionState.LIVE)));
        Await.until("an item with a higher epoch", () -> {
            RemoteSource.command(
                    here(), "producer", true, new JsonObject().put("do", "emit").put("items", 1));
            return TestMesh.items(seen).getLast().item().stamp().epoch() > epoch;
        });
        Await.result(subscription.close());
    }

    @Test
    void aPushedStreamOfKindsThatNobodyOffersMovesToAnotherMemberAndItsSubscribersStay() {
        StreamId id = new StreamId("moving");
        Topic topic = new Topic(id, Topic.AUDIO);
        SyntheticSource first = SyntheticSource.tone(consumer.mesh().vertx(), 440);
        SyntheticSource second = SyntheticSource.tone(producer.mesh().vertx(), 440);
        StreamDescription at = StreamDescription.pushed(
                id, SourceUrl.parse("broadcast:moving"), consumer.mesh().memberId(), Map.of());
        Await.result(here().directory().put(at));
        Await.result(consumer.mesh().offerPushed(id, first));
        Subscription subscription = Await.result(producer.mesh().subscribe(topic, SubscribeOptions.latest("listener")));
        List<Delivery> seen = TestMesh.collect(subscription);
        Await.until("an item of the first home", () -> !TestMesh.items(seen).isEmpty());
        long epoch = TestMesh.items(seen).getLast().item().stamp().epoch();

        Await.result(producer.mesh().offerPushed(id, second));
        assertThat(Await.result(here().directory().move(at, producer.mesh().memberId())))
                .isTrue();
        assertThat(Await.result(here().directory().move(at, "somebody else"))).isFalse();
        Await.result(consumer.mesh().withdrawPushed(id, "it moves"));

        Await.until(
                "an item of the second home",
                () -> TestMesh.items(seen).getLast().item().stamp().epoch() > epoch);
        assertThat(seen.stream().filter(Delivery.Changed.class::isInstance).map(change -> ((Delivery.Changed) change)
                        .state()))
                .containsExactly(SubscriptionState.LIVE, SubscriptionState.LOST, SubscriptionState.LIVE);
        Await.until("the first home is at rest", () -> first.running().isEmpty());
        Await.result(subscription.close());
        Await.result(producer.mesh().withdrawPushed(id, "the test is over"));
        Await.result(here().directory().remove(id));
    }

    @Test
    void aPushedStreamIsServedWhereItIsPushedToAndEndsWithThatMember() {
        Node home = start("home", KINDS);
        Await.until("three members", () -> here().members().size() == 3);
        String homeId = home.mesh().memberId();
        List<List<Delivery>> seen = new ArrayList<>();
        for (int index = 0; index < 6; index++) {
            StreamId stream = new StreamId("pushed" + index);
            Await.result(here().directory()
                    .put(StreamDescription.pushed(stream, SourceUrl.parse("webrtc:whip"), homeId, Map.of())));
            Topic topic = new Topic(stream, Topic.VIDEO);
            seen.add(TestMesh.collect(
                    Await.result(here().subscribe(topic, SubscribeOptions.latest("viewer of " + topic)))));
            assertThat(Await.result(here().topics()))
                    .filteredOn(stats -> stats.topic().equals(topic))
                    .extracting(TopicStats::memberId)
                    .containsExactly(homeId);
        }
        Await.result(home.stop());
        for (List<Delivery> deliveries : seen) {
            Await.until(
                    "the viewer is told",
                    () -> deliveries.getLast() instanceof Delivery.Changed changed
                            && changed.state() == SubscriptionState.ENDED);
        }
        Await.until(
                "the streams are gone", () -> Await.result(here().directory().list()).stream()
                        .noneMatch(stream -> stream.home().equals(homeId)));
    }
}
