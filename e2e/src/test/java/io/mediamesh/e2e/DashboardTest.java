package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.mediamesh.testkit.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in Chromium. */
@Tag("slow")
@Tag("browser")
final class DashboardTest extends DashboardFixture {
    private static final String TOTAL_FRAMES = "video => video.getVideoPlaybackQuality().totalVideoFrames";

    DashboardTest(@TempDir Path folder) {
        super(folder);
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
    void thePageOfTheClusterTellsWhatTheMemberRunsAndProduces() {
        PlaywrightAssertions.assertThat(tile("test")).hasAttribute("data-state", "live");
        Page other = page.context().browser().newPage();
        other.onPageError(consoleErrors::add);
        other.navigate(product.url("/"));
        other.getByTestId("cluster-link").click();
        Locator member = other.locator("[data-testid=member][data-member=mediamesh]");
        PlaywrightAssertions.assertThat(member.getByTestId("member-state")).hasText("At work");
        PlaywrightAssertions.assertThat(member.getByTestId("member-produces")).containsText("test");
        PlaywrightAssertions.assertThat(member.getByTestId("member-cpu")).containsText("of");
        PlaywrightAssertions.assertThat(other.locator("[data-testid=service-count][data-service=vision]"))
                .hasAttribute("data-count", "1");
        other.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "cluster.png")));
        other.close();
        assertThat(consoleErrors).isEmpty();
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
