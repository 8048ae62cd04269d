package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.mediamesh.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
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
    private final Playwright playwright;
    private final Browser browser;
    private final Product product;
    private final List<String> consoleErrors = new ArrayList<>();
    private Page page;

    DashboardTest(@TempDir Path folder) {
        Optional<Path> chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Tool.find(name).stream())
                .findFirst();
        Assumptions.assumeTrue(chromium.isPresent(), "Chromium is not installed");
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium.get())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        this.product = Product.start(folder, Map.of());
        this.page = browser.newPage();
    }

    @AfterAll
    void stop() {
        browser.close();
        playwright.close();
        product.close();
    }

    @BeforeEach
    void open() {
        consoleErrors.clear();
        page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1280, 900));
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
        byte[] first = picture.screenshot();
        page.waitForCondition(() -> !Arrays.equals(first, picture.screenshot()));
        PlaywrightAssertions.assertThat(tile.locator("[data-testid=detections]"))
                .containsText("motion");
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
