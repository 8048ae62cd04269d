package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One stream from its source to clients that are not ours. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OneStreamTest {
    private final Path folder;
    private final Product product;

    OneStreamTest(@TempDir Path folder) {
        this.folder = folder;
        this.product = Product.start(folder, Map.of());
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void withoutArgumentsATestPictureIsThere() {
        JsonObject streams = product.getJson("/api/v1/streams");
        assertThat(streams.getInteger("count")).isGreaterThanOrEqualTo(1);
        assertThat(streams.getJsonArray("streams").stream().map(stream -> ((JsonObject) stream).getString("id")))
                .contains("test");
    }

    @Test
    void aSnapshotIsAJpegAsFfprobeSeesIt() throws IOException {
        for (String topic : List.of("video", "annotated")) {
            HttpResponse<byte[]> answer = product.get("/api/v1/streams/test/snapshot.jpg?topic=" + topic);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).contains("image/jpeg");
            Path file = folder.resolve("snapshot-" + topic + ".jpg");
            Files.write(file, answer.body());
            assertThat(Tool.probe(file)).isEqualTo("mjpeg,640,480,yuvj420p");
        }
    }

    @Test
    void twoSnapshotsShowAPictureThatMoves() throws IOException {
        byte[] first = product.get("/api/v1/streams/test/snapshot.jpg").body();
        Await.until(
                "another picture",
                () -> meanDifference(
                                first,
                                product.get("/api/v1/streams/test/snapshot.jpg").body())
                        > 0.5);
    }

    private static double meanDifference(byte[] one, byte[] two) {
        try {
            var a = ImageIO.read(new ByteArrayInputStream(one));
            var b = ImageIO.read(new ByteArrayInputStream(two));
            long sum = 0;
            for (int y = 0; y < a.getHeight(); y++) {
                for (int x = 0; x < a.getWidth(); x++) {
                    sum += Math.abs(((a.getRGB(x, y) >> 8) & 0xff) - ((b.getRGB(x, y) >> 8) & 0xff));
                }
            }
            return (double) sum / (a.getWidth() * a.getHeight());
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /** The client of document 002, in Python with the library of others. */
    @Test
    void aPythonClientOfTheCameraStreamGetsFramesWithTimestamps() throws IOException {
        Path script = folder.resolve("camera.py");
        Files.writeString(script, """
                import asyncio, base64, json, sys, time, websockets

                async def main():
                    async with websockets.connect(sys.argv[1], max_size=None) as socket:
                        frames = []
                        while len(frames) < 20:
                            message = json.loads(await asyncio.wait_for(socket.recv(), 10))
                            assert set(message) == {"type", "data", "timestamp"}, message.keys()
                            assert message["type"] == "frame"
                            frames.append((message["timestamp"], base64.b64decode(message["data"], validate=True)))
                        assert abs(time.time() - frames[-1][0]) < 5
                        assert all(a[0] < b[0] for a, b in zip(frames, frames[1:])), "out of order"
                        rate = (len(frames) - 1) / (frames[-1][0] - frames[0][0])
                        open(sys.argv[2], "wb").write(frames[-1][1])
                        print("rate %.2f" % rate)

                asyncio.run(main())
                """);
        Path picture = folder.resolve("camera.jpg");
        Tool.Result result = Tool.run(
                40,
                List.of(
                        Checkout.python().toString(),
                        script.toString(),
                        product.socketUrl("/ws/video-stream?stream=test"),
                        picture.toString()));
        assertThat(result.status()).as(result.output()).isZero();
        double rate = Double.parseDouble(result.output().replace("rate", "").strip());
        assertThat(rate).isLessThan(15.5);
        assertThat(Tool.probe(picture)).isEqualTo("mjpeg,640,480,yuvj420p");
    }

    @Test
    void aPythonClientGetsHeadersAndPicturesAndEvents() throws IOException {
        Path script = folder.resolve("topics.py");
        Files.writeString(script, """
                import asyncio, json, sys, websockets

                async def main():
                    base = sys.argv[1]
                    async with websockets.connect(base + "annotated?quality=50", max_size=None) as socket:
                        seen = 0
                        last = -1
                        while seen < 10:
                            message = await asyncio.wait_for(socket.recv(), 10)
                            header = json.loads(message)
                            if "sequence" not in header:
                                continue
                            assert header["width"] == 640 and header["height"] == 480, header
                            assert header["sequence"] > last, header
                            last = header["sequence"]
                            picture = await asyncio.wait_for(socket.recv(), 10)
                            assert picture[:2] == b"\\xff\\xd8" and picture[-2:] == b"\\xff\\xd9"
                            seen += 1
                    async with websockets.connect(base + "intensity") as socket:
                        seen = 0
                        while seen < 10:
                            message = json.loads(await asyncio.wait_for(socket.recv(), 10))
                            if "current_intensity" in message:
                                assert 0 <= message["current_intensity"] <= 255
                                assert abs(message["current_normalized"] - message["current_intensity"] / 255) < 1e-6
                                assert 1 <= message["frame_count"] <= 30
                                seen += 1
                    async with websockets.connect(base + "detections") as socket:
                        while True:
                            message = json.loads(await asyncio.wait_for(socket.recv(), 10))
                            if message.get("objects"):
                                box = message["objects"][0]
                                assert 0 <= box["confidence"] <= 1 and box["x1"] < box["x2"], box
                                break
                    print("all topics")

                asyncio.run(main())
                """);
        Tool.Result result = Tool.run(
                60,
                List.of(
                        Checkout.python().toString(),
                        script.toString(),
                        product.socketUrl("/api/v1/streams/test/topics/")));
        assertThat(result.status()).as(result.output()).isZero();
    }

    @Test
    void aStreamThatNobodyWatchesIsIdleAndItsTopicsAreGone() {
        product.putStream("lonely", "test:?size=320x240");
        assertThat(product.get("/api/v1/streams/lonely/snapshot.jpg").statusCode())
                .isEqualTo(200);
        Await.until("the stream is idle again", () -> product.getJson("/api/v1/streams/lonely")
                .getString("state")
                .equals("idle"));
        JsonArray topics = product.getJson("/api/v1/topics").getJsonArray("topics");
        assertThat(topics.stream()
                        .filter(topic ->
                                ((JsonObject) topic).getString("stream").equals("lonely")))
                .isEmpty();
    }

    @Test
    void aFileWithSoundIsPlayedAndLoops() throws IOException {
        Path clip = Tool.ffmpeg(
                folder.resolve("clip.mp4"),
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x240:rate=25:duration=2",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:duration=2",
                "-shortest");
        HttpResponse<byte[]> put = product.put(
                "/api/v1/streams/clip",
                new JsonObject()
                        .put(
                                "source",
                                new JsonObject().put("url", "file://" + clip).put("loop", true)));
        assertThat(put.statusCode()).as(Product.text(put)).isEqualTo(201);
        assertThat(product.get("/api/v1/streams/clip/snapshot.jpg").statusCode())
                .isEqualTo(200);
        JsonObject stream = Await.until(
                "the stream says what it gives",
                () -> product.getJson("/api/v1/streams/clip"),
                seen -> seen.containsKey("video") && seen.getJsonObject("video") != null);
        assertThat(stream.getJsonObject("video").getInteger("width")).isEqualTo(320);
        assertThat(stream.getJsonObject("audio").getInteger("sample_rate")).isEqualTo(44_100);
    }
}
