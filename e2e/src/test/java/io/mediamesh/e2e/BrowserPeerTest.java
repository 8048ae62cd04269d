package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WHIP and WHEP as pages use them, in Chromium, with every codec that it sends and plays. */
@Tag("slow")
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserPeerTest {
    private static final int LEVEL = 120;

    private Chromium chromium;
    private Product product;

    @BeforeAll
    void start(@TempDir Path folder) {
        chromium = Chromium.start("--autoplay-policy=no-user-gesture-required");
        product = Product.start(folder, Map.of());
    }

    @AfterAll
    void stop() {
        chromium.close();
        product.close();
    }

    private Page page() {
        Page page = chromium.browser().newPage();
        page.navigate(product.url("/health/live"));
        page.addScriptTag(new Page.AddScriptTagOptions()
                .setPath(Checkout.root().resolve("e2e/src/test/resources/io/mediamesh/e2e/browser-peer.js")));
        return page;
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP8", "VP9", "H264", "AV1"})
    void whatABrowserSendsIsMeasuredAndComesBackToAnother(String codec) {
        String stream = "browser-" + codec;
        try (Page sender = page();
                Page watcher = page()) {
            sender.evaluate("([stream, codec, level]) => publish(stream, codec, level)", List.of(stream, codec, LEVEL));
            sender.waitForFunction("heard.length > 20");
            double intensity = ((Number) sender.evaluate("heard.at(-1)")).doubleValue();
            assertThat(intensity).isCloseTo(LEVEL, within(2.0));

            watcher.evaluate("([stream, codec]) => watch(stream, codec)", List.of(stream, codec));
            assertThat(watcher.evaluate("watched(20)")).isEqualTo("video/" + codec);
            double grey = ((Number) watcher.evaluate("grey()")).doubleValue();
            assertThat(grey).isCloseTo(LEVEL, within(4.0));

            assertThat(watcher.evaluate("fetch(viewing, {method: 'DELETE'}).then(answer => answer.status)"))
                    .isEqualTo(200);
            assertThat(sender.evaluate("fetch(session, {method: 'DELETE'}).then(answer => answer.status)"))
                    .isEqualTo(200);
            Await.until(
                    "nothing is left",
                    () -> product.metric("mediamesh_webrtc_sessions") == 0
                            && product.status("/api/v1/streams/" + stream) == 404);
        }
    }
}
