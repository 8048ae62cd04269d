package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.testkit.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Analyses on other members than the one that has the sound. */
@Tag("slow")
final class AudioClusterTest {
    private static final int PORT = 25_760;
    private static final Topic COUNTING = Topic.of("mic1", "counting");

    private final List<Node> nodes = new ArrayList<>();

    private Node start(String name, AudioService service) {
        return joined(Await.result(TestNode.start("analyses", PORT, name, PictureCodec.NONE, service)));
    }

    private Node joined(Node node) {
        nodes.add(node);
        for (Node each : nodes) {
            Await.until("all members", () -> each.mesh().members().size() == nodes.size());
        }
        return node;
    }

    @AfterEach
    void stop() {
        nodes.reversed().forEach(node -> Await.result(node.stop()));
    }

    @Test
    void resultsCrossTheNetworkAsTheyAreAndGoOnAtAnotherMemberWithTheSameSettings() {
        Node source = joined(Await.result(TestNode.start(
                "analyses",
                PORT,
                "source",
                PictureCodec.NONE,
                Set.of(Topic.AUDIO),
                mesh -> SyntheticSource.tone(mesh.vertx(), 440))));
        Node first = start("first", new AudioService(new AnalyserKinds(List.of(new CountingKind("counting")))));
        Await.result(source.mesh().directory().put(TestMesh.stream("mic1")));
        Subscription subscription = Await.result(source.mesh()
                .subscribe(COUNTING, SubscribeOptions.latest("test").withPolicy(Policy.lossless(10_000))));
        List<Delivery> seen = TestMesh.collect(subscription);
        Await.until("results", () -> TestMesh.items(seen).size() > 10);
        Analysis result = (Analysis) TestMesh.items(seen).getFirst().item().payload();
        assertThat(result.sampleRateHz()).isEqualTo(48_000);
        assertThat(result.fields().number("label")).hasValue(1);
        assertThat(result.fields().names()).containsExactly("heard", "label", "first", "rate");

        JsonObject change = new AudioProtocol.Change(Optional.empty(), Map.of("audio.counting.label", "5")).toJson();
        Await.result(source.mesh()
                .vertx()
                .eventBus()
                .request(AudioProtocol.addressOf(first.mesh().memberId()), change));
        Await.until("results with the change", () -> label(seen) == 5);

        start("second", new AudioService(new AnalyserKinds(List.of(new CountingKind("counting")))));
        Await.result(first.stop());
        nodes.remove(first);
        int before = TestMesh.items(seen).size();
        Await.until("results of the second", () -> TestMesh.items(seen).size() > before + 10);
        assertThat(label(seen)).isEqualTo(5);
        assertThat(TestMesh.items(seen).getLast().item().stamp().epoch())
                .isGreaterThan(TestMesh.items(seen).getFirst().item().stamp().epoch());
    }

    private static double label(List<Delivery> seen) {
        Analysis last = (Analysis) TestMesh.items(seen).getLast().item().payload();
        return last.fields().number("label").orElse(0);
    }
}
