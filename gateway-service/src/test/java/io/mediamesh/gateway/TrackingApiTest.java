package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.Frame;
import io.mediamesh.contracts.TrackingProtocol.Start;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingApiTest {
    private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, '\r', '\n', '-', '-', 0, 1};
    private static final String BOUNDARY = "----sixteen";
    private static RunningGateway gateway;
    private static TrackingMember member;

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of());
        member = new TrackingMember(gateway.mesh);
    }

    @AfterAll
    static void stop() {
        member.close();
        gateway.close();
    }

    @BeforeEach
    void answer() {
        member.answering();
        member.asked.clear();
    }

    private static byte[] form(Object... namesAndValues) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            String name = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + namesAndValues[index] + '"';
            form.writeBytes(name.getBytes(StandardCharsets.UTF_8));
            if (namesAndValues[index + 1] instanceof byte[] file) {
                form.writeBytes("; filename=\"frame.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                form.writeBytes(file);
            } else {
                form.writeBytes(("\r\n\r\n" + namesAndValues[index + 1]).getBytes(StandardCharsets.UTF_8));
            }
            form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return form.toByteArray();
    }

    private static HttpResponse<String> post(String path, byte[] form) {
        return gateway.send(
                HttpRequest.newBuilder(gateway.uri(path))
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String started() {
        return RunningGateway.json(post("/stream/start", form("image", PICTURE, "bboxes", "[[1,2,30,40]]")))
                .getString("session_id");
    }

    private static void assertError(HttpResponse<String> response, int status, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = RunningGateway.json(response);
        assertThat(error.getString("error")).isNotBlank();
        assertThat(error.getString("field", "")).as(response.body()).isEqualTo(field);
    }

    @Test
    void theCurlLinesOfTheDocumentRunAsTheyStand(@TempDir Path folder) throws IOException, InterruptedException {
        assumeThat(Path.of("/usr/bin/curl")).as("curl is installed").exists();
        Files.write(folder.resolve("frame.jpg"), PICTURE);
        Files.write(folder.resolve("frame2.jpg"), PICTURE);
        JsonObject start = curl(
                folder,
                "curl -X POST http://localhost:8000/stream/start -F \"image=@frame.jpg\""
                        + " -F 'bboxes=[[100, 150, 250, 300]]'");
        String session = start.getString("session_id");
        JsonObject frame = curl(
                folder,
                "curl -X POST http://localhost:8000/stream/frame -F \"session_id=" + session
                        + "\" -F \"image=@frame2.jpg\"");
        JsonObject end =
                curl(folder, "curl -X POST http://localhost:8000/stream/end -F \"session_id=" + session + "\"");

        assertThat(start.getString("status")).isEqualTo("success");
        assertThat(session).matches("[0-9a-f-]{36}");
        assertThat(start.getJsonObject("frame_data")).isEqualTo(new JsonObject("""
                {"frame_index": 0, "masks_detected": 1, "regions": [{"mask_index": 0,
                  "bounding_box": {"x_min": 100, "y_min": 150, "x_max": 250, "y_max": 300, "width": 150, "height": 150},
                  "centroid": {"x": 175, "y": 225}, "area_pixels": 22500,
                  "outline": [[100, 150], [249, 150], [249, 299]]}]}"""));
        assertThat(frame.getString("status")).isEqualTo("success");
        assertThat(frame.getJsonObject("frame_data").getInteger("frame_index")).isEqualTo(1);
        assertThat(end).isEqualTo(new JsonObject("{\"status\": \"success\", \"message\": \"Session ended\"}"));
        assertThat(member.asked(Start.class).getFirst().boxes()).containsExactly(new Box(100, 150, 250, 300));
        assertThat(member.asked(Start.class).getFirst().picture().toArray()).isEqualTo(PICTURE);
    }

    private static JsonObject curl(Path folder, String line) throws IOException, InterruptedException {
        Process curl = new ProcessBuilder("sh", "-c", "exec " + line.replace(":8000", ":" + gateway.port()))
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new JsonObject(answer);
    }

    @Test
    void endingIsTheSameTwiceAndForWhatNeverWas() {
        String session = started();
        for (String id : List.of(session, session, "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "nonsense")) {
            assertThat(post("/stream/end", form("session_id", id)).statusCode()).isEqualTo(200);
        }
        HttpResponse<String> encoded = gateway.send(
                "POST", "/stream/end", "session_id=" + session, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(encoded.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a1b2c3d4-e5f6-7890-abcd-ef1234567890", "YOUR_SESSION_ID", "../etc"})
    void aSessionThatIsNotThereIsA404(String session) {
        assertError(post("/stream/frame", form("session_id", session, "image", PICTURE)), 404, "session_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense",
                "{}",
                "[]",
                "[1,2,3,4]",
                "[[1,2,3]]",
                "[[1,2,3,4,5]]",
                "[[1,2,3,\"4\"]]",
                "[[1,2,3,null]]",
                "[[1,2,3,NaN]]",
                "[[1,2,3,1e999]]",
                "[[1,2,3,Infinity]]",
            })
    void boxesThatAreNoneAreA400(String boxes) {
        assertError(post("/stream/start", form("image", PICTURE, "bboxes", boxes)), 400, "bboxes");
        assertThat(member.asked).isEmpty();
    }

    @Test
    void thousandsOfBoxesAreA400ThatNamesTheLimit() {
        String boxes = "[" + "[100.25,150,250,300],".repeat(9_999) + "[1,2,3,4]]";
        HttpResponse<String> response = post("/stream/start", form("image", PICTURE, "bboxes", boxes));
        assertError(response, 400, "bboxes");
        assertThat(response.body()).contains("10000 boxes").contains("64");
        String most = "[" + "[1,2,3,4],".repeat(63) + "[1,2,3,4]]";
        assertThat(post("/stream/start", form("image", PICTURE, "bboxes", most)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertError(post("/stream/start", form("image", PICTURE)), 400, "bboxes");
        assertError(post("/stream/start", form("bboxes", "[[1,2,3,4]]")), 400, "image");
        assertError(post("/stream/start", form("bboxes", "[[1,2,3,4]]", "image", "a text")), 400, "image");
        assertError(post("/stream/start", form("bboxes", "[[1,2,3,4]]", "image", new byte[0])), 400, "image");
        assertError(post("/stream/frame", form("image", PICTURE)), 400, "session_id");
        assertError(post("/stream/frame", form("session_id", started())), 400, "image");
        assertError(post("/stream/end", form()), 400, "session_id");
    }

    @Test
    void whatIsNoFormIsA400() {
        assertError(gateway.postJson("/stream/start", new JsonObject()), 400, "Content-Type");
        assertError(gateway.send("POST", "/stream/end", ""), 400, "Content-Type");
        assertError(
                gateway.send("POST", "/stream/start", "x", "Content-Type", "multipart/form-data"), 400, "Content-Type");
        assertThat(post("/stream/start", "no form at all".getBytes(StandardCharsets.US_ASCII))
                        .statusCode())
                .isEqualTo(400);
        assertThat(gateway.get("/stream/start").statusCode()).isEqualTo(405);
    }

    @Test
    void whatTheTrackingSaysIsToldWithTheStatusesOfTheDocument() {
        String session = started();
        Map<FailureCode, Integer> statuses = Map.of(
                FailureCode.INVALID, 400,
                FailureCode.NOT_FOUND, 404,
                FailureCode.TOO_LARGE, 413,
                FailureCode.INTERNAL, 500,
                FailureCode.UPSTREAM, 500,
                FailureCode.UNAVAILABLE, 503,
                FailureCode.UPSTREAM_TIMEOUT, 503);
        statuses.forEach((code, status) -> {
            member.failing(code);
            HttpResponse<String> response = post("/stream/frame", form("session_id", session, "image", PICTURE));
            assertThat(response.statusCode()).as("%s", code).isEqualTo(status);
            assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
        });
    }

    @Test
    void anUploadBeyondTheLimitIsA413() {
        assertError(post("/stream/start", form("image", new byte[17 << 20], "bboxes", "[[1,2,3,4]]")), 413, "");
        assertThat(post("/stream/start", form("image", new byte[15 << 20], "bboxes", "[[1,2,3,4]]"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void uploadsThatWaitForAnswersTakeNoMoreThanTheirShareOfTheMemory() {
        member.holding();
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int upload = 0; upload < 2; upload++) {
            waiting.add(gateway.http.sendAsync(large(), BodyHandlers.ofString()));
        }
        Await.until("both are asked for", () -> member.waitingCount() == 2);
        HttpResponse<String> refused = gateway.send(large(), BodyHandlers.ofString());
        assertError(refused, 503, "");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(member.asked).hasSize(2);

        member.release();
        waiting.forEach(answer -> assertThat(
                        answer.orTimeout(20, TimeUnit.SECONDS).join().statusCode())
                .isEqualTo(200));
        assertThat(gateway.send(large(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private static HttpRequest large() {
        return HttpRequest.newBuilder(gateway.uri("/stream/start"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        form("image", new byte[12 << 20], "bboxes", "[[1,2,3,4]]")))
                .build();
    }

    @Test
    void anUploadOfUnknownLengthIsRefusedAsSoonAsItIsTooLarge() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("""
                    POST /stream/start HTTP/1.1\r
                    Host: localhost\r
                    Transfer-Encoding: chunked\r
                    Content-Type: multipart/form-data; boundary=x\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            out.write(chunk("--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            byte[] mebibyte = chunk(new byte[1 << 20]);
            for (int sent = 0; sent < 20; sent++) {
                out.write(mebibyte);
            }
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 413".length());
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        }
    }

    private static byte[] chunk(byte[] bytes) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return chunk.toByteArray();
    }

    @Test
    void uploadsThatBreakOffLeaveNothingBehind() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        List<Path> before = uploadsIn(temporary);
        byte[] whole = form("image", new byte[100_000], "bboxes", "[[1,2,3,4]]");
        for (int round = 0; round < 100; round++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST /stream/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + whole.length
                                + "\r\nContent-Type: multipart/form-data; boundary=" + BOUNDARY + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(whole, 0, round * 997 % whole.length);
            }
        }
        Await.until("no connection is left but the idle ones of the client", () -> gateway.meter("connections") <= 10);
        assertThat(member.asked).isEmpty();
        assertThat(uploadsIn(temporary)).isEqualTo(before);
        assertThat(Path.of("file-uploads")).doesNotExist();
    }

    private static List<Path> uploadsIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("(?i).*(upload|FUp_|Attr_).*"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void withoutAnybodyWhoTracksItIsA503(@TempDir Path directory) {
        try (RunningGateway alone = RunningGateway.withoutIngest().serve(directory, Map.of())) {
            HttpResponse<String> response = alone.send(
                    HttpRequest.newBuilder(alone.uri("/stream/start"))
                            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(
                                    form("image", PICTURE, "bboxes", "[[1,2,3,4]]")))
                            .build(),
                    BodyHandlers.ofString());
            assertError(response, 503, "");
            assertThat(response.body()).contains("tracking");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void aSessionThatIsJustMovingIsAskedForAgain() {
        String session = started();
        member.failing(FailureCode.MOVED);
        CompletableFuture<HttpResponse<String>> answer = gateway.http.sendAsync(
                HttpRequest.newBuilder(gateway.uri("/stream/frame"))
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form("session_id", session, "image", PICTURE)))
                        .build(),
                BodyHandlers.ofString());
        Await.until("it is asked for twice", () -> member.asked(Frame.class).size() >= 2);
        member.answering();
        assertThat(answer.orTimeout(20, TimeUnit.SECONDS).join().statusCode()).isEqualTo(200);
    }

    @Test
    void aMemberThatTakesRequestsAgainSoonIsWaitedFor() {
        member.close();
        var answer = gateway.http.sendAsync(
                HttpRequest.newBuilder(gateway.uri("/stream/start"))
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form("image", PICTURE, "bboxes", "[[1,2,3,4]]")))
                        .build(),
                BodyHandlers.ofString());
        member = new TrackingMember(gateway.mesh);
        assertThat(answer.orTimeout(20, TimeUnit.SECONDS).join().statusCode()).isEqualTo(200);
    }
}
