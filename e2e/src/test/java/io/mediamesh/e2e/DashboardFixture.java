package io.mediamesh.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.mediamesh.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** The dashboard of a running product in a Chromium with a fake camera, a new page for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DashboardFixture {
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

    static final String FAKE_CAMERA = "--use-fake-device-for-media-stream";

    final Chromium chromium;
    final Product product;
    final List<String> consoleErrors = new ArrayList<>();
    Page page;

    DashboardFixture(Path folder) {
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

    final Locator tile(String stream) {
        return page.locator("[data-testid=stream-tile][data-stream='" + stream + "']");
    }

    final void awaitMoving(Locator picture) {
        PlaywrightAssertions.assertThat(picture).isVisible();
        page.waitForCondition(() -> !picture.evaluate(PIXELS).equals(""));
        Object first = picture.evaluate(PIXELS);
        page.waitForCondition(() -> !picture.evaluate(PIXELS).equals(first));
    }

    /** Waits until this page holds so many WebRTC sessions, by the server's figure. */
    final void awaitWatchers(int sessions) {
        page.waitForCondition(() -> sessions() == sessions);
    }

    final void awaitNoSessions() {
        Await.until("the server holds no session", () -> sessions() == 0);
    }

    final double sessions() {
        return product.metric("mediamesh_webrtc_sessions");
    }

    static String text(Locator tile, String testId) {
        return tile.getByTestId(testId).innerText();
    }

    static double number(Locator of, String expression) {
        return ((Number) of.evaluate(expression)).doubleValue();
    }
}
