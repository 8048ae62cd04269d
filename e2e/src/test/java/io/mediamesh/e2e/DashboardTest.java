package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.mediamesh.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in Chromium. */
@Tag("slow")
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DashboardTest {
    private static final String TOTAL_FRAMES = "video => video.getVideoPlaybackQuality().totalVideoFrames";
    /** The picture that is seen, as text: nothing while there is none or it has one colour only. */
    private static final String PIXELS = """
            picture => {
              const seen = picture.querySelector(picture.hasAttribute('data-playing') ? 'video' : 'canvas');
              const small = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
              const context = small.getContext('2d');
              context.drawImage(seen, 0, 0, 64, 48);
              const pixels = new Uint32Array(context.getImageData(0, 0, 64, 48).data.buffer);
              return new Set(pixels).size > 1 ? pixels.join() : '';
            }
            """;

    private static final String FAKE_CAMERA = "--use-fake-device-for-media-stream";
    private static final Pattern NUMBER = Pattern.compile("[0-9]");

    private final Chromium chromium;
    private final Product product;
    private final List<String> consoleErrors = new ArrayList<>();
    private Page page;

    DashboardTest(@TempDir Path folder) {
        this.chromium = Chromium.start("--use-fake-ui-for-media-stream", FAKE_CAMERA);
        this.product = Product.start(folder, Map.of());
        this.page = chromium.browser().newPage();
    }

    @AfterAll
    void stop() {
        chromium.close();
        product.close();
    }

    @BeforeEach
    void open() {
        consoleErrors.clear();
        page = chromium.browser().newPage(new Browser.NewPageOptions().setViewportSize(1280, 900));
        page.onConsoleMessage(this::remember);
        page.onPageError(consoleErrors::add);
        page.navigate(product.url("/"));
    }

    @AfterEach
    void close() {
        page.close();
    }

    private void remember(ConsoleMessage message) {
        if (message.type().equals("error")) {
            consoleErrors.add(message.text());
        }
    }

    private Locator tile(String stream) {
        return page.locator("[data-testid=stream-tile][data-stream='" + stream + "']");
    }

    @Test
    void thePictureMovesAndBoxesAreListed() {
        Locator tile = tile("test");
        PlaywrightAssertions.assertThat(tile).hasAttribute("data-state", "live");
        Locator picture = tile.locator("[data-testid=picture]");
        PlaywrightAssertions.assertThat(picture).isVisible();
        awaitMoving(picture);
        PlaywrightAssertions.assertThat(tile.locator("[data-testid=detections]"))
                .containsText("motion");
        page.waitForCondition(() -> text(tile, "fps").matches("[1-9].*"));
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "dashboard.png")));
        assertThat(consoleErrors).isEmpty();
    }

    @Test
    void aStreamIsAddedAndRemoved() {
        add("second", "test:?size=320x240");
        PlaywrightAssertions.assertThat(tile("second")).hasAttribute("data-state", "live");
        assertThat(product.status("/api/v1/streams/second")).isEqualTo(200);

        tile("second").getByTestId("remove-stream").click();
        tile("second").getByTestId("confirm-remove").click();
        PlaywrightAssertions.assertThat(tile("second")).hasCount(0);
        assertThat(product.status("/api/v1/streams/second")).isEqualTo(404);
    }

    @Test
    void aBadSourceIsExplainedInTheForm() {
        add("bad", "gopher://host/");
        PlaywrightAssertions.assertThat(page.getByTestId("add-error").first()).containsText("gopher");
        assertThat(product.status("/api/v1/streams/bad")).isEqualTo(404);
    }

    @Test
    void aStreamIsWatchedByWebRtc() {
        Locator tile = tile("test");
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way")).hasText("WebRTC");
        Locator video = tile.getByTestId("video");
        page.waitForCondition(() -> number(video, "video => video.currentTime") > 0);
        double time = number(video, "video => video.currentTime");
        double frames = number(video, TOTAL_FRAMES);
        page.waitForCondition(() -> number(video, "video => video.currentTime") > time + 1);
        assertThat(number(video, TOTAL_FRAMES)).isGreaterThan(frames + 5);
        PlaywrightAssertions.assertThat(tile.getByTestId("size")).hasText("640 × 480");
        page.waitForCondition(() -> text(tile, "fps").matches("[1-9].*"));
        assertThat(text(tile, "intensity-now")).matches("[0-9].*");
        // WebRTC does not tell when a picture was captured.
        PlaywrightAssertions.assertThat(tile.getByTestId("latency")).hasCount(0);
        assertThat(consoleErrors).isEmpty();
    }

    @Test
    void eachViewHasItsWayAndPausingEndsTheSession() {
        Locator tile = tile("test");
        awaitWatchers(1);
        tile.getByTestId("view-overlay").click();
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way")).hasText("WebSocket");
        awaitWatchers(0);
        page.waitForCondition(() -> text(tile, "latency").endsWith("s"));
        tile.getByTestId("view-video").click();
        awaitWatchers(1);

        tile.getByTestId("picture-way-choice").selectOption("websocket");
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way")).hasText("WebSocket");
        awaitWatchers(0);
        page.reload();
        PlaywrightAssertions.assertThat(tile("test").getByTestId("picture-way")).hasText("WebSocket");
        awaitMoving(tile("test").getByTestId("picture"));
        tile("test").getByTestId("picture-way-choice").selectOption("auto");
        awaitWatchers(1);
        tile("test").getByTestId("pause").click();
        awaitWatchers(0);
    }

    @Test
    void withoutWhepThePictureComesOverAWebSocket() {
        page.route("**/whep/**", Route::abort);
        page.reload();
        Locator tile = tile("test");
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way")).hasText("WebSocket");
        awaitMoving(tile.getByTestId("picture"));
        page.waitForCondition(() -> text(tile, "latency").endsWith("s"));
    }

    @Test
    void whereMediaFindsNoWayThePictureComesOverAWebSocket() {
        page.addInitScript("""
                const Real = RTCPeerConnection;
                RTCPeerConnection = class extends Real {
                  setRemoteDescription({ type, sdp }) {
                    return super.setRemoteDescription({ type, sdp: sdp.replace(/a=candidate.*\\r\\n/g, '') });
                  }
                };
                const send = fetch;
                fetch = (url, request) =>
                  request?.method === 'PATCH' ? Promise.reject(new TypeError('blocked')) : send(url, request);
                """);
        page.reload();
        Locator tile = tile("test");
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way"))
                .hasText("WebSocket", new LocatorAssertions.HasTextOptions().setTimeout(15_000));
        awaitMoving(tile.getByTestId("picture"));
        awaitWatchers(0);
    }

    @Test
    void theCameraOfTheBrowserBecomesAStream() {
        publish("my-camera");
        Locator tile = tile("my-camera");
        PlaywrightAssertions.assertThat(tile).hasAttribute("data-state", "live");
        PlaywrightAssertions.assertThat(tile.getByTestId("this-browser")).isVisible();
        PlaywrightAssertions.assertThat(tile.getByTestId("camera-state")).hasText("Live");
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way")).hasText("WebRTC");
        awaitMoving(tile.getByTestId("picture"));
        PlaywrightAssertions.assertThat(tile.getByTestId("detections")).containsText("motion");
        PlaywrightAssertions.assertThat(tile.getByTestId("intensity-now")).containsText(NUMBER);
        // On the data channel: no WebSocket is held for it.
        PlaywrightAssertions.assertThat(tile.getByTestId("camera-reason")).containsText("intensity after");
        tile.getByTestId("view-overlay").click();
        page.waitForCondition(() -> text(tile, "latency").endsWith("s"));
        tile.getByTestId("view-annotated").click();
        PlaywrightAssertions.assertThat(tile.getByTestId("picture-way")).hasText("WebRTC");
        awaitMoving(tile.getByTestId("picture"));
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "dashboard-camera.png")));
        assertThat(consoleErrors).isEmpty();

        tile.getByTestId("camera-stop").click();
        PlaywrightAssertions.assertThat(tile).hasCount(0);
        Await.until("the stream is gone", () -> product.status("/api/v1/streams/my-camera") == 404);
        PlaywrightAssertions.assertThat(page.getByTestId("camera-open")).isVisible();
    }

    @Test
    void theCameraFitsAPhoneAndEndsWithThePage() {
        page.setViewportSize(390, 844);
        publish("phone");
        Locator tile = tile("phone");
        PlaywrightAssertions.assertThat(tile.getByTestId("camera-state")).hasText("Live");
        awaitMoving(tile.getByTestId("picture"));
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "dashboard-phone.png")));
        assertThat(number(page.locator("body"), "body => body.scrollWidth")).isLessThanOrEqualTo(390);

        page.navigate("about:blank");
        Await.until("the stream is gone", () -> product.status("/api/v1/streams/phone") == 404);
        awaitNoSessions();
    }

    @Test
    void aCameraThatSomebodyRemovesIsExplained() {
        publish("removed");
        PlaywrightAssertions.assertThat(tile("removed").getByTestId("camera-state"))
                .hasText("Live");
        product.delete("/api/v1/streams/removed");
        PlaywrightAssertions.assertThat(page.getByTestId("camera-state"))
                .hasText("Failed", new LocatorAssertions.HasTextOptions().setTimeout(15_000));
        PlaywrightAssertions.assertThat(page.getByTestId("camera-reason")).containsText("removed");
        page.getByTestId("camera-dismiss").click();
        PlaywrightAssertions.assertThat(page.getByTestId("camera-line")).hasCount(0);
    }

    @Test
    void aCameraThatIsRefusedIsExplained() {
        try (Chromium denying = Chromium.start("--deny-permission-prompts", FAKE_CAMERA)) {
            Page denied = denying.browser().newPage();
            denied.navigate(product.url("/"));
            denied.getByTestId("camera-open").click();
            denied.getByTestId("camera-start").click();
            PlaywrightAssertions.assertThat(denied.getByTestId("camera-error")).containsText("not allowed");
        }
        page.getByTestId("camera-open").click();
        page.getByTestId("camera-name").fill("-");
        page.getByTestId("camera-start").click();
        PlaywrightAssertions.assertThat(page.getByTestId("camera-error")).containsText("letters, digits");
        page.getByTestId("camera-name").fill("test");
        page.getByTestId("camera-start").click();
        PlaywrightAssertions.assertThat(page.getByTestId("camera-error")).containsText("test already");

        page.route(
                "**/whip/**",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(503)
                        .setBody("{\"error\":\"there is no room\",\"code\":\"unavailable\"}")));
        page.getByTestId("camera-name").fill("late");
        page.getByTestId("camera-start").click();
        PlaywrightAssertions.assertThat(page.getByTestId("camera-error"))
                .containsText("The server is busy: there is no room.");
    }

    @Test
    void anInsecurePageSaysWhyItHasNoCamera() {
        page.addInitScript("Object.defineProperty(window, 'isSecureContext', { value: false })");
        page.reload();
        page.getByTestId("camera-open").click();
        PlaywrightAssertions.assertThat(page.getByTestId("camera-error")).containsText("by https or from localhost");
        PlaywrightAssertions.assertThat(page.getByTestId("camera-start")).isDisabled();
    }

    @Test
    void iceBeginsAnewWithinASession() {
        Object restarted = page.evaluate("""
                async () => {
                  const { PeerSession } = await import('/dashboard/peer-session.js');
                  const media = await navigator.mediaDevices.getUserMedia({ video: true });
                  const peer = new RTCPeerConnection();
                  media.getTracks().forEach((track) => peer.addTransceiver(track, { direction: 'sendonly' }));
                  let heard = 0;
                  peer.createDataChannel('intensity').onmessage = () => (heard += 1);
                  const until = async (done) => {
                    for (let waited = 0; waited < 100 && !(await done()); waited += 1) {
                      await new Promise((later) => setTimeout(later, 100));
                    }
                  };
                  const ways = async () => {
                    const all = [...(await peer.getStats()).values()];
                    return all.find(({ type }) => type === 'transport').selectedCandidatePairChanges;
                  };
                  const session = new PeerSession({ path: 'whip/anew', peer });
                  await session.open();
                  await until(() => heard > 5);
                  const [before, changes] = [heard, await ways()];
                  await session.restart();
                  await until(async () => (await ways()) > changes && heard > before + 5);
                  const result = (await ways()) > changes && heard > before + 5;
                  session.close();
                  return result;
                }
                """);
        assertThat(restarted).isEqualTo(true);
        Await.until("the stream is gone", () -> product.status("/api/v1/streams/anew") == 404);
    }

    private void publish(String name) {
        page.getByTestId("camera-open").click();
        page.getByTestId("camera-name").fill(name);
        page.getByTestId("camera-start").click();
        PlaywrightAssertions.assertThat(tile(name)).isVisible();
    }

    private void awaitMoving(Locator picture) {
        PlaywrightAssertions.assertThat(picture).isVisible();
        page.waitForCondition(() -> !picture.evaluate(PIXELS).equals(""));
        Object first = picture.evaluate(PIXELS);
        page.waitForCondition(() -> !picture.evaluate(PIXELS).equals(first));
    }

    /** Waits until this page holds so many WebRTC sessions, by the server's figure. */
    private void awaitWatchers(int sessions) {
        page.waitForCondition(() -> sessions() == sessions);
    }

    private void awaitNoSessions() {
        Await.until("the server holds no session", () -> sessions() == 0);
    }

    private double sessions() {
        return product.metric("mediamesh_webrtc_sessions");
    }

    private static String text(Locator tile, String testId) {
        return tile.getByTestId(testId).innerText();
    }

    private static double number(Locator of, String expression) {
        return ((Number) of.evaluate(expression)).doubleValue();
    }

    private void add(String id, String url) {
        page.getByTestId("add-stream-open").click();
        page.getByTestId("add-url").fill(url);
        page.getByTestId("add-id").fill(id);
        page.getByTestId("add-submit").click();
    }

    @Test
    void aHiddenOrClosedPageLetsTheSourceClose() {
        PlaywrightAssertions.assertThat(tile("test")).hasAttribute("data-state", "live");
        page.navigate("about:blank");
        Await.until(
                "nobody watches any more",
                () -> product.getJson("/api/v1/streams/test").getString("state").equals("idle"));
    }
}
