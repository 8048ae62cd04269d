package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class RtspTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void aCameraThatFreezesAndDiesComesBackToTheViewersThatStayed() {
        int port = Product.freePort();
        Vertx vertx = Vertx.vertx();
        RtspCamera camera = RtspCamera.start(port);
        try (Product product = Product.start(folder, Map.of())) {
            product.putStream("door", camera.url());
            AtomicInteger pictures = new AtomicInteger();
            var client = vertx.createWebSocketClient(
                    new WebSocketClientOptions().setMaxFrameSize(4 << 20).setMaxMessageSize(4 << 20));
            Await.result(client.connect(product.port(), "127.0.0.1", "/api/v1/streams/door/topics/annotated")
                    .onSuccess(socket -> socket.binaryMessageHandler(picture -> pictures.incrementAndGet())));
            Await.until("pictures", () -> pictures.get() > 25);
            JsonObject live = product.getJson("/api/v1/streams/door");
            assertThat(live.getString("state")).isEqualTo("live");
            assertThat(live.getJsonObject("video").getInteger("width")).isEqualTo(640);
            assertThat(live.getJsonObject("audio").getInteger("sample_rate")).isEqualTo(48_000);

            camera.freeze();
            awaitState(product, "reconnecting");
            camera.thaw();
            awaitPictures(pictures);
            awaitState(product, "live");

            camera.kill();
            awaitState(product, "reconnecting");
            camera = RtspCamera.start(port);
            awaitPictures(pictures);
            awaitState(product, "live");
        } finally {
            camera.close();
            Await.result(vertx.close());
        }
    }

    private static void awaitState(Product product, String state) {
        Await.until("the stream is " + state, Duration.ofSeconds(30), () -> product.getJson("/api/v1/streams/door")
                .getString("state")
                .equals(state));
    }

    private static void awaitPictures(AtomicInteger pictures) {
        int before = pictures.get();
        Await.until("new pictures", Duration.ofSeconds(30), () -> pictures.get() > before + 25);
    }
}
