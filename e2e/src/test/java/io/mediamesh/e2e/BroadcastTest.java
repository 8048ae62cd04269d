package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broadcasts and tracking as their clients use them: curl, wscat, and pages that wait for each frame to come back. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BroadcastTest {
    private static final String PLAIN = "\"hasrectangle\":false,\"rectangle\":{}";
    private static final String TRACKED =
            "\"hasrectangle\":true,\"rectangle\":{\"x1\":100,\"y1\":150,\"x2\":200.4,\"y2\":249.8}";

    private Product product;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path empty) throws IOException {
        folder = empty;
        product = Product.start(folder, Map.of("MEDIAMESH_HUB_RESUME", "1s", "AI_REQUEST_TIMEOUT", "10"));
        for (int index = 0; index < 2; index++) {
            String name = index == 0 ? "test_frame" : "test_frame2";
            Files.write(folder.resolve(name + ".jpg"), MovingObject.jpeg(index));
            Files.write(folder.resolve(name + ".png"), MovingObject.file(MovingObject.picture(index), "png"));
        }
        Files.writeString(folder.resolve("text.jpg"), "this is no picture");
        Files.write(folder.resolve("truncated.jpg"), MovingObject.truncated());
        Files.write(folder.resolve("huge.jpg"), MovingObject.huge());
        Files.write(folder.resolve("small.jpg"), MovingObject.halved(1));
    }

    @AfterAll
    void stop() {
        if (product != null) {
            product.close();
        }
    }

    /** Runs a line of a shell as it stands, but for the port. */
    private Tool.Result shell(String line) {
        String here = line.replaceAll("localhost:8[0-9]{3}", "localhost:" + product.port());
        return Tool.runIn(folder, 60, List.of("sh", "-c", here));
    }

    private JsonObject curl(String arguments) {
        Tool.Result result = shell("curl -s " + arguments);
        assertThat(result.status()).as(result.output()).isZero();
        return new JsonObject(result.output());
    }

    /** The status of the answer, a space and the answer. */
    private String refused(String arguments) {
        return shell("curl -s -o answer.json -w '%{http_code} ' " + arguments + "; cat answer.json")
                .output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png"})
    void theCurlLinesRunAsTheyStand(String format) {
        Tool.need("curl");
        JsonObject health = curl("http://localhost:8000/health");
        assertThat(health.getString("status")).isEqualTo("ready");
        assertThat(health.getBoolean("model_loaded")).isTrue();

        JsonObject start = curl("-X POST http://localhost:8000/stream/start -F \"image=@test_frame." + format
                + "\" -F 'bboxes=[[100, 150, 200, 250]]'");
        assertThat(start.getString("status")).isEqualTo("success");
        assertThat(start.getJsonObject("frame_data").getInteger("frame_index")).isZero();
        MovingObject.assertFound(start.getJsonObject("frame_data"), 0, 1);
        String session = start.getString("session_id");

        JsonObject frame = curl("-X POST http://localhost:8000/stream/frame -F \"session_id=" + session
                + "\" -F \"image=@test_frame2." + format + "\"");
        assertThat(frame.fieldNames()).containsExactlyInAnyOrder("status", "frame_data");
        assertThat(frame.getJsonObject("frame_data").getInteger("frame_index")).isEqualTo(1);
        MovingObject.assertFound(frame.getJsonObject("frame_data"), 1, 1);

        for (int time = 0; time < 2; time++) {
            assertThat(curl("-X POST http://localhost:8000/stream/end -F \"session_id=" + session + "\""))
                    .isEqualTo(new JsonObject("{\"status\": \"success\", \"message\": \"Session ended\"}"));
        }
        assertThat(refused("-X POST http://localhost:8000/stream/frame -F \"session_id=" + session
                        + "\" -F \"image=@test_frame2.jpg\""))
                .startsWith("404 ");
    }

    @Test
    void whatIsWrongIsSaidAndTheSessionGoesOn() {
        Tool.need("curl");
        String start = "-X POST http://localhost:8000/stream/start ";
        String boxes = " -F 'bboxes=[[100, 150, 200, 250]]'";
        for (String file : List.of("text.jpg", "truncated.jpg", "huge.jpg")) {
            String answer = refused(start + "-F image=@" + file + boxes);
            assertThat(answer).as(file).matches("4(00|13) \\{\"error\":.*\\}\\s*");
        }
        for (String wrong : List.of("x", "[]", "[[1,2,NaN,4]]", "[[5,5,5,5]]", "[[900,900,1000,1000]]", "[[1,2,3]]")) {
            assertThat(refused(start + "-F image=@test_frame.jpg -F 'bboxes=" + wrong + "'"))
                    .as(wrong)
                    .matches("400 .*bboxes.*\\s*");
        }
        assertThat(refused(start + "-F image=@test_frame.jpg")).matches("400 .*bboxes.*\\s*");
        assertThat(refused(start + boxes)).matches("400 .*image.*\\s*");
        assertThat(refused("-X POST http://localhost:8000/stream/frame -F image=@test_frame.jpg"
                        + " -F session_id=a1b2c3d4-e5f6-7890-abcd-ef1234567890"))
                .matches("404 .*session.*\\s*");

        JsonObject inverted = curl(start + "-F image=@test_frame.jpg -F 'bboxes=[[200, 250, 100, 150]]'");
        MovingObject.assertFound(inverted.getJsonObject("frame_data"), 0, 1);
        String frame = "-X POST http://localhost:8000/stream/frame -F session_id=" + inverted.getString("session_id");
        for (String file : List.of("text.jpg", "truncated.jpg", "huge.jpg")) {
            assertThat(refused(frame + " -F image=@" + file)).as(file).matches("4(00|13) .*\\s*");
        }
        // A frame of half the size shows the same scene; the boxes are in its pixels.
        JsonObject small = curl(frame + " -F image=@small.jpg").getJsonObject("frame_data");
        assertThat(small.getInteger("frame_index")).isEqualTo(1);
        MovingObject.assertFound(small, 1, 0.5);
        JsonObject large = curl(frame + " -F image=@test_frame2.jpg").getJsonObject("frame_data");
        assertThat(large.getInteger("frame_index")).isEqualTo(2);
        MovingObject.assertFound(large, 1, 1);
    }

    @Test
    void thousandsOfBoxesAndAHundredMegabytesAreRefusedAndLeaveNothing() throws IOException {
        Tool.need("curl");
        Files.writeString(folder.resolve("boxes.json"), "[" + "[100.25,150,250,300],".repeat(9_999) + "[1,2,3,4]]");
        assertThat(refused(
                        "-X POST http://localhost:8000/stream/start -F image=@test_frame.jpg -F 'bboxes=<boxes.json'"))
                .matches("400 .*10000 boxes.*64.*\\s*");

        Path large = folder.resolve("large.jpg");
        try {
            Files.write(large, new byte[100 << 20]);
            String line = "-X POST http://localhost:8000/stream/start -F image=@large.jpg -F 'bboxes=[[1,2,3,4]]'";
            assertThat(refused(line)).startsWith("413 ");
            // Without waiting to be told, and without a length.
            assertThat(refused("-H 'Expect:' " + line)).startsWith("413 ");
            assertThat(refused("-H 'Expect:' -H 'Transfer-Encoding: chunked' " + line))
                    .startsWith("413 ");
        } finally {
            Files.delete(large);
        }
        assertThat(folder.resolve("file-uploads")).doesNotExist();
        assertThat(product.getJson("/health").getString("status")).isEqualTo("ready");
    }

    @Test
    void aViewerSeesTheMaskFollowTheObjectAndPlainFramesInBetween() {
        try (HubSocket viewer = HubSocket.open(product, "/viewer?stream=follow&id=7");
                HubSocket broadcaster = HubSocket.open(product, "/broadcaster?stream=follow")) {
            int index = 0;
            for (int picture = 0; picture < 20; picture++) {
                String frame = MovingObject.base64(picture);
                boolean plain = picture % 7 == 5;
                // A page has its rectangle until it is drawn anew, or says it once.
                broadcaster.send(frame, plain ? PLAIN : picture % 2 == 0 ? TRACKED : "\"hasrectangle\":true");
                JsonObject message = viewer.json(picture + 1);
                assertThat(message.getString("frame")).isEqualTo(frame);
                JsonObject metadata = message.getJsonObject("metadata");
                if (plain) {
                    assertThat(metadata).isEqualTo(new JsonObject());
                } else {
                    assertThat(metadata.getInteger("frame_index")).isEqualTo(index++);
                    MovingObject.assertFound(metadata, picture, 1);
                }
            }
            broadcaster.finish();
            assertThat(viewer.text(21)).isEqualTo("stream has ended");
            assertThat(viewer.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void whatCannotBeTrackedGoesOutWithoutRegionsAndTheStreamGoesOn() {
        try (HubSocket viewer = HubSocket.open(product, "/viewer?stream=degraded");
                HubSocket broadcaster = HubSocket.open(product, "/broadcaster?stream=degraded")) {
            Base64.Encoder base64 = Base64.getEncoder();
            List<String> none = List.of(
                    "<base64>",
                    "",
                    base64.encodeToString("a text".getBytes(StandardCharsets.US_ASCII)),
                    base64.encodeToString(MovingObject.truncated()),
                    base64.encodeToString(MovingObject.huge()));
            int place = 0;
            for (int round = 0; round < 2; round++) {
                for (String frame : none) {
                    broadcaster.send(frame, TRACKED);
                    assertThat(viewer.text(++place)).isEqualTo("{\"frame\":\"" + frame + "\",\"metadata\":{}}");
                }
                // Lines of 76 characters (RFC 2045), as encoders write them that know of mail.
                String lines = Base64.getMimeEncoder()
                        .encodeToString(MovingObject.jpeg(round))
                        .replace("\r\n", "\\r\\n");
                broadcaster.send(lines, TRACKED);
                JsonObject metadata = viewer.metadata(++place);
                assertThat(metadata.getInteger("frame_index")).isEqualTo(round);
                MovingObject.assertFound(metadata, round, 1);
                assertThat(viewer.text(place)).contains("\\r\\n");
            }
            broadcaster.send("no JSON at all");
            assertThat(broadcaster.json(1).getString("type")).isEqualTo("error");
            broadcaster.send(
                    "data:image/png;base64," + base64.encodeToString(MovingObject.file(MovingObject.picture(2), "png")),
                    TRACKED);
            MovingObject.assertFound(viewer.metadata(++place), 2, 1);
            broadcaster.finish();
        }
    }

    @Test
    void theFlowsOfWscatWorkAsTheyStand() throws IOException {
        try (Wscat viewer = Wscat.start(folder, product, "/viewer");
                Wscat broadcaster = Wscat.start(folder, product, "/broadcaster")) {
            String line = "{\"frame\":\"<base64>\",\"hasrectangle\":false,\"rectangle\":{}}";
            // Sent again until the viewer is there: wscat does not say when it is connected.
            Await.until("the viewer sees it", Duration.ofSeconds(60), () -> {
                broadcaster.type(line);
                return viewer.output().contains("{\"frame\":\"<base64>\",\"metadata\":{}}");
            });
            broadcaster.interrupt();
            Await.until("the viewer is told", () -> viewer.output().contains("stream has ended"));
            Await.until("the viewer's program ends", () -> !viewer.isRunning());
        }
        try (Wscat one = Wscat.start(folder, product, "/chat");
                Wscat other = Wscat.start(folder, product, "/chat")) {
            Await.until("the other hears it", Duration.ofSeconds(60), () -> {
                one.type("hello");
                return other.output().contains("\"text\":\"hello\"");
            });
        }
    }

    @Test
    void aBroadcastIsRecordedLikeAnyStream() throws Exception {
        Tool.need("ffprobe");
        try (HubSocket broadcaster = HubSocket.open(product, "/broadcaster")) {
            sendUntil(broadcaster, () -> "live"
                    .equals(product.getJson("/api/v1/streams/broadcast").getString("state")));
            JsonObject recording = product.posted(
                    "/api/v1/streams/broadcast/recordings",
                    new JsonObject().put("topics", new JsonArray().add("video")),
                    201);
            String path = "/api/v1/recordings/" + recording.getString("id");
            sendUntil(broadcaster, () -> product.getJson(path).getDouble("duration") > 1.5);
            // What is no picture leaves the recording as it is.
            broadcaster.send(Base64.getEncoder().encodeToString(MovingObject.truncated()), PLAIN);
            broadcaster.send(Base64.getEncoder().encodeToString(MovingObject.huge()), PLAIN);
            sendUntil(broadcaster, () -> product.getJson(path).getDouble("duration") > 2.5);
            JsonObject ended = product.posted(path + "/stop", new JsonObject(), 200);
            assertThat(ended.getString("state")).isEqualTo("finished");

            Path video = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(product.url(path + "/video.mp4")))
                                    .build(),
                            BodyHandlers.ofFile(folder.resolve("broadcast.mp4")))
                    .body();
            assertThat(Tool.probe(video)).startsWith("h264,640,480");
            assertThat(Media.complaints(video)).isEmpty();
            assertThat(Media.seconds(video, "v:0")).isGreaterThan(1.5);
            broadcaster.finish();
        }
    }

    /** Sends frames, one after the other, until the condition holds. */
    private static void sendUntil(HubSocket broadcaster, BooleanSupplier done) {
        List<String> frames =
                IntStream.range(0, 8).mapToObj(MovingObject::base64).toList();
        int[] sent = {0};
        Await.until("it happens while frames are sent", Duration.ofSeconds(60), () -> {
            broadcaster.send(frames.get(sent[0]++ % frames.size()), PLAIN);
            return done.getAsBoolean();
        });
    }
}
