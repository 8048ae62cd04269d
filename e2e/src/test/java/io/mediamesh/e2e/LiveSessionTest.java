package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rooms of a real LiveKit server, as the clients of live sessions use them. */
@Tag("slow")
final class LiveSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RATE_HZ = 44_100;

    private Path folder = Path.of("");
    private LiveKitServer server;
    private Product product;

    @BeforeEach
    void start(@TempDir Path empty) {
        folder = empty;
        server = LiveKitServer.start(folder);
        product = Product.start(folder, settings());
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "LIVEKIT_URL", server.url(),
                "LIVEKIT_API_KEY", LiveKitServer.KEY,
                "LIVEKIT_API_SECRET", LiveKitServer.SECRET));
    }

    @AfterEach
    void stop() {
        product.close();
        server.close();
    }

    private JsonObject begin(String room, boolean record) {
        return product.posted(
                "/api/live-sessions/start",
                new JsonObject().put("room_name", room).put("record_session", record),
                200);
    }

    private JsonObject active(String room) {
        return product.getJson("/api/live-sessions/active")
                .getJsonObject("active_sessions")
                .getJsonObject(room);
    }

    private static void awaitRisingNumbers(RoomViewer viewer) {
        int before = viewer.numbers.size();
        Await.until("pictures", PATIENCE, () -> viewer.numbers.size() > before + 30);
        List<Integer> fresh = viewer.numbers.subList(before + 1, before + 30);
        assertThat(fresh).isSorted().doesNotHaveDuplicates();
    }

    private Path file(JsonObject recording, String name) throws IOException {
        byte[] bytes = product.get("/api/v1/recordings/" + recording.getString("id") + "/" + name)
                .body();
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void aRoomIsSeenHeardAndRecorded() throws Exception {
        try (RoomGuest guest = RoomGuest.join(server, "my-live-room", "ann")) {
            guest.tell("video 640 480", "audio 1000");
            JsonObject started = begin("my-live-room", true);
            assertThat(started.fieldNames())
                    .containsExactlyInAnyOrder(
                            "success", "room_name", "participant_sid", "session_id", "record_session");
            assertThat(started.getString("participant_sid")).startsWith("PA_");
            assertThat(begin("my-live-room", true)).isEqualTo(started);

            try (RoomViewer viewer = new RoomViewer(product, "my-live-room")) {
                awaitRisingNumbers(viewer);
                Await.until("two seconds of sound", PATIENCE, () -> viewer.samples().length > 3 * RATE_HZ);
                short[] heard = viewer.samples();
                // The beginning is where the codec settles.
                short[] steady = Arrays.copyOfRange(heard, RATE_HZ, heard.length);
                assertThat(Media.toneHz(steady, RATE_HZ, Short.MAX_VALUE)).isCloseTo(1000, within(3.0));
            }
            JsonObject session = active("my-live-room");
            assertThat(session.getInteger("id")).isEqualTo(started.getInteger("session_id"));
            assertThat(session.getString("status")).isEqualTo("active");
            assertThat(session.getString("recording_path")).endsWith(".mp4");

            JsonObject stop = new JsonObject().put("room_name", "my-live-room");
            assertThat(product.posted("/api/live-sessions/stop", stop, 200))
                    .isEqualTo(new JsonObject().put("success", true).put("room_name", "my-live-room"));
            assertThat(product.posted("/api/live-sessions/stop", stop, 200).getBoolean("success"))
                    .isTrue();
            assertThat(product.getJson("/api/live-sessions/active").getInteger("count"))
                    .isZero();

            JsonObject recording = product.getJson("/api/v1/recordings")
                    .getJsonArray("recordings")
                    .getJsonObject(0);
            Await.until("the recording is closed", PATIENCE, () -> product.getJson(
                            "/api/v1/recordings/" + recording.getString("id"))
                    .getString("state")
                    .equals("finished"));
            Path video = file(recording, "video.mp4");
            assertThat(Path.of(session.getString("recording_path"))).exists();
            assertThat(Media.complaints(video)).isEmpty();
            double seconds = Media.seconds(video, "v:0");
            assertThat(seconds).isGreaterThan(2);
            Path sound = file(recording, "audio.wav");
            assertThat(Media.toneHz(Media.samples(sound), 48_000, Short.MAX_VALUE))
                    .isCloseTo(1000, within(10.0));
            assertThat(product.output()).doesNotContain(LiveKitServer.SECRET);
        }
    }

    @Test
    void aServerThatIsGoneForAWhileIsFoundAgainAndTheSessionGoesOn() {
        JsonObject started;
        try (RoomGuest guest = RoomGuest.join(server, "storm", "ann")) {
            guest.tell("video");
            started = begin("storm", false);
            try (RoomViewer viewer = new RoomViewer(product, "storm")) {
                awaitRisingNumbers(viewer);
            }
            server.kill();
            Await.until("it is told", PATIENCE, () -> active("storm")
                    .getString("status")
                    .equals("reconnecting"));
        }
        server.restart();
        try (RoomGuest guest = RoomGuest.join(server, "storm", "ann")) {
            guest.tell("video");
            Await.until("it is back", PATIENCE, () -> active("storm")
                    .getString("status")
                    .equals("active"));
            try (RoomViewer viewer = new RoomViewer(product, "storm")) {
                awaitRisingNumbers(viewer);
            }
            assertThat(active("storm").getInteger("id")).isEqualTo(started.getInteger("session_id"));
        }
    }

    @Test
    void aSessionAndItsIdSurviveAKillOfTheProduct() {
        try (RoomGuest guest = RoomGuest.join(server, "night", "ann")) {
            guest.tell("video");
            JsonObject started = begin("night", true);
            product.kill();
            product = Product.start(folder, settings());

            Await.until(
                    "it is open again",
                    PATIENCE,
                    () -> active("night") != null
                            && active("night").getString("status").equals("active"));
            assertThat(active("night").getInteger("id")).isEqualTo(started.getInteger("session_id"));
            try (RoomViewer viewer = new RoomViewer(product, "night")) {
                awaitRisingNumbers(viewer);
            }
            Await.until(
                    "it is recorded again",
                    PATIENCE,
                    () -> product.getJson("/api/v1/recordings?state=recording").getInteger("count") == 1);
        }
    }

    @Test
    void whatIsWrongIsSaidInTheDocumentsForm() {
        Map<String, String> wrong = settings();
        wrong.put("LIVEKIT_API_SECRET", "guessed-guessed-guessed-guessed");
        product.close();
        product = Product.start(folder, wrong);
        String refusal =
                Product.text(product.post("/api/live-sessions/start", new JsonObject().put("room_name", "door")));
        assertThat(new JsonObject(refusal).getBoolean("success")).isFalse();
        assertThat(new JsonObject(refusal).getString("error")).containsIgnoringCase("secret");

        for (JsonObject bad : List.of(
                new JsonObject().put("room_name", "../etc"),
                new JsonObject().put("room_name", "door").put("record_session", "yes"),
                new JsonObject())) {
            var answer = product.post("/api/live-sessions/start", bad);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(Product.text(answer)).getBoolean("success"))
                    .isFalse();
        }
        assertThat(product.post("/api/live-sessions/stop", new JsonObject().put("room_name", "never"))
                        .statusCode())
                .isEqualTo(404);
        try (RoomViewer viewer = new RoomViewer(product, "never")) {
            Await.until("it is closed", PATIENCE, () -> viewer.closeStatus == 4404);
            assertThat(viewer.words).hasSize(1);
        }
        assertThat(product.status("/api/v1/streams/door")).isEqualTo(404);
    }

    @Test
    @Tag("browser")
    void theDocumentsOwnPlayerShowsABrowsersCamera() throws Exception {
        Path library = browserClient();
        Path pages = Tool.projectRoot().resolve("e2e/src/test/resources/io/mediamesh/e2e");
        try (Chromium chromium = Chromium.start(
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
                // The document's player looks for its WebSocket at a port of its own.
                "--host-resolver-rules=MAP localhost:8000 127.0.0.1:" + product.port())) {
            try (Page sender = chromium.browser().newPage();
                    Page player = chromium.browser().newPage()) {
                sender.navigate(product.url("/health/live"));
                sender.addScriptTag(new Page.AddScriptTagOptions().setPath(library));
                sender.addScriptTag(new Page.AddScriptTagOptions().setPath(pages.resolve("live-room.js")));
                String token = server.token("stage", "browser");
                assertThat(sender.evaluate("([url, token]) => publishCamera(url, token)", List.of(server.url(), token)))
                        .isEqualTo(2);

                player.navigate("http://localhost:8000/health/live");
                player.addScriptTag(new Page.AddScriptTagOptions().setPath(pages.resolve("live-stream-player.js")));
                player.addScriptTag(new Page.AddScriptTagOptions().setPath(pages.resolve("live-room.js")));
                Object started = player.evaluate("play('stage')");
                assertThat(String.valueOf(started)).contains("success=true");
                player.waitForFunction("shown > 20 && samples > 44100");
                // Chromium's fake camera is green with a moving disc and a clock.
                player.waitForFunction("colours() > 3");
                player.evaluate("player.stopSession()");
            }
        }
    }

    private static Path browserClient() throws IOException {
        Path clients = Path.of(System.getProperty("mediamesh.test.browser-clients", "absent"));
        Assumptions.assumeTrue(
                Files.isDirectory(clients), "the browser's LiveKit client is not there; ./mediamesh test fetches it");
        try (Stream<Path> files = Files.list(clients)) {
            return files.filter(file -> file.getFileName().toString().startsWith("livekit-client-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
