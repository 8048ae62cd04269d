package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.mediamesh.testkit.LiveKitServer;
import io.mediamesh.testkit.LiveKitToken;
import io.mediamesh.testkit.RoomGuest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
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
    private static final Duration DOWN = Duration.ofSeconds(10);
    private static final int RATE_HZ = 44_100;

    private Path folder = Path.of("");
    private LiveKitServer server;
    private Product product;

    @BeforeEach
    void start(@TempDir Path empty) {
        folder = empty;
        server = LiveKitServer.start();
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

    /** Stops a session, which may be stopped already, and waits until the only recording is closed. */
    private JsonObject awaitFinished(String room) {
        JsonObject stopped = product.posted("/api/live-sessions/stop", new JsonObject().put("room_name", room), 200);
        assertThat(stopped.getBoolean("success")).isTrue();
        JsonObject recording = recording();
        Await.until("the recording is closed", PATIENCE, () -> recording()
                .getString("state")
                .equals("finished"));
        return recording;
    }

    private JsonObject recording() {
        return product.getJson("/api/v1/recordings").getJsonArray("recordings").getJsonObject(0);
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

            try (RoomViewer viewer = new RoomViewer(product, "my-live-room");
                    TopicViewer light = new TopicViewer(product, "my-live-room", "intensity")) {
                awaitRisingNumbers(viewer);
                Await.until("the light of three seconds", PATIENCE, () -> light.messages.get() > 75);
                Await.until("two seconds of sound", PATIENCE, () -> viewer.samples().length > 3 * RATE_HZ);
                short[] heard = viewer.samples();
                // The beginning is where the codec settles.
                short[] steady = Arrays.copyOfRange(heard, RATE_HZ, heard.length);
                assertThat(Media.toneHz(steady, RATE_HZ)).isCloseTo(1000, within(3.0));
            }
            JsonObject session = active("my-live-room");
            assertThat(session.getInteger("id")).isEqualTo(started.getInteger("session_id"));
            assertThat(session.getString("status")).isEqualTo("active");
            assertThat(session.getString("recording_path")).endsWith(".mp4");

            JsonObject stop = new JsonObject().put("room_name", "my-live-room");
            assertThat(product.posted("/api/live-sessions/stop", stop, 200))
                    .isEqualTo(new JsonObject().put("success", true).put("room_name", "my-live-room"));
            JsonObject recording = awaitFinished("my-live-room");
            assertThat(product.getJson("/api/live-sessions/active").getInteger("count"))
                    .isZero();
            Path video = file(recording, "video.mp4");
            assertThat(Path.of(session.getString("recording_path"))).exists();
            assertThat(Media.complaints(video)).isEmpty();
            double seconds = Media.seconds(video, "v:0");
            assertThat(seconds).isGreaterThan(2);
            assertLightIsOfItsPictures(video, file(recording, "events.jsonl"));
            Path sound = file(recording, "audio.wav");
            if (!isBusy()) {
                assertThat(Media.longestSilenceSeconds(Media.samples(sound), 48_000))
                        .isLessThanOrEqualTo(0.02);
            }
            assertThat(Media.toneHz(Media.samples(sound), 48_000)).isCloseTo(1000, within(10.0));
            assertThat(product.output()).doesNotContain(LiveKitServer.SECRET);
        }
    }

    /** Every result of an analysis stands at the time of the picture that it is about: the picture's number says which. */
    private static void assertLightIsOfItsPictures(Path video, Path events) throws IOException {
        Map<Long, Media.Numbered> pictures = new HashMap<>();
        for (Media.Numbered picture : Media.numbered(video)) {
            pictures.put(Math.round(picture.seconds() * 1000), picture);
        }
        int compared = 0;
        for (String line : Files.readAllLines(events)) {
            JsonObject event = new JsonObject(line);
            Media.Numbered picture = pictures.get(Math.round(event.getDouble("t") * 1000));
            if ("intensity".equals(event.getString("topic")) && picture != null) {
                assertThat(event.getJsonObject("data").getDouble("current_intensity"))
                        .as("%s", picture)
                        .isCloseTo(light(picture), within(3.0));
                compared++;
            }
        }
        assertThat(compared).as("pictures whose light is known").isGreaterThan(25);
    }

    /** Mean luma at full range (BT.601) of what the guest has drawn; each bit of the number is an eighth of 64. */
    private static double light(Media.Numbered picture) {
        double above = 16 + 219 * Integer.bitCount(picture.number()) / 16.0;
        double below = picture.white() ? 235 : 100;
        return ((above + below) / 2 - 16) * 255 / 219;
    }

    @Test
    void picturesAndSoundOfARoomAreTogetherInItsRecording() throws Exception {
        try (RoomGuest guest = RoomGuest.join(server, "sync", "ann")) {
            guest.tell("video 640 480", "beeps");
            begin("sync", true);
            Await.until("half a minute is recorded", PATIENCE, () -> recording().getDouble("duration") > 30);
            JsonObject recording = awaitFinished("sync");
            Path handed = Files.writeString(folder.resolve("handed.json"), guest.tell("handed"));
            Path video = file(recording, "video.mp4");
            for (Path sound : List.of(video, file(recording, "audio.wav"))) {
                JsonObject apart = judged(handed, video, sound);
                System.out.println(sound.getFileName() + ": " + apart);
                assertThat(apart.getInteger("pairs")).as("%s", apart).isGreaterThanOrEqualTo(10);
                if (!isBusy()) {
                    assertThat(apart.getDouble("median")).as("%s", apart).isBetween(-40.0, 40.0);
                    assertThat(apart.getDouble("within")).as("%s", apart).isGreaterThanOrEqualTo(0.95);
                    assertThat(longestGapMillis(apart)).as("%s", apart).isLessThanOrEqualTo(20);
                }
            }
        }
    }

    /** Whether there is more work than processors: then the guest and libwebrtc's playout stand still now and then. */
    private static boolean isBusy() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system.getSystemLoadAverage() > system.getAvailableProcessors();
    }

    private static double longestGapMillis(JsonObject apart) {
        return apart.getJsonArray("gaps").stream()
                .mapToDouble(gap -> ((JsonArray) gap).getDouble(1))
                .max()
                .orElse(0);
    }

    /** What {@code room-sync.py} says, which decodes with a build of FFmpeg of its own (PyAV). */
    private static JsonObject judged(Path handed, Path video, Path sound) {
        Path judge = Checkout.root().resolve("testkit/src/main/resources/io/mediamesh/testkit/room-sync.py");
        Tool.Result result = Tool.run(
                60,
                List.of(
                        Checkout.python().toString(),
                        judge.toString(),
                        handed.toString(),
                        video.toString(),
                        sound.toString()));
        assertThat(result.status()).as(result.output()).isZero();
        return new JsonObject(result.output());
    }

    @Test
    void aServerThatIsGoneForTenSecondsIsFoundAgainAndSessionAndRecordingGoOn() throws Exception {
        JsonObject started;
        try (RoomGuest guest = RoomGuest.join(server, "storm", "ann")) {
            guest.tell("video");
            started = begin("storm", true);
            try (RoomViewer viewer = new RoomViewer(product, "storm")) {
                awaitRisingNumbers(viewer);
            }
            server.kill();
            Await.until("it is told", PATIENCE, () -> active("storm")
                    .getString("status")
                    .equals("reconnecting"));
        }
        long back = System.nanoTime() + DOWN.toNanos();
        Await.until("ten seconds", () -> System.nanoTime() - back > 0);
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
            JsonObject recording = awaitFinished("storm");
            assertThat(recording.getJsonArray("parts")).hasSize(1);
            Path video = file(recording, "video.mp4");
            assertThat(Media.complaints(video)).isEmpty();
            List<Media.Numbered> pictures = Media.numbered(video);
            int hole = 1;
            while (pictures.get(hole).seconds() - pictures.get(hole - 1).seconds() < DOWN.toSeconds()) {
                hole++;
            }
            for (List<Media.Numbered> side :
                    List.of(pictures.subList(0, hole), pictures.subList(hole, pictures.size()))) {
                assertThat(side).hasSizeGreaterThan(20);
                assertThat(side.stream().map(Media.Numbered::number)).isSorted().doesNotHaveDuplicates();
            }
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
        Path pages = Checkout.root().resolve("e2e/src/test/resources/io/mediamesh/e2e");
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
                String token = LiveKitToken.joining("stage", "browser");
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
