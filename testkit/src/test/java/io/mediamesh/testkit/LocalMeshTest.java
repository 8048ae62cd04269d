package io.mediamesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract in one process, and what only one process can promise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LocalMeshTest extends MeshContract {
    private static final Set<String> KINDS = Set.of(Topic.VIDEO, Topic.INTENSITY);

    private final Vertx vertx = Vertx.vertx();
    private final CountingCodec codec = new CountingCodec();
    private Mesh mesh = Await.result(TestMesh.local(vertx, codec, KINDS));

    @BeforeAll
    void offer() {
        Await.result(mesh.offer(KINDS, RemoteSource.serve(mesh, "local")));
    }

    @AfterAll
    void close() {
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    @Override
    Mesh here() {
        return mesh;
    }

    @Override
    String producerName() {
        return "local";
    }

    @Override
    boolean isRemote() {
        return false;
    }

    @Test
    void subscribersOfOneFormShareOneEncodingAndOneObject() {
        Await.result(mesh.directory().put(TestMesh.stream("shared")));
        JpegForm form = JpegForm.ofQuality(80);
        List<Subscription> subscriptions = new ArrayList<>();
        List<List<Delivery>> seen = new ArrayList<>();
        for (int viewer = 0; viewer < 20; viewer++) {
            Subscription subscription = Await.result(mesh.subscribe(
                    Topic.of("shared", Topic.VIDEO),
                    SubscribeOptions.latest("viewer " + viewer).withForm(form).withPolicy(Policy.lossless(100))));
            subscriptions.add(subscription);
            seen.add(TestMesh.collect(subscription));
        }
        int before = codec.encodings();
        RemoteSource.command(
                mesh, "local", true, new JsonObject().put("do", "emit").put("items", 10));
        Await.until("all pictures at all viewers", () -> seen.stream()
                .allMatch(list -> TestMesh.items(list).size() == 10));
        assertThat(codec.encodings() - before).isEqualTo(10);
        VideoFrame first =
                (VideoFrame) TestMesh.items(seen.getFirst()).getLast().item().payload();
        for (List<Delivery> list : seen) {
            assertThat(TestMesh.items(list).getLast().item().payload()).isSameAs(first);
        }
        subscriptions.forEach(subscription -> Await.result(subscription.close()));
    }

    @Test
    void aSubscriberThatStandsStillCausesNoEncoding() {
        Await.result(mesh.directory().put(TestMesh.stream("still")));
        Subscription subscription = Await.result(mesh.subscribe(
                Topic.of("still", Topic.VIDEO), SubscribeOptions.latest("still").withForm(JpegForm.ofQuality(80))));
        subscription.pause();
        subscription.handler(delivery -> {});
        int before = codec.encodings();
        RemoteSource.command(
                mesh, "local", true, new JsonObject().put("do", "emit").put("items", 50));
        assertThat(codec.encodings()).isEqualTo(before);
        subscription.fetch(1);
        Await.until("one picture", () -> subscription.delivered() == 1);
        assertThat(codec.encodings()).isEqualTo(before + 1);
        Await.result(subscription.close());
    }

    private void emit(int items) {
        RemoteSource.command(
                mesh, "local", true, new JsonObject().put("do", "emit").put("items", items));
    }

    private Subscription subscribed(String stream, SubscribeOptions options) {
        Await.result(mesh.directory().put(TestMesh.stream(stream)));
        return Await.result(mesh.subscribe(Topic.of(stream, Topic.VIDEO), options));
    }

    @Test
    void gatheredItemsComeTogetherAtTheLatestWhenHalfTheRoomIsTaken() {
        Subscription subscription = subscribed(
                "gathered",
                SubscribeOptions.latest("gatherer")
                        .withPolicy(Policy.lossless(10))
                        .gathered(Duration.ofMinutes(10)));
        List<Delivery> seen = TestMesh.collect(subscription);
        emit(4);
        Await.until("four wait", () -> subscription.waiting() == 4);
        assertThat(TestMesh.items(seen)).isEmpty();
        emit(1);
        Await.until("five come", () -> TestMesh.items(seen).size() == 5);
        assertThat(subscription.waiting()).isZero();
        Await.result(subscription.close());
    }

    @Test
    void gatheredItemsComeWhenTheirTimeIsOver() {
        Subscription subscription = subscribed(
                "patient",
                SubscribeOptions.latest("gatherer")
                        .withPolicy(Policy.lossless(100))
                        .gathered(Duration.ofMillis(20)));
        List<Delivery> seen = TestMesh.collect(subscription);
        for (int round = 1; round <= 3; round++) {
            emit(3);
            int expected = 3 * round;
            Await.until("they come", () -> TestMesh.items(seen).size() == expected);
        }
        Await.result(subscription.close());
    }

    @Test
    void aSealedSubscriptionGivesOutWhatWaitsAndNothingMore() {
        SubscribeOptions options = SubscribeOptions.latest("sealed").withPolicy(Policy.lossless(10));
        Subscription sealed = subscribed("sealed", options);
        Subscription other = subscribed("sealed", options);
        List<Delivery> seen = new ArrayList<>();
        sealed.pause();
        sealed.handler(seen::add);
        List<Delivery> all = TestMesh.collect(other);
        emit(3);
        Await.until("three wait", () -> sealed.waiting() == 3);
        sealed.seal();
        emit(2);
        Await.until("five elsewhere", () -> TestMesh.items(all).size() == 5);
        assertThat(sealed.waiting()).isEqualTo(3);
        sealed.fetch(10);
        Await.until("nothing waits", () -> sealed.waiting() == 0);
        assertThat(TestMesh.items(seen)).hasSize(3);
        Await.result(sealed.close());
        Await.result(other.close());
    }
}
