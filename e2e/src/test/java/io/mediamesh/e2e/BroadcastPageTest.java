package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.BoundingBox;
import io.mediamesh.testkit.Await;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page of broadcasts in Chromium, whose camera shows a red thing that goes round. */
@Tag("slow")
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BroadcastPageTest {
    private static final double PATIENCE_MILLIS = 60_000;

    private final Chromium chromium;
    private final Product product;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    BroadcastPageTest(@TempDir Path folder) {
        this.chromium = Chromium.start(
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--use-file-for-fake-video-capture=" + FakeCamera.write(folder));
        this.product = Product.start(folder, Map.of());
    }

    @AfterAll
    void stop() {
        chromium.close();
        product.close();
    }

    @AfterEach
    void close() {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        faults.clear();
    }

    @Test
    void whatIsMarkedWithTheMouseIsFollowedLostBehindAWallAndFoundAgain() {
        Page page = open(1280, 900, false);
        page.navigate(product.url("/"));
        page.getByTestId("broadcasts-link").click();
        goLive(page, "door");
        Page watching = open(1280, 900, false);
        watching.navigate(product.url("/dashboard/broadcast.html#watch/door"));

        mark(page, page.getByTestId("stage").first(), Pen.mouse(page));

        Locator panel = page.locator("mm-broadcast-panel");
        Seen first = Seen.await(page, panel, seen -> seen.whole() && seen.isFollowed() && seen.isOutlined());
        assertThat(first.boxes()).isEqualTo(1);
        assertThat(first.index()).isEqualTo("0");
        assertFollowing(page, "following");
        picture(page, "broadcast");
        Seen.await(
                page,
                panel,
                seen -> seen.whole()
                        && seen.isFollowed()
                        && seen.isOutlined()
                        && Math.abs(seen.thing().getX() - first.thing().getX()) > 60);
        Locator other = watching.locator("mm-watch-panel");
        assertThat(Seen.await(watching, other, seen -> seen.whole() && seen.isFollowed() && seen.isOutlined())
                        .index())
                .isEqualTo("0");
        picture(watching, "broadcast-watched");

        Seen.await(page, panel, seen -> seen.red() == 0 && seen.boxes() == 0);
        assertFollowing(page, "lost");
        assertThat(Seen.await(page, panel, seen -> seen.whole() && seen.isFollowed())
                        .index())
                .isEqualTo("0");
        assertFollowing(page, "following");

        page.getByTestId("unmark").click();
        assertFollowing(page, "off");
        Seen.await(page, panel, seen -> seen.boxes() == 0);
        page.getByTestId("broadcast-stop").click();
        PlaywrightAssertions.assertThat(watching.getByTestId("ended")).isVisible();
        Await.until("the stream is gone", () -> product.status("/api/v1/streams/door") == 404);
        assertThat(faults).isEmpty();
    }

    @Test
    void aFingerMarksOnAPhoneAndKeysDoToo() {
        Page page = open(390, 844, true);
        page.navigate(product.url("/dashboard/broadcast.html"));
        goLive(page, "phone");
        Locator stage = page.getByTestId("stage").first();
        mark(page, stage, Pen.finger(page));
        Locator panel = page.locator("mm-broadcast-panel");
        Seen.await(page, panel, seen -> seen.whole() && seen.isFollowed());
        picture(page, "broadcast-phone");
        assertThat(((Number) page.evaluate("document.body.scrollWidth")).intValue())
                .isLessThanOrEqualTo(390);

        page.getByTestId("unmark").click();
        stage.focus();
        page.keyboard().press("Enter");
        double x = number(stage, "x");
        double height = number(stage, "height");
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Shift+ArrowDown");
        page.waitForCondition(() -> number(stage, "x") > x && number(stage, "height") > height);
        page.keyboard().press("Escape");
        PlaywrightAssertions.assertThat(page.getByTestId("drawn")).hasCount(0);
        assertFollowing(page, "off");
        page.getByTestId("mark").click();
        page.getByTestId("mark-done").click();
        page.waitForCondition(() ->
                !page.getByTestId("following").getAttribute("data-following").equals("off"));
        assertThat(faults).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsExplainedAndAFileIsBroadcastInstead() {
        Page one = open(1280, 900, false);
        one.navigate(product.url("/dashboard/broadcast.html"));
        goLive(one, "taken");
        Page two = open(1280, 900, false);
        two.navigate(product.url("/dashboard/broadcast.html"));
        two.getByTestId("broadcast-name").fill("taken");
        two.getByTestId("broadcast-start").click();
        PlaywrightAssertions.assertThat(two.getByTestId("broadcast-error")).containsText("has a broadcaster already");

        two.getByTestId("broadcast-name").fill("clip");
        two.getByTestId("kind-file").check();
        two.getByTestId("broadcast-start").click();
        PlaywrightAssertions.assertThat(two.getByTestId("broadcast-error")).containsText("Choose a picture or a video");
        two.getByTestId("broadcast-file").setInputFiles(clip());
        two.getByTestId("broadcast-start").click();
        two.waitForCondition(() -> Integer.parseInt(two.getByTestId("sent").innerText()) > 3);
        two.waitForCondition(() -> two.getByTestId("delay").innerText().matches("[0-9].*"));

        two.getByTestId("tab-watch").click();
        two.locator("[data-testid=broadcast][data-stream=taken]").click();
        PlaywrightAssertions.assertThat(two.getByTestId("watch-state")).hasText("Live");
        assertThat(two.url()).endsWith("#watch/taken");
        assertThat(faults).isEmpty();
    }

    @Test
    void aChatHasAHistoryAndSaysWhatIsNotTaken() {
        Page one = open(1280, 900, false);
        one.navigate(product.url("/dashboard/broadcast.html#watch/talk"));
        one.getByTestId("chat-name").fill("Ann");
        say(one, "hello <b>there</b>");
        PlaywrightAssertions.assertThat(one.getByTestId("chat-message")).hasCount(1);

        Page late = open(1280, 900, false);
        late.navigate(product.url("/dashboard/broadcast.html#watch/talk"));
        PlaywrightAssertions.assertThat(late.getByTestId("chat-message")).containsText("Ann");
        PlaywrightAssertions.assertThat(late.getByTestId("chat-message")).containsText("hello <b>there</b>");

        String tooLong = "x".repeat(2001);
        say(late, tooLong);
        PlaywrightAssertions.assertThat(late.getByTestId("chat-error")).containsText("2000");
        PlaywrightAssertions.assertThat(late.getByTestId("chat-text")).hasValue(tooLong);
        say(late, "short");
        PlaywrightAssertions.assertThat(one.getByTestId("chat-message")).hasCount(2);
        PlaywrightAssertions.assertThat(one.getByTestId("chat-message").nth(1)).containsText("guest");
        assertThat(faults).isEmpty();
    }

    private Page open(int width, int height, boolean phone) {
        BrowserContext context = chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setHasTouch(phone)
                        .setIsMobile(phone));
        contexts.add(context);
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(message.text());
            }
        });
        page.onPageError(faults::add);
        return page;
    }

    private static void goLive(Page page, String name) {
        page.getByTestId("broadcast-name").fill(name);
        page.getByTestId("broadcast-start").click();
        PlaywrightAssertions.assertThat(page.getByTestId("broadcast-state"))
                .hasText("Live", new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE_MILLIS));
    }

    /**
     * Draws a rectangle around the thing. The picture stands still from the first corner on; where that came too late and
     * the thing had gone on, it is begun anew.
     */
    private static void mark(Page page, Locator stage, Pen pen) {
        stage.scrollIntoViewIfNeeded();
        Locator panel = page.locator("mm-broadcast-panel");
        for (int attempt = 0; attempt < 30; attempt++) {
            Rectangle2D going = Seen.await(page, panel, Seen::isFree).thing();
            double x = going.getX() - 12;
            double y = going.getY() - 16;
            pen.down(onPage(stage, x, y));
            PlaywrightAssertions.assertThat(page.getByTestId("drawn")).hasCount(1);
            Rectangle2D thing = Seen.of(panel).thing();
            double right = thing.getX() - x;
            double below = thing.getY() - y;
            if (right > 3 && right < 30 && below > 3 && below < 30) {
                pen.move(onPage(stage, thing.getMaxX() - 20, thing.getMaxY() + 9));
                pen.move(onPage(stage, thing.getMaxX() + 9, thing.getMaxY() + 9));
                pen.up();
                return;
            }
            page.keyboard().press("Escape");
            pen.up();
        }
        throw new AssertionError("the thing was never where it had been a moment before");
    }

    /** Where a pixel of the picture is on the page; the stage has the form of the picture or is wider. */
    private static double[] onPage(Locator stage, double x, double y) {
        BoundingBox box = stage.boundingBox();
        double scale = Math.min(box.width / FakeCamera.WIDTH, box.height / FakeCamera.HEIGHT);
        return new double[] {
            box.x + (box.width - FakeCamera.WIDTH * scale) / 2 + x * scale,
            box.y + (box.height - FakeCamera.HEIGHT * scale) / 2 + y * scale
        };
    }

    private static void assertFollowing(Page page, String state) {
        PlaywrightAssertions.assertThat(page.getByTestId("following"))
                .hasAttribute(
                        "data-following",
                        state,
                        new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE_MILLIS));
    }

    private static double number(Locator stage, String attribute) {
        return Double.parseDouble(stage.getByTestId("drawn").getAttribute(attribute));
    }

    private static void say(Page page, String text) {
        page.getByTestId("chat-text").fill(text);
        page.getByTestId("chat-send").click();
    }

    private static Path clip() {
        return Tool.ffmpeg(
                Path.of("target", "clip.webm"), "-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=2", "-c:v", "libvpx");
    }

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", name + ".png")));
    }
}
