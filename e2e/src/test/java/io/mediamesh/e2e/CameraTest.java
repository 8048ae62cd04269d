package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients of {@code /ws/video-stream}, with cameras that are pulled out, taken by others and killed. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CameraTest {
    private static final String KEY = "rf_k3yThatNobodySees";
    private static final String DESK = "?stream=desk";
    private static final String BACK = "status: the camera desk gives pictures again";
    /** A model at a server that is not there: every detection fails. */
    private static final Map<String, String> DETECTOR = Map.of(
            "MEDIAMESH_ROBOFLOW_URL", "http://127.0.0.1:9",
            "MEDIAMESH_ROBOFLOW_MODELS", "guns=gun-detection/1",
            "MEDIAMESH_ROBOFLOW_RETRIES", "0",
            "MEDIAMESH_VISION_DETECTORS", "motion,guns");

    private final Path folder;
    private final V4l2Camera camera;
    private final HttpServer pages;
    private final Product product;

    CameraTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.camera = V4l2Camera.build(folder);
        this.pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            byte[] page = "<canvas id=picture></canvas>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        pages.start();
        Files.writeString(
                folder.resolve(".env"),
                "# the key of the detector\nROBOFLOW_API_KEY=" + KEY + "\nexport DEBUG=1\n"
                        + "MEDIAMESH_GATEWAY_CORS_ORIGINS=\"http://localhost:"
                        + pages.getAddress().getPort() + "\"\n");
        Map<String, String> environment = new HashMap<>(DETECTOR);
        environment.putAll(camera.environment());
        environment.put("MEDIAMESH_INGEST_RECONNECT_FIRST", "50ms");
        environment.put("MEDIAMESH_INGEST_RECONNECT_MOST", "100ms");
        environment.put("MEDIAMESH_INGEST_STALL_TIMEOUT", "2s");
        environment.put("MEDIAMESH_GATEWAY_STALL_TIMEOUT", "1s");
        this.product = Product.start(
                folder, environment, "--source", "desk=device:" + V4l2Camera.DEVICE + "?size=320x240&fps=30");
        product.putStream("absent", "device:/dev/video93");
    }

    @AfterAll
    void stop() {
        product.close();
        pages.stop(0);
    }

    @BeforeEach
    void makeReady() {
        camera.becomes("ready");
        awaitState("idle");
    }

    private void awaitState(String state) {
        Await.until("the camera is " + state, Duration.ofSeconds(20), () -> product.getJson("/api/v1/streams/desk")
                .getString("state")
                .equals(state));
    }

    private static String error(String reason) {
        return "error: the camera desk gives no pictures: " + reason;
    }

    @Test
    void aCameraOpensWithItsFirstClientAndClosesWithItsLastWhileDetectionFails() {
        try (CameraClient first = new CameraClient(product, DESK)) {
            first.awaitFrames(30);
            assertThat(first.frameSize()).containsExactly(320, 240);
            assertThat(first.rate()).isLessThan(15.5);
            assertThat(first.timestamps).isSorted();
            assertThat(first.timestamps.getLast()).isCloseTo(System.currentTimeMillis() / 1e3, within(5.0));
            JsonObject video = product.getJson("/api/v1/streams/desk").getJsonObject("video");
            assertThat(video.getInteger("width")).isEqualTo(320);
            try (CameraClient second = new CameraClient(product, DESK)) {
                second.awaitFrames(5);
            }
            first.awaitFrames(5);
            assertThat(first.words).isEmpty();
        }
        awaitState("idle");
        assertThat(product.output())
                .contains("guns")
                .contains(" DEBUG ")
                .doesNotContain(KEY)
                .doesNotContain("Exception in thread");
        assertThat(product.getJson("/health").getString("status")).isEqualTo("ready");
    }

    @Test
    void whyACameraGivesNoPicturesIsToldOnceUntilItIsBack() {
        camera.becomes("busy");
        try (CameraClient client = new CameraClient(product, DESK)) {
            client.awaitWord(error("the camera /dev/video9 is in use by another program; close that program"));
            camera.becomes("ready");
            client.awaitWord(BACK);
            client.awaitFrames(5);

            camera.becomes("gone");
            client.awaitWord(error("the camera /dev/video9 was unplugged, or is broken"));
            client.awaitWord(error("the camera /dev/video9 is not there; plug it in"));
            camera.becomes("denied");
            client.awaitWord(error("no permission to open the camera /dev/video9; add the user of this server to the"
                    + " group of the file, mostly video"));
            camera.becomes("ready");
            Await.until(
                    "it is back twice",
                    () -> client.words.stream().filter(BACK::equals).count() == 2);
            client.awaitFrames(5);
            assertThat(client.words).hasSize(6);
        }
    }

    @Test
    void aCameraThatGoesSilentIsToldOfAndCanBeClosed() {
        try (CameraClient client = new CameraClient(product, DESK)) {
            client.awaitFrames(5);
            camera.becomes("silent");
            client.awaitWord(error("nothing came for 2.0 s"));
        }
        awaitState("idle");
    }

    @Test
    void aCameraThatIsNotThereSaysSoAndOthersGoOn() {
        try (CameraClient absent = new CameraClient(product, "?stream=absent");
                CameraClient desk = new CameraClient(product, DESK)) {
            absent.awaitWord(
                    "error: the camera absent gives no pictures: the camera /dev/video93 is not there; plug it in");
            desk.awaitFrames(20);
            assertThat(absent.words).hasSize(1);
            assertThat(absent.frames.get()).isZero();
        }
        try (CameraClient unnamed = new CameraClient(product, "")) {
            Await.until("it is closed", () -> unnamed.closeStatus == 1008);
            assertThat(unnamed.words.getFirst())
                    .startsWith("error: there are ")
                    .endsWith("choose one with ?stream=absent or the setting camera.default");
        }
    }

    @Test
    void aServerOfACameraThatIsKilledAndStartedAgainIsToldToAFastClientBesideASlowOne() throws IOException {
        int port = Product.freePort();
        RtspCamera server = RtspCamera.start(port);
        product.putStream("door", server.url());
        String lost = "error: the camera door gives no pictures: can't be opened: Connection refused";
        try (StalledClient slow = StalledClient.open(product, "/ws/video-stream?stream=door");
                CameraClient fast = new CameraClient(product, "?stream=door")) {
            Await.until(
                    "the slow one is cut off",
                    Duration.ofSeconds(30),
                    () -> product.metric("mediamesh_gateway_viewers_stalled_total") == 1);
            fast.awaitFrames(20);
            server.kill();
            fast.awaitWord(lost);
            server = RtspCamera.start(port);
            fast.awaitWord("status: the camera door gives pictures again");
            fast.awaitFrames(20);
            assertThat(fast.words).containsOnlyOnce(lost);
            assertThat(fast.rate()).isLessThan(15.5);
            assertThat(slow.drain()).isPositive();
        } finally {
            server.close();
            product.delete("/api/v1/streams/door");
        }
    }

    @Test
    void whatIsSeenWithBoxesCanBeRecordedBesideItsClients() throws IOException {
        try (CameraClient client = new CameraClient(product, DESK)) {
            client.awaitFrames(3);
            JsonObject recording = product.posted(
                    "/api/v1/streams/desk/recordings", new JsonObject().put("topics", List.of("annotated")), 201);
            String address = "/api/v1/recordings/" + recording.getString("id");
            Await.until(
                    "a second is recorded",
                    Duration.ofSeconds(30),
                    () -> product.getJson(address).getDouble("duration") >= 1);
            JsonObject ended = product.posted(address + "/stop", new JsonObject(), 200);
            assertThat(ended.getString("state")).isEqualTo("finished");
            HttpResponse<byte[]> film = product.get(address + "/video.mp4");
            Path file = Files.write(folder.resolve("annotated.mp4"), film.body());
            assertThat(Tool.probe(file)).startsWith("h264,320,240");
            client.awaitFrames(3);
        }
    }

    @Test
    void withoutItsKeyADetectorStopsTheStart(@TempDir Path empty) {
        Product keyless = Product.launch(empty, DETECTOR);
        assertThat(keyless.exitStatus()).isNotZero();
        assertThat(keyless.output()).contains("ROBOFLOW_API_KEY");
    }

    @Test
    @Tag("browser")
    void aPageOfAListedOriginShowsThePicturesAndConnectsAgainUpToThreeTimes() {
        product.putStream("shown", "test:?size=320x240");
        try (Chromium chromium = Chromium.start();
                Page page = chromium.browser().newPage()) {
            load(page, "http://localhost:" + pages.getAddress().getPort());
            page.waitForFunction("client.frames > 20 && client.colours() > 10");
            assertThat(page.evaluate("Math.abs(Date.now() / 1000 - client.lastTimestamp) < 5"))
                    .isEqualTo(true);
            assertThat(page.evaluate("client.broken")).isEqualTo(0);
            assertThat(page.evaluate(
                            "url => fetch(url).then(answer => answer.json()).then(({ status }) => status)",
                            product.url("/health")))
                    .isEqualTo("ready");

            product.delete("/api/v1/streams/shown");
            product.putStream("shown", "test:?size=160x120");
            page.waitForFunction("client.connections > 1 && picture.width === 160");
            product.delete("/api/v1/streams/shown");
            page.waitForFunction("client.status === 'failed'");
            assertThat(page.evaluate("client.attempts")).isEqualTo(3);
            assertThat(String.valueOf(page.evaluate("client.toasts")))
                    .contains("the stream has ended")
                    .contains("there is no stream shown");

            // The same page under another name is another origin, which is not listed.
            load(page, "http://127.0.0.1:" + pages.getAddress().getPort());
            page.waitForFunction("client.status === 'failed'");
            assertThat(page.evaluate("client.connections")).isEqualTo(0);
        }
    }

    private void load(Page page, String origin) {
        page.navigate(origin + "/");
        page.addScriptTag(new Page.AddScriptTagOptions()
                .setPath(Checkout.root().resolve("e2e/src/test/resources/io/mediamesh/e2e/video-stream-client.js")));
        page.evaluate(
                "url => { globalThis.client = new VideoStreamClient(url, picture); client.connect(); }",
                product.socketUrl("/ws/video-stream?stream=shown"));
    }
}
