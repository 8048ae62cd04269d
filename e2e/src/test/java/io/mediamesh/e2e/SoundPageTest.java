package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page of a stream's sound in Chromium, with sounds that are known. */
@Tag("slow")
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SoundPageTest {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final Set<String> OF_ONE_CHANNEL =
            Set.of("levels", "fft_spectrum", "octave_spectrum", "pitch_tracker", "spectrogram", "scope");
    /** Half and a quarter of full scale at 1 kHz, the second a millisecond late and upside down. */
    private static final String TWO_CHANNELS =
            "aevalsrc=0.5*sin(2*PI*1000*t)|-0.25*sin(2*PI*1000*(t-0.001)):s=48000:d=10";
    /** 20 Hz to 20 kHz in ten seconds, each octave as long as any other. */
    private static final String SWEEP = "aevalsrc=0.7*sin(2*PI*20*10/log(1000)*(exp(t/10*log(1000))-1)):s=48000:d=10";

    private final Path folder;
    private final Chromium chromium;
    private final Product product;
    private final List<String> faults = new ArrayList<>();
    private Page page;

    SoundPageTest(@TempDir Path folder) {
        this.folder = folder;
        this.chromium = Chromium.start();
        this.product = Product.start(folder, Map.of());
        this.page = chromium.browser().newPage();
        putSound("tone", "aevalsrc=0.5*sin(2*PI*440*t):s=48000:d=10");
    }

    @AfterAll
    void stop() {
        chromium.close();
        product.close();
    }

    @BeforeEach
    void open() {
        faults.clear();
        page = chromium.browser().newPage(new Browser.NewPageOptions().setViewportSize(1400, 1330));
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(message.text());
            }
        });
        page.onPageError(faults::add);
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void aToneIsShownAsItsNoteItsPeakAndItsBand() {
        show("tone");

        awaitFigure("note", "A4");
        awaitNear("cents", 0, 2.0);
        awaitNear("frequency", 440, 0.5);
        awaitNear("peak-frequency", 440, 0.5);
        awaitNear("peak-magnitude", -6.02, 0.15);
        awaitFigure("loudest", "400");
        awaitFigure("trigger", "found");
        PlaywrightAssertions.assertThat(page.getByTestId("sound-delay_estimator"))
                .hasCount(0);
        awaitAllDrawn();
        assertThat(faults).isEmpty();
        picture("sound-tone");
    }

    @Test
    void aSettingThatIsChosenHoldsForEverybodyWhoListens() {
        putSound("chosen", "aevalsrc=0.5*sin(2*PI*440*t):s=48000:d=10");
        show("chosen");
        Locator size = page.getByTestId("setting-audio.fft_spectrum.fft_size");
        PlaywrightAssertions.assertThat(size).hasValue("4096");
        PlaywrightAssertions.assertThat(page.getByTestId("setting-audio.spectrogram.axis"))
                .hasValue("linear");

        size.selectOption("16384");

        Await.until("the API tells the choice", () -> product.getJson("/api/v1/streams/chosen/audio/settings")
                .getJsonObject("values")
                .getString("audio.fft_spectrum.fft_size")
                .equals("16384"));
        // 440 Hz lies between two bins of 2.93 Hz as well as of 11.72 Hz.
        awaitNear("peak-frequency", 440, 0.2);
        page.reload();
        PlaywrightAssertions.assertThat(size).hasValue("16384");
        assertThat(faults).isEmpty();
    }

    @Test
    void metersShowPeakAndRmsOfEachChannel() {
        putSound("two", TWO_CHANNELS);
        show("two");

        // A sine's RMS is 3.01 dB below its peak; half of full scale is -6.02 dBFS.
        awaitFigure("levels-0", "−6.0 · −9.0 dBFS");
        PlaywrightAssertions.assertThat(page.getByTestId("figure-levels-1"))
                .hasText(Pattern.compile("−12\\.0 · −15\\.[01] dBFS"));
        awaitFigure("peak-frequency", "1.000 kHz");
        PlaywrightAssertions.assertThat(page.getByTestId("sound-delay_estimator"))
                .isVisible();
        awaitAllDrawn();
        assertThat(faults).isEmpty();
    }

    @Test
    void aSweepIsDrawnAsALineThatRises() {
        putSound("sweep", SWEEP);
        show("sweep");

        awaitAllDrawn();
        double first = figureAbove("peak-frequency", 20);
        double second = figureAbove("peak-frequency", first * 1.2);
        figureAbove("peak-frequency", second * 1.2);
        assertThat(faults).isEmpty();
        picture("sound-sweep");
    }

    @Test
    void speechIsDrawn() {
        Tool.need("espeak-ng");
        Path speech = folder.resolve("speech.wav");
        String words = "Everything live is a topic, and nothing runs unless somebody is subscribed.";
        run("espeak-ng", "-w", speech.toString(), words);
        product.putStream("speech", "file://" + speech);
        show("speech");

        awaitAllDrawn();
        // The voice is a man's: somewhere between 60 and 400 Hz.
        page.waitForCondition(() -> {
            String frequency = figureText("frequency");
            return frequency.endsWith(" Hz") && numberIn(frequency) > 60 && numberIn(frequency) < 400;
        });
        assertThat(faults).isEmpty();
        picture("sound-speech");
    }

    @Test
    void nothingIsDrawnWhileAMessageIsHandledAndPicturesGoOn() {
        page.addInitScript(Checkout.root().resolve("e2e/src/test/resources/io/mediamesh/e2e/drawing-probe.js"));
        show("tone");
        awaitAllDrawn();
        double pictures = probe("pictures");
        double handled = probe("handled");

        page.waitForCondition(() -> probe("pictures") > pictures + 300 && probe("handled") > handled + 300);

        assertThat(probe("drawn")).isPositive();
        assertThat(probe("drawnInHandlers")).isZero();
        System.out.println("drawing with all panels: " + page.evaluate("JSON.stringify(drawing)"));
    }

    @Test
    void onlyWhatIsShownIsAnalysed() {
        show("tone");
        awaitAnalyses("tone", OF_ONE_CHANNEL);

        page.getByTestId("switch-scope").click();
        page.getByTestId("switch-spectrogram").click();
        awaitAnalyses("tone", Set.of("levels", "fft_spectrum", "octave_spectrum", "pitch_tracker"));
        page.reload();
        PlaywrightAssertions.assertThat(page.getByTestId("switch-scope")).hasAttribute("aria-checked", "false");
        page.getByTestId("switch-scope").focus();
        page.keyboard().press("Enter");
        awaitAnalyses("tone", Set.of("levels", "fft_spectrum", "octave_spectrum", "pitch_tracker", "scope"));

        page.setViewportSize(1400, 300);
        awaitAnalyses("tone", Set.of("levels", "fft_spectrum", "octave_spectrum"));

        page.navigate("about:blank");
        awaitAnalyses("tone", Set.of());
        Await.until(
                "the source is closed",
                () -> product.getJson("/api/v1/streams/tone").getString("state").equals("idle"));
    }

    @Test
    void theTileShowsTheLevelAndLeadsToThePage() {
        page.navigate(product.url("/"));
        Locator tile = page.locator("[data-testid=stream-tile][data-stream='test']");
        PlaywrightAssertions.assertThat(tile.getByTestId("level-strip")).isVisible();
        awaitAnalyses("test", Set.of("levels"));
        awaitDrawn(tile.getByTestId("level-strip"));

        tile.getByTestId("pause").click();
        awaitAnalyses("test", Set.of());

        tile.getByTestId("sound-link").click();
        page.waitForURL(product.url("/sound/test"));
        awaitFigure("note", "A4");
    }

    @Test
    void aTileWithoutPicturesAsksForLevelsOnly() {
        page.navigate(product.url("/"));
        Locator tile = page.locator("[data-testid=stream-tile][data-stream='tone']");
        PlaywrightAssertions.assertThat(tile.getByTestId("stream-notice")).containsText("Sound only");
        awaitDrawn(tile.getByTestId("level-strip"));
        Await.until("only sound is wanted", () -> topics("tone"), Set.of("audio", "levels")::equals);
    }

    @Test
    void aCursorMovesByArrowKeysAndAPhoneIsWideEnough() {
        page.setViewportSize(390, 844);
        show("tone");
        Locator canvas = page.locator("[data-testid=sound-fft_spectrum] canvas");
        awaitDrawn(canvas);
        canvas.focus();
        page.keyboard().press("ArrowRight");
        picture("sound-phone");
        assertThat(((Number) page.evaluate("document.body.scrollWidth")).intValue())
                .isLessThanOrEqualTo(390);
        assertThat(faults).isEmpty();
    }

    @Test
    void aStreamThatIsNotThereIsExplained() {
        page.navigate(product.url("/sound/nowhere"));
        PlaywrightAssertions.assertThat(page.getByTestId("banner")).containsText("nowhere");
        PlaywrightAssertions.assertThat(page.locator("mm-sound-panel")).hasCount(0);
    }

    private void show(String stream) {
        page.navigate(product.url("/sound/" + stream));
    }

    private void putSound(String id, String generator) {
        Path file = Tool.ffmpeg(folder.resolve(id + ".wav"), "-f", "lavfi", "-i", generator, "-c:a", "pcm_s16le");
        product.putStream(id, "file://" + file);
    }

    private static void run(String... command) {
        Tool.Result result = Tool.run(60, List.of(command));
        assertThat(result.status()).as(result.output()).isZero();
    }

    private void awaitFigure(String id, String text) {
        PlaywrightAssertions.assertThat(page.getByTestId("figure-" + id)).hasText(text);
    }

    private String figureText(String id) {
        return page.getByTestId("figure-" + id).textContent();
    }

    /** Each panel has messages of its own, and some have none yet when others show theirs. */
    private void awaitNear(String id, double expected, double tolerance) {
        page.waitForCondition(() -> {
            String text = figureText(id);
            return !text.isEmpty() && Math.abs(numberIn(text) - expected) <= tolerance;
        });
    }

    /** Waits until a frequency is higher than that. */
    private double figureAbove(String id, double hertz) {
        double[] seen = {0};
        page.waitForCondition(() -> {
            String text = figureText(id);
            seen[0] = text.endsWith("Hz") ? numberIn(text) * (text.endsWith("kHz") ? 1000 : 1) : 0;
            return seen[0] > hertz;
        });
        return seen[0];
    }

    /** The number that a text begins with; NaN where there is none. */
    private static double numberIn(String text) {
        Matcher number = NUMBER.matcher(text.replace('−', '-'));
        return number.find() ? Double.parseDouble(number.group()) : Double.NaN;
    }

    private double probe(String name) {
        return ((Number) page.evaluate("drawing." + name)).doubleValue();
    }

    /** Waits until a canvas has more than the colour of nothing. */
    private void awaitDrawn(Locator canvas) {
        page.waitForCondition(() -> (Boolean) canvas.evaluate("""
                canvas => {
                  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                  return new Set(new Uint32Array(data.buffer)).size > 8;
                }
                """));
    }

    private void awaitAllDrawn() {
        page.waitForCondition(() -> page.getByTestId("sound-note").count() == 0);
        page.locator("mm-sound-panel canvas").all().forEach(this::awaitDrawn);
    }

    /** Waits until these analyses of a stream run, and no others. */
    private void awaitAnalyses(String stream, Set<String> kinds) {
        Await.until(stream + " is analysed for " + kinds, () -> running(stream), running -> running.equals(kinds));
    }

    private Set<String> running(String stream) {
        Set<String> kinds = new HashSet<>(topics(stream));
        kinds.removeAll(
                Set.of("video", "audio", "annotated", "detections", "intensity", "packets", "tracks", "events"));
        return kinds;
    }

    private Set<String> topics(String stream) {
        return product.getJson("/api/v1/topics").getJsonArray("topics").stream()
                .map(JsonObject.class::cast)
                .filter(topic -> topic.getString("stream").equals(stream))
                .map(topic -> topic.getString("topic"))
                .collect(Collectors.toSet());
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", name + ".png")));
    }
}
