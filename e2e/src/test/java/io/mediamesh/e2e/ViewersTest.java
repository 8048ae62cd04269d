package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class ViewersTest {
    private static final int HEALTHY = 50;
    private static final int STALLED = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void fiftyViewersThatNeverReadTakeNothingFromFiftyThatDo() throws IOException {
        Vertx vertx = Vertx.vertx();
        List<StalledClient> stalled = new ArrayList<>();
        try (Product product = Product.start(folder, Map.of())) {
            for (int viewer = 0; viewer < STALLED; viewer++) {
                stalled.add(StalledClient.open(product, "/api/v1/streams/test/topics/video"));
            }
            WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setMaxFrameSize(4 << 20)
                    .setMaxMessageSize(4 << 20)
                    .setMaxConnections(HEALTHY));
            AtomicIntegerArray pictures = new AtomicIntegerArray(HEALTHY);
            AtomicIntegerArray dropped = new AtomicIntegerArray(HEALTHY);
            for (int index = 0; index < HEALTHY; index++) {
                int viewer = index;
                Await.result(client.connect(product.port(), "127.0.0.1", "/api/v1/streams/test/topics/video")
                        .onSuccess(socket -> {
                            socket.binaryMessageHandler(picture -> pictures.incrementAndGet(viewer));
                            socket.textMessageHandler(
                                    text -> dropped.addAndGet(viewer, new JsonObject(text).getInteger("dropped", 0)));
                        }));
            }
            Await.until("300 pictures at every healthy viewer", Duration.ofSeconds(60), () -> {
                for (int viewer = 0; viewer < HEALTHY; viewer++) {
                    if (pictures.get(viewer) < 300) {
                        return false;
                    }
                }
                return true;
            });
            Await.until(
                    "viewers that never read are cut off",
                    Duration.ofSeconds(30),
                    () -> product.metric("mediamesh_gateway_viewers_stalled_total") == STALLED);
            assertThat(product.metric("mediamesh_gateway_viewers")).isEqualTo(HEALTHY);
            for (StalledClient viewer : stalled) {
                // One frame in flight and two that wait, and what the kernels hold: nothing that grows with time.
                assertThat(viewer.drain()).isLessThan(6 << 20);
            }
            int frames = 0;
            int lost = 0;
            for (int viewer = 0; viewer < HEALTHY; viewer++) {
                frames += pictures.get(viewer);
                lost += dropped.get(viewer);
            }
            assertThat((double) lost / (frames + lost))
                    .as("share of frames lost at healthy viewers")
                    .isLessThan(0.2);
        } finally {
            for (StalledClient viewer : stalled) {
                viewer.close();
            }
            Await.result(vertx.close());
        }
    }
}
