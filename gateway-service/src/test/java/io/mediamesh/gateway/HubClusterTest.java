package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways in one mesh: which of them somebody comes to makes no difference. */
@Tag("slow")
class HubClusterTest {
    private static final int CLUSTER_PORT = 21_310;
    private static final GatewayService FIRST = new GatewayService();
    private static final GatewayService SECOND = new GatewayService();
    private static Node first;
    private static Node second;
    private static HttpClient http;

    @BeforeAll
    static void start(@TempDir Path directory) {
        http = HttpClient.newHttpClient();
        first = node("first", FIRST, directory);
        second = node("second", SECOND, directory);
        Await.until(
                "they know each other",
                () -> second.mesh().members().size() == 2
                        && first.mesh().members().size() == 2);
    }

    private static Node node(String name, GatewayService service, Path directory) {
        Map<String, String> settings = new HashMap<>(RunningGateway.WITHOUT_AUDIO_PORTS);
        settings.putAll(Map.of(
                "cluster.enabled", "true",
                "cluster.name", "hub-test",
                "cluster.port", String.valueOf(CLUSTER_PORT),
                "cluster.members", "127.0.0.1:" + CLUSTER_PORT + ",127.0.0.1:" + (CLUSTER_PORT + 1),
                "node.name", name,
                "mesh.linger", "0",
                "gateway.http.port", "0",
                "gateway.http.extra_ports", "",
                "data.dir", directory.resolve(name).toString()));
        Future<Node> starting = Node.start(
                List.of(service), Settings.of(Node.settingsOf(List.of(service)), settings), new OpenCvPictureCodec());
        try {
            return starting.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        } catch (RuntimeException failed) {
            throw new AssertionError("the node " + name + " did not start", failed);
        }
    }

    @AfterAll
    static void stop() {
        http.close();
        Await.result(second.stop());
        Await.result(first.stop());
    }

    private static SocketClient open(GatewayService gateway, String path) {
        return SocketClient.open(
                http, URI.create("ws://127.0.0.1:" + gateway.ports().getFirst() + path));
    }

    private static boolean isSecond(SocketClient viewer) {
        return viewer.rawTexts.getLast().contains("second");
    }

    private static void awaitTexts(SocketClient client, int count) {
        Await.until("message " + count, () -> client.rawTexts.size() >= count);
    }

    @Test
    void aBroadcastIsSeenAtBothAndMovesWithItsBroadcaster() {
        try (SocketClient here = open(FIRST, "/viewer?stream=moving");
                SocketClient there = open(SECOND, "/viewer?stream=moving");
                SocketClient killed = open(FIRST, "/broadcaster?stream=moving")) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> Await.until("both see it", () -> {
                killed.send("{\"frame\":\"first\"}");
                return !here.rawTexts.isEmpty() && !there.rawTexts.isEmpty();
            }));
            sending.orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(there.rawTexts.getFirst()).isEqualTo("{\"frame\":\"first\",\"metadata\":{}}");

            try (SocketClient refused = open(SECOND, "/broadcaster?stream=moving")) {
                assertThat(refused.closeCode()).isEqualTo(4409);
            }
            killed.kill();
            SocketClient moved = Await.until(
                    "it is let in at the other gateway", () -> open(SECOND, "/broadcaster?stream=moving"), client -> {
                        Await.until("an answer", () -> {
                            client.trySend("{\"frame\":\"second\"}");
                            return client.closed.isDone() || (isSecond(here) && isSecond(there));
                        });
                        return !client.closed.isDone();
                    });
            assertThat(here.closed).isNotDone();
            assertThat(there.closed).isNotDone();
            moved.finish();
            assertThat(here.closeCode()).isEqualTo(1000);
            assertThat(there.closeCode()).isEqualTo(1000);
            assertThat(here.rawTexts.getLast()).isEqualTo("stream has ended");
        }
    }

    @Test
    void whatIsSaidAtOneIsHeardAtBoth() {
        try (SocketClient here = open(FIRST, "/chat?stream=both");
                SocketClient there = open(SECOND, "/chat?stream=both")) {
            here.send("{\"name\":\"Ann\",\"text\":\"hello\"}");
            awaitTexts(here, 1);
            awaitTexts(there, 1);
            assertThat(new JsonObject(there.rawTexts.getFirst()).getString("text"))
                    .isEqualTo("hello");
            there.send("hi");
            awaitTexts(here, 2);
            awaitTexts(there, 2);
            assertThat(here.rawTexts.get(1)).isEqualTo(there.rawTexts.get(1));
        }
    }
}
