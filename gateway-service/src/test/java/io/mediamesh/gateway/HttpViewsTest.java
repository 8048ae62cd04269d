package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpViewsTest {
    private static HttpRequest request(RunningGateway gateway, String path, String accept) {
        return HttpRequest.newBuilder(gateway.uri(path))
                .header("Accept", accept)
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private static I420 decode(byte[] jpeg) {
        return new OpenCvPictureCodec().decode(Bytes.takeOver(jpeg));
    }

    @Test
    void aSnapshotIsACurrentJpegAndTheCameraClosesAfterIt(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of()).withStream("cam1")) {
            HttpResponse<byte[]> response = gateway.send(
                    request(gateway, "/api/v1/streams/cam1/snapshot.jpg", "image/*"), BodyHandlers.ofByteArray());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("image/jpeg");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(decode(response.body()).widthPx()).isEqualTo(RunningGateway.WIDTH_PX);
            double taken = Double.parseDouble(
                    response.headers().firstValue("X-Timestamp").orElseThrow());
            assertThat(System.currentTimeMillis() / 1e3 - taken).isLessThan(20);
            Await.until("the camera is closed", () -> gateway.camera.running().isEmpty());
        }
    }

    @Test
    void aSnapshotOfTheAnnotatedTopicShowsThatOne(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of()).withStream("cam1")) {
            assertThat(gateway.get("/api/v1/streams/cam1/snapshot.jpg?topic=annotated")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.annotated.starts()).isEqualTo(1);
            assertThat(gateway.camera.starts()).isZero();
        }
    }

    @Test
    void anOldPictureIsNoSnapshot(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withoutService(vertx ->
                        SyntheticSource.manual(vertx, index -> VideoFrame.of(SyntheticSource.squareAt(64, 64, index))))
                .serve(directory, Map.of())
                .withStream("cam1")) {
            CompletableFuture<HttpResponse<byte[]>> answer = gateway.http.sendAsync(
                    request(gateway, "/api/v1/streams/cam1/snapshot.jpg", "image/*"), BodyHandlers.ofByteArray());
            Await.until("the camera runs", () -> !gateway.camera.running().isEmpty());
            CaptureTime now = CaptureTime.now();
            gateway.camera.emitAt(now.plusNanos(-2_000_000_000L));
            Await.until("the old picture was looked at", () -> gateway.meter("items.sent") >= 1);
            assertThat(answer).isNotDone();
            CaptureTime fresh = CaptureTime.now();
            gateway.camera.emitAt(fresh);

            HttpResponse<byte[]> response = answer.join();
            assertThat(response.headers().firstValue("X-Timestamp"))
                    .contains(BigDecimal.valueOf(fresh.unixNanos() / 1000, 6).toPlainString());
        }
    }

    @Test
    @Tag("slow")
    void withoutAPictureASnapshotIsA503WithRetryAfter(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withoutService(vertx ->
                        SyntheticSource.manual(vertx, index -> VideoFrame.of(SyntheticSource.squareAt(64, 64, index))))
                .serve(directory, Map.of())
                .withStream("cam1")) {
            HttpResponse<String> response = gateway.get("/api/v1/streams/cam1/snapshot.jpg");

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(RunningGateway.json(response).getString("code")).isEqualTo("unavailable");
        }
    }

    @Test
    void mjpegIsAPartForEachPicture(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of()).withStream("cam1")) {
            HttpResponse<InputStream> response = gateway.send(
                    request(gateway, "/api/v1/streams/cam1/video.mjpeg?quality=50", "*/*"),
                    BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Type"))
                    .contains("multipart/x-mixed-replace; boundary=mediamesh-frame");
            double last = 0;
            try (DataInputStream body = new DataInputStream(response.body())) {
                for (int part = 0; part < 5; part++) {
                    assertThat(line(body)).isEqualTo("--mediamesh-frame");
                    assertThat(line(body)).isEqualTo("Content-Type: image/jpeg");
                    int length = Integer.parseInt(line(body).replace("Content-Length: ", ""));
                    double timestamp = Double.parseDouble(line(body).replace("X-Timestamp: ", ""));
                    assertThat(line(body)).isEmpty();
                    byte[] jpeg = new byte[length];
                    body.readFully(jpeg);
                    assertThat(line(body)).isEmpty();
                    assertThat(decode(jpeg).heightPx()).isEqualTo(RunningGateway.HEIGHT_PX);
                    assertThat(timestamp).isGreaterThan(last);
                    last = timestamp;
                }
            }
            Await.until(
                    "the camera is closed with its viewer",
                    () -> gateway.camera.running().isEmpty());
        }
    }

    private static String line(DataInputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.readUnsignedByte(); next != '\n'; next = input.readUnsignedByte()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Test
    void eventsComeAsServerSentEventsAndTheEndIsTold(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of()).withStream("cam1")) {
            HttpResponse<InputStream> response = gateway.send(
                    request(gateway, "/api/v1/streams/cam1/topics/intensity?policy=buffer", "text/event-stream"),
                    BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            Await.until("the source runs", () -> !gateway.intensity.running().isEmpty());
            gateway.intensity.emit(2);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (int sequence = 0; sequence < 2; sequence++) {
                    assertThat(lines.readLine()).isEqualTo("id: " + sequence);
                    JsonObject data = new JsonObject(lines.readLine().replaceFirst("^data: ", ""));
                    assertThat(data.getInteger("sequence")).isEqualTo(sequence);
                    assertThat(data.getString("topic")).isEqualTo("intensity");
                    assertThat(lines.readLine()).isEmpty();
                }
                gateway.send("DELETE", "/api/v1/streams/cam1", "");
                assertThat(lines.readLine()).isEqualTo("event: state");
                assertThat(new JsonObject(lines.readLine().replaceFirst("^data: ", "")).getString("state"))
                        .isEqualTo("ended");
                assertThat(lines.readLine()).isEmpty();
                assertThat(lines.readLine()).isNull();
            }
        }
    }
}
