package io.mediamesh.testkit;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.SubscribeOptions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A member that was cut off removes the bus addresses of all whom it took for gone, and may do so when it is back among
 * them. Here the maps of Vert.x are emptied as it would.
 */
@Tag("slow")
final class LostAddressesTest {
    private static final String CLUSTER = "lost-addresses";
    private static final int PORT = 25_840;

    private static Node start(String name, Set<String> kinds) {
        return Await.result(TestNode.start(
                CLUSTER, PORT, name, PictureCodec.NONE, kinds, mesh -> SyntheticSource.tone(mesh.vertx(), 440)));
    }

    private static void emptyMaps() {
        HazelcastInstance shared = Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getConfig().getClusterName().equals(CLUSTER))
                .findFirst()
                .orElseThrow();
        shared.getMultiMap("__vertx.subs").clear();
        shared.getMap("__vertx.nodeInfo").clear();
    }

    private static void hear(Node consumer) {
        List<Delivery> heard = TestMesh.collect(Await.result(
                consumer.mesh().subscribe(Topic.of("room", Topic.AUDIO), SubscribeOptions.latest("listener"))));
        Await.until("sound", () -> TestMesh.items(heard).size() > 3);
    }

    @Test
    void membersWhoseAddressesWereRemovedServeAgainWhenSomebodyHasCome() {
        Node producer = start("producer", Set.of(Topic.AUDIO));
        try {
            Await.result(producer.mesh().directory().put(TestMesh.stream("room")));
            emptyMaps();
            Node consumer = start("consumer", Set.of());
            try {
                hear(consumer);
            } finally {
                Await.result(consumer.stop());
            }
        } finally {
            Await.result(producer.stop());
        }
    }

    @Test
    void membersThatKnowEachOtherNeedNoMapToServeEachOther() {
        Node producer = start("producer", Set.of(Topic.AUDIO));
        try {
            Await.result(producer.mesh().directory().put(TestMesh.stream("room")));
            Node consumer = start("consumer", Set.of());
            try {
                Await.until(
                        "each knows that the other answers",
                        () -> Await.result(consumer.mesh().health()).size() == 2
                                && Await.result(producer.mesh().health()).size() == 2);
                emptyMaps();
                hear(consumer);
            } finally {
                Await.result(consumer.stop());
            }
        } finally {
            Await.result(producer.stop());
        }
    }
}
