package io.mediamesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Capacity;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.TopicStats;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Three members in one process, each of which takes two streams and, when it is strained, would rather take none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BusyMemberTest {
    private static final int PORT = 25_790;
    private static final int ROOM = 2;

    private final List<Node> nodes = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();

    private static final class Worker implements Service {
        private volatile boolean strained;

        @Override
        public String name() {
            return "worker";
        }

        @Override
        public Set<String> kinds() {
            return Set.of(Topic.INTENSITY, Topic.DETECTIONS);
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Future<Void> start(Mesh mesh, Settings settings) {
            Setting<Integer> most = Capacity.setting("worker", "Streams of one member");
            return mesh.offer(
                    kinds(),
                    publisher -> Future.succeededFuture(Future::succeededFuture),
                    Capacity.of(most, ROOM, () -> strained ? Optional.of("it is strained") : Optional.empty()));
        }

        @Override
        public Future<Void> stop() {
            return Future.succeededFuture();
        }

        @Override
        public Health health() {
            return new Health(true, "");
        }
    }

    @BeforeAll
    void start() {
        for (int number = 0; number < 3; number++) {
            Worker worker = new Worker();
            workers.add(worker);
            nodes.add(Await.result(TestNode.start("busy", PORT, "worker-" + number, new CountingCodec(), worker)));
        }
        nodes.forEach(
                node -> Await.until("three members", () -> node.mesh().members().size() == 3));
    }

    @AfterAll
    void stop() {
        nodes.forEach(node -> Await.result(node.stop()));
    }

    private Mesh mesh() {
        return nodes.getFirst().mesh();
    }

    private Future<Subscription> subscribe(String stream, String kind) {
        Await.result(mesh().directory().put(TestMesh.stream(stream)));
        return mesh().subscribe(Topic.of(stream, kind), SubscribeOptions.latest("viewer"));
    }

    /** How many streams each member has. */
    private Map<String, Long> load() {
        return Await.result(mesh().topics()).stream()
                .filter(stats -> stats.topic().kind().equals(Topic.INTENSITY))
                .collect(Collectors.groupingBy(TopicStats::memberId, Collectors.counting()));
    }

    @Test
    void whatOneHasNoRoomForGoesToTheNextUntilAllAreFull() {
        List<Subscription> subscriptions = new ArrayList<>();
        for (int stream = 0; stream < 3 * ROOM; stream++) {
            subscriptions.add(Await.result(subscribe("full" + stream, Topic.INTENSITY)));
        }
        assertThat(load()).hasSize(3).allSatisfy((member, streams) -> assertThat(streams)
                .isEqualTo(ROOM));
        // More of a stream that a member has already is no more streams.
        subscriptions.add(Await.result(subscribe("full0", Topic.DETECTIONS)));
        assertThat(Await.failure(subscribe("one-too-many", Topic.INTENSITY)))
                .isInstanceOfSatisfying(MeshException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(FailureCode.UNAVAILABLE);
                    assertThat(refusal)
                            .hasMessageContaining("worker.max_streams")
                            .hasMessageContaining("asked were 3");
                });
        // Room again.
        Await.result(subscriptions.getFirst().close());
        Await.result(subscriptions.getLast().close());
        Await.until(
                "room", () -> load().values().stream().mapToLong(each -> each).sum() == 3 * ROOM - 1);
        subscriptions.add(Await.result(subscribe("one-too-many", Topic.INTENSITY)));
        subscriptions.forEach(subscription -> Await.result(subscription.close()));
        Await.until("nothing is left", () -> load().isEmpty());
    }

    @Test
    void whoIsStrainedIsPassedOverUnlessAllAre() {
        List<Subscription> subscriptions = new ArrayList<>();
        workers.get(1).strained = true;
        workers.get(2).strained = true;
        subscriptions.add(Await.result(subscribe("strained0", Topic.INTENSITY)));
        subscriptions.add(Await.result(subscribe("strained1", Topic.INTENSITY)));
        assertThat(load()).containsOnlyKeys(mesh().memberId());
        workers.getFirst().strained = true;
        subscriptions.add(Await.result(subscribe("strained2", Topic.INTENSITY)));
        assertThat(load()).hasSize(2);
        workers.forEach(worker -> worker.strained = false);
        subscriptions.forEach(subscription -> Await.result(subscription.close()));
        Await.until("nothing is left", () -> load().isEmpty());
    }
}
