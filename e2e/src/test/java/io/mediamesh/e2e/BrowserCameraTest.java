package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.mediamesh.testkit.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The camera of a browser, of a phone too, that becomes a stream by the dashboard. */
@Tag("slow")
@Tag("browser")
final class BrowserCameraTest extends DashboardFixture {
    /** Counts the screen locks that are held, and remembers which sides were asked for. */
    private static final String PHONE = """
            globalThis.awake = 0;
            globalThis.facings = [];
            Object.defineProperty(navigator, 'wakeLock', {
              value: {
                async request() {
                  awake += 1;
                  return Object.assign(new EventTarget(), { released: false, release() { awake -= 1; this.released = true; } });
                },
              },
            });
            const { getUserMedia } = MediaDevices.prototype;
            MediaDevices.prototype.getUserMedia = function (wish) {
              facings.push(wish.video.facingMode?.ideal);
              return getUserMedia.call(this, wish);
            };
            """;

    private static final Pattern NUMBER = Pattern.compile("[0-9]");

    BrowserCameraTest(@TempDir Path folder) {
        super(folder);
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
    void aPhoneChoosesItsCameraStaysAwakeAndEndsWithThePage() {
        page.close();
        page = chromium.browser()
                .newPage(new Browser.NewPageOptions()
                        .setViewportSize(390, 844)
                        .setHasTouch(true)
                        .setIsMobile(true)
                        .setDeviceScaleFactor(2));
        page.addInitScript(PHONE);
        page.navigate(product.url("/"));
        page.getByTestId("camera-open").tap();
        PlaywrightAssertions.assertThat(page.getByTestId("camera-secure")).containsText("by https, or from localhost");
        page.getByTestId("camera-name").fill("phone");
        page.getByTestId("camera-facing-user").check();
        assertFitsAThumb(page.getByTestId("camera-start"));
        assertNothingOverflows();
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "dashboard-phone-form.png")));
        page.getByTestId("camera-start").tap();

        Locator tile = tile("phone");
        PlaywrightAssertions.assertThat(tile.getByTestId("camera-state")).hasText("Live");
        awaitMoving(tile.getByTestId("picture"));
        assertFitsAThumb(tile.getByTestId("camera-stop"));
        assertNothingOverflows();
        assertThat(page.evaluate("awake")).isEqualTo(1);
        tile.getByTestId("camera-turn").tap();
        PlaywrightAssertions.assertThat(tile.getByTestId("camera-turn")).hasAttribute("data-facing", "environment");
        assertThat(page.evaluate("facings")).isEqualTo(List.of("user", "environment"));
        awaitMoving(tile.getByTestId("picture"));
        PlaywrightAssertions.assertThat(tile.getByTestId("camera-state")).hasText("Live");
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "dashboard-phone.png")));

        tile.getByTestId("camera-stop").tap();
        PlaywrightAssertions.assertThat(tile).hasCount(0);
        assertThat(page.evaluate("awake")).isEqualTo(0);
        publish("phone-again");
        awaitMoving(tile("phone-again").getByTestId("picture"));
        page.navigate("about:blank");
        Await.until("the stream is gone", () -> product.status("/api/v1/streams/phone-again") == 404);
        awaitNoSessions();
    }

    /** 44 CSS pixels are what WCAG 2.2 asks for at its highest level (success criterion 2.5.5); these are to be larger. */
    private static void assertFitsAThumb(Locator button) {
        assertThat(button.boundingBox().height).isGreaterThanOrEqualTo(56);
        assertThat(button.boundingBox().width).isGreaterThanOrEqualTo(120);
    }

    private void assertNothingOverflows() {
        assertThat(page.evaluate("""
                () => [document.documentElement, ...document.querySelectorAll('dialog[open], dialog[open] *')]
                  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible'
                    && getComputedStyle(one).display !== 'inline' && one.clientWidth > 0)
                  .map((one) => one.outerHTML.slice(0, 80))
                """)).isEqualTo(List.of());
        assertThat(number(page.locator("body"), "body => body.scrollWidth")).isLessThanOrEqualTo(390);
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
}
