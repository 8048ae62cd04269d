package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams are recorded, and what is written is looked at with FFmpeg's programs. */
@Tag("slow")
final class RecordingTest {
    private static final double FRAME_SECONDS = 1 / 30.0;
    /** A little above the −20 dBFS of the test source's tone. */
    private static final int TONE_AMPLITUDE = 3_400;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Path folder = Path.of("");

    @BeforeEach
    void use(@TempDir Path empty) {
        folder = empty;
    }

    private static JsonObject record(Product product, String stream, List<String> topics) {
        return product.posted(
                "/api/v1/streams/" + stream + "/recordings",
                new JsonObject().put("topics", topics).put("events", true),
                201);
    }

    private static JsonObject look(Product product, JsonObject recording) {
        return product.getJson("/api/v1/recordings/" + recording.getString("id"));
    }

    private static JsonObject stop(Product product, JsonObject recording) {
        return product.posted("/api/v1/recordings/" + recording.getString("id") + "/stop", new JsonObject(), 200);
    }

    private static void awaitSeconds(Product product, JsonObject recording, double seconds) {
        Await.until(
                seconds + " s are recorded",
                Duration.ofSeconds(60),
                () -> look(product, recording).getDouble("duration") >= seconds);
    }

    /**
     * Asserts that the sound is the test source's, sample by sample: a sine of 1 kHz and −20 dBFS, with a tick of 3 kHz
     * in the first 40 ms of each second. Only before its first block, which is subscribed to a moment after the first
     * picture, and after its last one, until the last picture is over, there is silence.
     */
    private static void assertIsTestTone(short[] samples) {
        int begin = 0;
        int end = samples.length;
        while (samples[begin] == 0) {
            begin++;
        }
        while (samples[end - 1] == 0) {
            end--;
        }
        assertThat(begin).as("silent samples at the beginning").isLessThan(24_000);
        assertThat(samples.length - end).as("silent samples at the end").isLessThan(4_800);
        int tick = begin;
        while (Math.abs(samples[tick]) < TONE_AMPLITUDE) {
            tick++;
        }
        int best = begin;
        // Where the tick becomes loud is a few samples after the full second.
        for (int second = tick - 48; second <= tick; second++) {
            best = Math.max(best, firstStrange(samples, begin, second));
        }
        assertThat(best).as("the first sample that is not the source's").isGreaterThanOrEqualTo(end);
    }

    private static boolean isWithin(JsonObject event, JsonObject gap) {
        double since = event.getDouble("t") - gap.getDouble("t");
        return since > 0 && since < gap.getDouble("duration");
    }

    private static int firstStrange(short[] samples, int begin, int second) {
        for (int index = begin; index < samples.length; index++) {
            int inSecond = Math.floorMod(index - second, 48_000);
            double phase = 2 * Math.PI * inSecond / 48;
            double tick = inSecond < 1_920 ? 0.4 * (1 - inSecond / 1_920.0) * Math.sin(3 * phase) : 0;
            if (Math.abs(samples[index] - Short.MAX_VALUE * (0.1 * Math.sin(phase) + tick)) > 1) {
                return index;
            }
        }
        return samples.length;
    }

    private Path download(Product product, JsonObject recording, String file) throws IOException {
        HttpResponse<byte[]> answer = product.get("/api/v1/recordings/" + recording.getString("id") + "/" + file);
        assertThat(answer.statusCode()).isEqualTo(200);
        return Files.write(folder.resolve(file), answer.body());
    }

    @Test
    void aRecordedStreamPlaysWithItsSoundAndWhatWasKnownOfIt() throws Exception {
        try (Product product = Product.start(folder, Map.of())) {
            product.putStream("yard", "test:?size=640x480&fps=30&tone=1000");
            try (TopicViewer light = new TopicViewer(product, "yard", "intensity")) {
                Await.until("the light", () -> light.messages.get() > 0);
                JsonObject recording = record(product, "yard", List.of("video", "audio"));
                awaitSeconds(product, recording, 6);
                JsonObject ended = stop(product, recording);

                assertThat(ended.getString("state")).isEqualTo("finished");
                Path video = download(product, ended, "video.mp4");
                Path sound = download(product, ended, "audio.wav");
                assertThat(Media.codec(video, "v:0")).isEqualTo("h264");
                assertThat(Media.codec(video, "a:0")).isEqualTo("aac");
                assertThat(Media.complaints(video)).isEmpty();
                double seconds = Media.seconds(video, "v:0");
                assertThat(seconds).isCloseTo(ended.getDouble("duration"), within(FRAME_SECONDS));
                assertThat(Media.seconds(sound, "a:0")).isCloseTo(seconds, within(FRAME_SECONDS));
                assertThat(Media.start(video, "a:0")).isCloseTo(Media.start(video, "v:0"), within(0.04));
                double[] times = Media.packets(video, "v:0").stream()
                        .mapToDouble(packet -> packet[0])
                        .toArray();
                assertThat(times).isSorted().doesNotHaveDuplicates();
                List<JsonObject> events = Files.readAllLines(download(product, ended, "events.jsonl")).stream()
                        .map(JsonObject::new)
                        .toList();
                List<JsonObject> gaps = events.stream()
                        .filter(event ->
                                "gap".equals(event.getString("type")) && "video".equals(event.getString("topic")))
                        .toList();
                // The test source gives thirty a second; those that a busy machine leaves out are told.
                long missing =
                        gaps.stream().mapToLong(gap -> gap.getLong("items")).sum();
                assertThat((double) times.length + missing).isCloseTo(seconds * 30, within(3.0));

                short[] samples = Media.samples(sound);
                assertThat(Media.toneHz(samples, 48_000)).isCloseTo(1000, within(0.5));
                assertIsTestTone(samples);

                List<JsonObject> known = events.stream()
                        .filter(event -> "intensity".equals(event.getString("topic")))
                        .toList();
                assertThat(known).hasSizeGreaterThan(100);
                assertThat(known.stream().map(event -> event.getDouble("t"))).isSorted();
                // Every event stands at the time of the picture that it was measured on, if that is not told as
                // missing.
                assertThat(known)
                        .filteredOn(event -> gaps.stream().noneMatch(gap -> isWithin(event, gap)))
                        .allSatisfy(event -> assertThat(Arrays.stream(times)
                                        .map(time -> Math.abs(time - times[0] - event.getDouble("t")))
                                        .min()
                                        .orElseThrow())
                                .isLessThan(0.002));
                JsonObject manifest = new JsonObject(Files.readString(download(product, ended, "manifest.json")));
                assertThat(manifest.getString("stream")).isEqualTo("yard");
            }
        }
    }

    @Test
    @Tag("browser")
    void aPagePlaysARecordingAndGoesToWhatHappened() {
        try (Product product = Product.start(folder, Map.of());
                Chromium chromium = Chromium.start("--autoplay-policy=no-user-gesture-required")) {
            product.putStream("yard", "test:?size=320x240&fps=15");
            try (TopicViewer boxes = new TopicViewer(product, "yard", "detections")) {
                Await.until("boxes", () -> boxes.messages.get() > 10);
                JsonObject recording = record(product, "yard", List.of("video", "audio"));
                awaitSeconds(product, recording, 4);
                stop(product, recording);
                try (Page page = chromium.browser().newPage()) {
                    page.navigate(product.url("/recordings/" + recording.getString("id")));
                    Locator video = page.locator("video");
                    Await.until(
                            "the video can be played",
                            Duration.ofSeconds(30),
                            () -> (int) video.evaluate("v => v.readyState") >= 2);
                    assertThat((int) video.evaluate("v => v.videoWidth")).isEqualTo(320);

                    video.evaluate("v => v.currentTime = 3");
                    Await.until(
                            "it has gone there",
                            () -> ((Number) video.evaluate("v => v.seeking ? 0 : v.currentTime")).doubleValue() >= 3);
                    page.getByText("motion").first().click();
                    Await.until(
                            "it has gone back to the first box",
                            () -> ((Number) video.evaluate("v => v.seeking ? 9 : v.currentTime")).doubleValue() < 2);
                    page.screenshot(
                            new Page.ScreenshotOptions().setPath(Checkout.root().resolve("e2e/target/recording.png")));
                }
            }
        }
    }

    @Test
    void piecesOfAFileComeAsTheyAreAskedFor() throws Exception {
        try (Product product = Product.start(folder, Map.of())) {
            product.putStream("yard", "test:?size=320x240");
            JsonObject recording = record(product, "yard", List.of("video"));
            awaitSeconds(product, recording, 2);
            JsonObject ended = stop(product, recording);
            byte[] whole = Files.readAllBytes(download(product, ended, "video.mp4"));

            HttpResponse<byte[]> piece = HTTP.send(
                    HttpRequest.newBuilder(URI.create(
                                    product.url("/api/v1/recordings/" + ended.getString("id") + "/video.mp4")))
                            .header("Range", "bytes=100-299")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(piece.statusCode()).isEqualTo(206);
            assertThat(piece.headers().firstValue("Content-Range")).hasValue("bytes 100-299/" + whole.length);
            assertThat(piece.body()).isEqualTo(Arrays.copyOfRange(whole, 100, 300));
        }
    }

    @Test
    void aKilledProductLosesASecondAtMostAndGoesOnWithTheRecording() throws Exception {
        JsonObject recording;
        double killedUnix;
        Product first = Product.start(folder, Map.of());
        try (first) {
            first.putStream("yard", "test:?size=640x480&fps=30&tone=1000");
            recording = record(first, "yard", List.of("video", "audio"));
            awaitSeconds(first, recording, 5);
            killedUnix = System.currentTimeMillis() / 1e3;
            first.kill();
        }
        try (Product second = Product.start(folder, Map.of())) {
            Await.until("it is recorded again", Duration.ofSeconds(60), () -> {
                JsonArray parts = look(second, recording).getJsonArray("parts");
                return parts.size() == 2 && parts.getJsonObject(1).getDouble("duration") > 2;
            });
            JsonObject ended = stop(second, recording);

            assertThat(ended.getString("state")).isEqualTo("finished");
            JsonObject cut = ended.getJsonArray("parts").getJsonObject(0);
            double endUnix = ended.getDouble("started") + cut.getDouble("start") + cut.getDouble("duration");
            assertThat(killedUnix - endUnix).isLessThan(1.0);
            for (String file : List.of("video-0001.mp4", "video-0002.mp4")) {
                Path video = download(second, ended, file);
                assertThat(Media.complaints(video)).isEmpty();
                assertThat(Media.seconds(video, "v:0")).isGreaterThan(1.5);
            }
            assertThat(Media.toneHz(Media.samples(download(second, ended, "audio-0001.wav")), 48_000))
                    .isCloseTo(1000, within(0.5));
        }
    }

    @Test
    void aFullDiskEndsTheRecordingAndNothingElse() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        Tool.Result mounted =
                Tool.run(10, List.of("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", small.toString()));
        Assumptions.assumeTrue(mounted.status() == 0, "no tmpfs can be mounted: " + mounted.output());
        try (Product product = Product.start(
                folder,
                Map.of(
                        "MEDIAMESH_RECORDER_DIRECTORY", small.toString(),
                        "MEDIAMESH_RECORDER_RETENTION_FREE_MIB", "0",
                        "MEDIAMESH_RECORDER_BIT_RATE_KBPS", "60000"))) {
            product.putStream("yard", "test:?size=1280x720&fps=30");
            try (TopicViewer viewer = new TopicViewer(product, "yard", "video")) {
                JsonObject recording = record(product, "yard", List.of("video", "audio"));
                // Sound as PCM alone would take minutes, so something else fills the disk.
                Files.write(small.resolve("ballast"), new byte[24 << 20]);
                Await.until("the recording has failed", Duration.ofSeconds(90), () -> look(product, recording)
                        .getString("state")
                        .equals("failed"));

                assertThat(look(product, recording).getString("reason")).containsIgnoringCase("space");
                long before = viewer.messages.get();
                Await.until("live goes on", () -> viewer.messages.get() > before + 30);
                Files.delete(small.resolve("ballast"));
                assertThat(Media.complaints(download(product, recording, "video.mp4")))
                        .isEmpty();
            }
        } finally {
            Tool.run(10, List.of("umount", "-l", small.toString()));
        }
    }

    @Test
    void theH264AndAacOfACameraAreKeptAsTheyCame() throws Exception {
        try (RtspCamera camera = RtspCamera.start(Product.freePort());
                Product product = Product.start(folder, Map.of())) {
            product.putStream("gate", camera.url());
            // What a server has sent while its stream was looked at comes at once, and its times have to settle first.
            TopicViewer viewer = new TopicViewer(product, "gate", "video");
            Await.until("pictures", () -> viewer.messages.get() > 50);
            // FFmpeg's own program takes the same stream, from before the recording until after it.
            Path reference = folder.resolve("reference.ts");
            Process other = new ProcessBuilder(
                            "ffmpeg",
                            "-v",
                            "error",
                            "-rtsp_transport",
                            "tcp",
                            "-i",
                            camera.url(),
                            "-c",
                            "copy",
                            "-y",
                            reference.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Await.until(
                    "the other program records",
                    () -> Files.exists(reference) && reference.toFile().length() > 0);
            JsonObject recording = record(product, "gate", List.of("video", "audio"));
            awaitSeconds(product, recording, 4);
            JsonObject ended = stop(product, recording);
            long soFar = reference.toFile().length();
            Await.until("the other has gone on", () -> reference.toFile().length() > soFar + 500_000);
            other.destroy();
            other.waitFor();
            viewer.close();

            assertThat(ended.getBoolean("remuxed")).isTrue();
            Path video = download(product, ended, "video.mp4");
            assertThat(Media.codec(video, "v:0")).isEqualTo("h264");
            assertThat(Media.codec(video, "a:0")).isEqualTo("aac");
            assertThat(Media.complaints(video)).isEmpty();
            Path plain = Tool.ffmpeg(folder.resolve("reference.mp4"), "-i", reference.toString(), "-c", "copy");
            List<String> sound = Media.hashes(video, "a:0");
            assertThat(sound).hasSizeGreaterThan(150);
            List<String> all = Media.hashes(plain, "a:0");
            List<String> piece = all.subList(all.indexOf(sound.getFirst()), all.indexOf(sound.getLast()) + 1);
            assertThat(piece).containsSubsequence(sound);
            // Where the machine was so busy that the beginning came late, a frame is left out.
            assertThat(sound).hasSizeGreaterThanOrEqualTo(piece.size() - 1);
            assertThat(Media.start(video, "a:0")).isCloseTo(Media.start(video, "v:0"), within(0.04));
            assertThat(Media.toneHz(Media.samples(download(product, ended, "audio.wav")), 48_000))
                    .isCloseTo(440, within(1.0));
        }
    }
}
