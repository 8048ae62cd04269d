package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clip in which one thing comes in from the left and goes to the lower right, as {@link MovingObject} draws it. */
@Tag("slow")
final class RulesTest {
    /** A textured square comes from outside: its left edge is 4 pixels further right with each. */
    private static final int FIRST = -60;

    private static final int LAST = 88;
    private static final int STEP = 2;
    private static final int STILL_FRAMES = 30;
    /** At 192 pixels from the left, up: from its left to its right is in. And from 288 to 480 pixels. */
    private static final String RULES = """
            {"detectors": ["motion"], "min_size": {"width": 0.05, "height": 0.05}, "analytics": true,
             "zones": [{"name": "yard", "polygon": [[0.45, 0.1], [0.75, 0.1], [0.75, 1], [0.45, 1]]}],
             "lines": [{"name": "gate", "from": [0.3, 1], "to": [0.3, 0]}],
             "webhooks": [{"name": "test", "url": "%s", "secret": "correct horse", "events": ["enter", "leave", "cross", "update"]}]}""";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final List<JsonObject> received = new CopyOnWriteArrayList<>();

    private Path clip() throws IOException {
        int number = 0;
        for (int still = 0; still < STILL_FRAMES; still++) {
            Files.write(folder.resolve("%03d.jpg".formatted(number++)), MovingObject.jpeg(FIRST));
        }
        for (int index = FIRST; index <= LAST; index += STEP) {
            Files.write(folder.resolve("%03d.jpg".formatted(number++)), MovingObject.jpeg(index));
        }
        return Tool.ffmpeg(
                folder.resolve("clip.mp4"),
                "-framerate",
                "15",
                "-i",
                folder.resolve("%03d.jpg").toString(),
                "-c:v",
                "mpeg4",
                "-q:v",
                "3");
    }

    private HttpServer receiver() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void aThingThatPassesCrossesTheLineAndEntersTheZoneOnce() throws IOException {
        Path clip = clip();
        HttpServer server = receiver();
        try (Product product = Product.start(folder, Map.of("MEDIAMESH_WEBHOOKS_ALLOWED_ADDRESSES", "127.0.0.1"))) {
            product.putStream("cam1", clip.toUri().toString());
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
            assertThat(product.put("/api/v1/streams/cam1/detection", new JsonObject(RULES.formatted(url)))
                            .statusCode())
                    .isEqualTo(201);

            Await.until("the thing has left the zone", Duration.ofSeconds(40), () -> told("leave") == 1);
            Await.until("the clip is over", () -> product.getJson("/api/v1/streams/cam1")
                    .getString("state")
                    .equals("ended"));
            assertThat(received.stream()
                            .filter(event -> event.getString("event").equals("cross")))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.getString("line")).isEqualTo("gate");
                        assertThat(event.getString("direction")).isEqualTo("in");
                        assertThat(event.getString("label")).isEqualTo("motion");
                        assertThat(event.getDouble("x2")).isGreaterThan(192);
                    });
            assertThat(received.stream()
                            .filter(event -> event.getString("event").equals("enter")))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getString("zone")).isEqualTo("yard"));
            assertShown(received.stream()
                    .filter(event -> event.containsKey("snapshot"))
                    .reduce((earlier, later) -> later)
                    .orElseThrow());

            JsonArray buckets =
                    product.getJson("/api/v1/streams/cam1/analytics?bucket=1d").getJsonArray("buckets");
            assertThat(buckets.stream()
                            .map(JsonObject.class::cast)
                            .mapToInt(RulesTest::gone)
                            .sum())
                    .isEqualTo(1);
            assertThat(product.metric(
                            "mediamesh_events_total{event=\"enter\",label=\"motion\",place=\"yard\",stream=\"cam1\"}"))
                    .isEqualTo(1);
        } finally {
            server.stop(0);
        }
    }

    private long told(String event) {
        return received.stream()
                .filter(each -> each.getString("event").equals(event))
                .count();
    }

    private static int gone(JsonObject bucket) {
        return bucket.getJsonObject("lines")
                .getJsonObject("gate", new JsonObject())
                .getJsonObject("motion", new JsonObject())
                .getInteger("in", 0);
    }

    /** The best picture of the thing has its colours: red and orange on green ground. */
    private static void assertShown(JsonObject event) throws IOException {
        byte[] jpeg = Base64.getDecoder().decode(event.getJsonObject("snapshot").getString("jpeg"));
        var picture = ImageIO.read(new ByteArrayInputStream(jpeg));
        int rgb = 0;
        int warm = 0;
        for (int y = 0; y < picture.getHeight(); y += 2) {
            for (int x = 0; x < picture.getWidth(); x += 2) {
                int colour = picture.getRGB(x, y);
                rgb++;
                warm += (colour >> 16 & 0xff) > (colour & 0xff) + 20 && (colour >> 16 & 0xff) > (colour >> 8 & 0xff)
                        ? 1
                        : 0;
            }
        }
        assertThat(warm).as("warm pixels of %d", rgb).isGreaterThan(rgb / 4);
    }
}
