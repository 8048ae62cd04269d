package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many tracking sessions at once as the settings allow, by clients that try again when they are told to. */
@Tag("slow")
final class ManySessionsTest {
    private static final int SESSIONS = 200;
    private static final int FRAMES = 2;
    private static final int CLIPS = 4;
    private static final int WIDTH = 200;
    private static final int HEIGHT = 150;
    private static final int SIDE = 40;
    private static final String BOUNDARY = "a-boundary";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger refusals = new AtomicInteger();

    /** An object that moves on, each clip's on a way of its own. */
    private record Clip(int number) {
        private static final BufferedImage GROUND = MovingObject.blots(WIDTH, HEIGHT, new Random(4), 0.35f, 0.6f);
        private static final BufferedImage OBJECT = MovingObject.blots(SIDE, SIDE, new Random(11), 0.02f, 0.12f);

        int left(int frame) {
            return 12 + 28 * number + 3 * frame;
        }

        int top(int frame) {
            return 16 + 14 * number + 2 * frame;
        }

        String box() {
            return "[[" + left(0) + "," + top(0) + "," + (left(0) + SIDE) + "," + (top(0) + SIDE) + "]]";
        }

        byte[] jpeg(int frame) {
            BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.drawImage(GROUND, 0, 0, null);
            graphics.drawImage(OBJECT, left(frame), top(frame), null);
            graphics.dispose();
            return MovingObject.file(image, "jpg");
        }

        void assertFollowed(JsonObject frameData, int frame) {
            assertThat(frameData.getInteger("frame_index")).isEqualTo(frame);
            assertThat(frameData.getJsonArray("regions")).hasSize(1);
            JsonObject region = frameData.getJsonArray("regions").getJsonObject(0);
            assertThat(region.getInteger("mask_index")).isZero();
            JsonObject centroid = region.getJsonObject("centroid");
            assertThat(Math.hypot(
                            centroid.getInteger("x") - left(frame) - SIDE / 2.0,
                            centroid.getInteger("y") - top(frame) - SIDE / 2.0))
                    .as("clip %d in frame %d is at %s", number, frame, centroid)
                    .isLessThan(8);
        }
    }

    @Test
    void sessionsInABurstAreRefusedWhileThereIsNoRoomAndGoOnSideBySide(@TempDir Path folder) {
        List<Clip> clips = IntStream.range(0, CLIPS).mapToObj(Clip::new).toList();
        List<List<byte[]>> pictures = clips.stream()
                .map(clip ->
                        IntStream.rangeClosed(0, FRAMES).mapToObj(clip::jpeg).toList())
                .toList();
        // Little, so that the queue fills up whatever the machine, but by half of the burst only.
        Map<String, String> room = Map.of("MEDIAMESH_TRACKING_THREADS", "1", "MEDIAMESH_TRACKING_QUEUE", "100");
        try (Product product = Product.start(folder, room)) {
            List<JsonObject> started = allOf(session -> ask(
                    product,
                    "start",
                    form(
                            "bboxes",
                            clips.get(session % CLIPS).box(),
                            pictures.get(session % CLIPS).getFirst())));
            assertThat(refusals).as("refusals for want of room").hasPositiveValue();
            List<String> ids = started.stream()
                    .map(answer -> answer.getString("session_id"))
                    .toList();
            assertThat(ids).doesNotHaveDuplicates();
            assertThat(product.metric("mediamesh_tracking_sessions")).isEqualTo(SESSIONS);
            assertFollowed(clips, started, 0);

            for (int frame = 1; frame <= FRAMES; frame++) {
                int now = frame;
                assertFollowed(
                        clips,
                        allOf(session -> ask(
                                product,
                                "frame",
                                form(
                                        "session_id",
                                        ids.get(session),
                                        pictures.get(session % CLIPS).get(now)))),
                        frame);
            }

            byte[] another =
                    form("bboxes", clips.getFirst().box(), pictures.getFirst().getFirst());
            HttpResponse<String> refused = send(product, "start", another).join();
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("tracking.max_sessions");
            CompletableFuture<JsonObject> waits = ask(product, "start", another);
            allOf(session -> ask(product, "end", form("session_id", ids.get(session), new byte[0])));
            String last = waits.join().getString("session_id");
            ask(product, "end", form("session_id", last, new byte[0])).join();

            Await.until("nothing is left", () -> product.metric("mediamesh_tracking_sessions") == 0);
            byte[] gone = form("session_id", ids.getLast(), pictures.getFirst().getFirst());
            assertThat(send(product, "frame", gone).join().statusCode()).isEqualTo(404);
        }
    }

    private static void assertFollowed(List<Clip> clips, List<JsonObject> answers, int frame) {
        for (int session = 0; session < SESSIONS; session++) {
            clips.get(session % CLIPS).assertFollowed(answers.get(session).getJsonObject("frame_data"), frame);
        }
    }

    /** Asks for all sessions at once. */
    private static List<JsonObject> allOf(IntFunction<CompletableFuture<JsonObject>> question) {
        List<CompletableFuture<JsonObject>> asked =
                IntStream.range(0, SESSIONS).mapToObj(question).toList();
        return asked.stream()
                .map(answer -> answer.orTimeout(60, TimeUnit.SECONDS).join())
                .toList();
    }

    /** Asks until there is room. */
    private CompletableFuture<JsonObject> ask(Product product, String what, byte[] form) {
        return send(product, what, form).thenCompose(answer -> {
            if (answer.statusCode() == 503) {
                refusals.incrementAndGet();
                long seconds = answer.headers().firstValueAsLong("Retry-After").orElseThrow();
                Executor later = CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS);
                return CompletableFuture.supplyAsync(() -> ask(product, what, form), later)
                        .thenCompose(again -> again);
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return CompletableFuture.completedFuture(new JsonObject(answer.body()));
        });
    }

    private CompletableFuture<HttpResponse<String>> send(Product product, String what, byte[] form) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(product.url("/stream/" + what)))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    /** A form with a text and, unless it is empty, a picture. */
    private static byte[] form(String name, String value, byte[] picture) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        String text = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value;
        form.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        if (picture.length > 0) {
            String head = "\r\n--" + BOUNDARY
                    + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\n";
            form.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            form.writeBytes(picture);
        }
        form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return form.toByteArray();
    }
}
