package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingsApiTest {
    private RunningGateway gateway;
    private RecorderMember recorder;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of()).withStream("cam1").withStream("cam2");
        recorder = RecorderMember.of(gateway.mesh, directory.resolve("recordings"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String begun(String stream) {
        return RunningGateway.json(gateway.send("POST", "/api/v1/streams/" + stream + "/recordings", ""))
                .getString("id");
    }

    private HttpResponse<byte[]> file(String method, String recording, String file, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        gateway.uri("/api/v1/recordings/" + recording + "/" + file))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), BodyHandlers.ofByteArray());
    }

    private List<String> listed(String query) {
        return RunningGateway.json(gateway.get("/api/v1/recordings" + query)).getJsonArray("recordings").stream()
                .map(recording -> ((JsonObject) recording).getString("id"))
                .toList();
    }

    @Test
    void aRecordingOfEverythingIsBegunWithoutABody() {
        HttpResponse<String> created = gateway.send("POST", "/api/v1/streams/cam1/recordings", "");

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonObject recording = RunningGateway.json(created);
        assertThat(created.headers().firstValue("Location"))
                .contains("/api/v1/recordings/" + recording.getString("id"));
        assertThat(recording.getString("stream")).isEqualTo("cam1");
        assertThat(recording.getString("state")).isEqualTo("recording");
        assertThat(recording.getJsonArray("topics")).isEqualTo(JsonArray.of("audio", "video"));
        assertThat(recorder.lastStart().events()).isTrue();
        assertThat(recorder.lastStart().directory()).isEmpty();
    }

    @Test
    void whatIsRecordedCanBeChosen() {
        HttpResponse<String> created = gateway.postJson(
                "/api/v1/streams/cam1/recordings",
                new JsonObject().put("topics", JsonArray.of("annotated")).put("events", false));

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(recorder.lastStart().topics()).containsExactly("annotated");
        assertThat(recorder.lastStart().events()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"topics\":[]} | topics",
                "{\"topics\":\"video\"} | topics",
                "{\"topics\":[\"No Topic\"]} | topics.0",
                "{\"events\":\"yes\"} | events",
                "{\"event\":true} | event",
                "not json | body",
            })
    void aBadBodyIsA400ThatNamesTheField(String body, String field) {
        HttpResponse<String> response =
                gateway.send("POST", "/api/v1/streams/cam1/recordings", body, "Content-Type", "application/json");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(RunningGateway.json(response).getString("field"))
                .as(response.body())
                .isEqualTo(field);
        assertThat(recorder.requests).isEmpty();
    }

    @Test
    void whatTheRecorderRefusesIsToldWithItsWords() {
        recorder.refuse(FailureCode.INVALID, "detections cannot be recorded");
        HttpResponse<String> refused = gateway.send("POST", "/api/v1/streams/cam1/recordings", "");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused))
                .isEqualTo(new JsonObject()
                        .put("error", "detections cannot be recorded")
                        .put("code", "invalid")
                        .put("field", "topics"));
        recorder.refuse(MeshException.invalid("directory", "the directory does not lie below the root"));
        assertThat(RunningGateway.json(gateway.send("POST", "/api/v1/streams/cam1/recordings", ""))
                        .getString("field"))
                .isEqualTo("directory");
        recorder.refuse(FailureCode.UNAVAILABLE, "there is no room on the disk");
        assertThat(gateway.send("POST", "/api/v1/streams/cam1/recordings", "").statusCode())
                .isEqualTo(503);
        recorder.refuse(FailureCode.INTERNAL, "null");
        assertThat(gateway.send("POST", "/api/v1/streams/cam1/recordings", "").statusCode())
                .isEqualTo(502);
    }

    @Test
    void anUnknownStreamOrRecordingIsA404() {
        assertThat(gateway.send("POST", "/api/v1/streams/unknown/recordings", "")
                        .statusCode())
                .isEqualTo(404);
        for (HttpResponse<String> response : List.of(
                gateway.get("/api/v1/recordings/unknown"),
                gateway.get("/api/v1/recordings/unknown/video.mp4"),
                gateway.send("POST", "/api/v1/recordings/unknown/stop", ""),
                gateway.send("DELETE", "/api/v1/recordings/unknown", ""))) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
            assertThat(RunningGateway.json(response).getString("field")).isEqualTo("rid");
        }
    }

    @Test
    void withoutARecorderThereAreNoRecordingsAndNoneCanBeBegun() {
        recorder.close();

        assertThat(listed("")).isEmpty();
        HttpResponse<String> refused = gateway.send("POST", "/api/v1/streams/cam1/recordings", "");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void recordingsAreListedNewestFirstAndCanBeFiltered() {
        String first = begun("cam1");
        String second = begun("cam2");
        String third = begun("cam1");
        gateway.send("POST", "/api/v1/recordings/" + first + "/stop", "");

        assertThat(listed("")).containsExactly(third, second, first);
        assertThat(listed("?stream=cam1")).containsExactly(third, first);
        assertThat(listed("?state=finished")).containsExactly(first);
        assertThat(listed("?limit=1")).containsExactly(third);
        assertThat(listed("?from=1763700002.5")).containsExactly(third, second);
        assertThat(listed("?from=1763700002&to=1763700003")).containsExactly(second);
        assertThat(listed("?stream=nothing")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"?state=gone, state", "?from=yesterday, from", "?to=x, to", "?limit=0, limit", "?limit=1001, limit"})
    void aBadFilterIsA400ThatNamesIt(String query, String field) {
        HttpResponse<String> response = gateway.get("/api/v1/recordings" + query);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(RunningGateway.json(response).getString("field")).isEqualTo(field);
    }

    @Test
    void aRecordingIsStoppedShownAndDeleted() {
        String id = begun("cam1");
        assertThat(gateway.send("DELETE", "/api/v1/recordings/" + id, "").statusCode())
                .as("while it is being written")
                .isEqualTo(409);

        JsonObject stopped = RunningGateway.json(gateway.send("POST", "/api/v1/recordings/" + id + "/stop", ""));
        assertThat(stopped.getString("state")).isEqualTo("finished");
        assertThat(gateway.send("POST", "/api/v1/recordings/" + id + "/stop", "")
                        .statusCode())
                .as("again")
                .isEqualTo(200);
        assertThat(RunningGateway.json(gateway.get("/api/v1/recordings/" + id))).isEqualTo(stopped);

        assertThat(gateway.send("DELETE", "/api/v1/recordings/" + id, "").statusCode())
                .isEqualTo(204);
        assertThat(gateway.get("/api/v1/recordings/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void aFileComesWholeWithItsTypeAndLength() {
        String id = begun("cam1");
        gateway.send("POST", "/api/v1/recordings/" + id + "/stop", "");

        HttpResponse<byte[]> video = file("GET", id, "video-0001.mp4");

        assertThat(video.statusCode()).isEqualTo(200);
        assertThat(video.body()).isEqualTo(recorder.bytes(id, "video-0001.mp4"));
        assertThat(video.headers().firstValue("Content-Type")).contains("video/mp4");
        assertThat(video.headers().firstValue("Accept-Ranges")).contains("bytes");
        assertThat(video.headers().firstValueAsLong("Content-Length")).hasValue(RecorderMember.VIDEO_BYTES);
        assertThat(file("GET", id, "video.mp4").body()).isEqualTo(video.body());
        assertThat(file("GET", id, "audio.wav").body()).isEqualTo(recorder.bytes(id, "audio-0001.wav"));
        assertThat(new String(file("GET", id, "events.jsonl").body(), StandardCharsets.UTF_8))
                .isEqualTo(RecorderMember.EVENTS);
        assertThat(file("GET", id, "manifest.json").statusCode()).isEqualTo(200);
        assertThat(new JsonObject(Buffer.buffer(file("GET", id, "manifest.json").body())))
                .isEqualTo(new JsonObject().put("format", 1));
        assertThat(file("HEAD", id, "manifest.json").headers().firstValue("Content-Length"))
                .hasValue("12");
        assertThat(file("GET", id, "other.json").statusCode()).isEqualTo(404);
        assertThat(file("GET", id, "..%2F..%2Fetc%2Fpasswd").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"0-0", "100-199", "-500", "524287-524288", "600000-", "0-1060920"})
    void aRangeComesAsThatPartOfTheFile(String range) {
        String id = begun("cam1");
        byte[] all = recorder.bytes(id, "video-0001.mp4");
        String[] ends = range.split("-", -1);
        int first = ends[0].isEmpty() ? all.length - Integer.parseInt(ends[1]) : Integer.parseInt(ends[0]);
        int last = ends[0].isEmpty() || ends[1].isEmpty() ? all.length - 1 : Integer.parseInt(ends[1]);

        HttpResponse<byte[]> part = file("GET", id, "video.mp4", "Range", "bytes=" + range);

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(all, first, last + 1));
        assertThat(part.headers().firstValue("Content-Range"))
                .contains("bytes " + first + "-" + last + "/" + all.length);
    }

    @Test
    void aRangeBeyondTheEndIsA416ThatSaysTheLength() {
        HttpResponse<byte[]> response = file("GET", begun("cam1"), "audio.wav", "Range", "bytes=1000-");

        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(response.headers().firstValue("Content-Range")).contains("bytes */1000");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void headSaysTheSameWithoutTheBytes() {
        String id = begun("cam1");

        HttpResponse<byte[]> head = file("HEAD", id, "video.mp4");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(RecorderMember.VIDEO_BYTES);
        assertThat(head.body()).isEmpty();
        assertThat(recorder.asked(RecorderProtocol.Read.class)).isZero();
    }

    @Test
    void aClosedFileHasATagByWhichCopiesAreKept() {
        String id = begun("cam1");
        gateway.send("POST", "/api/v1/recordings/" + id + "/stop", "");
        String tag = file("HEAD", id, "video.mp4").headers().firstValue("ETag").orElseThrow();

        assertThat(tag).startsWith("\"");
        assertThat(file("GET", id, "video.mp4", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(file("GET", id, "video.mp4", "Range", "bytes=0-9", "If-Range", tag)
                        .body())
                .hasSize(10);
        assertThat(file("GET", id, "video.mp4", "Range", "bytes=0-9", "If-Range", "\"another\"")
                        .statusCode())
                .as("another copy gets the whole")
                .isEqualTo(200);
    }

    @Test
    void aFileThatIsBeingWrittenComesAsLongAsItIsThen() {
        String id = begun("cam1");
        HttpResponse<byte[]> early = file("GET", id, "events.jsonl");
        recorder.append(id, "events.jsonl", "more\n".getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> late = file("GET", id, "events.jsonl");

        assertThat(late.body()).hasSize(early.body().length + 5);
        assertThat(late.headers().firstValue("ETag"))
                .isNotEqualTo(early.headers().firstValue("ETag"));
        assertThat(late.headers().firstValue("ETag").orElseThrow()).startsWith("W/");
    }

    @Test
    void aDownloadIsNamedAfterItsRecording() {
        String id = begun("cam1");

        assertThat(file("GET", id, "video.mp4?download").headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"" + id + "-video-0001.mp4\"");
        assertThat(file("GET", id, "video.mp4").headers().firstValue("Content-Disposition"))
                .isEmpty();
    }

    @Test
    void aPagePlaysARecordingAndMayLoadMediaFromThisServerOnly() {
        HttpResponse<String> page = gateway.get("/recordings/" + begun("cam1"));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("media-src 'self'", "default-src 'none'");
        assertThat(page.body()).contains("<mm-recording>");
        assertThat(gateway.get("/recordings/").statusCode()).isEqualTo(404);
        assertThat(gateway.send("POST", "/recordings/x", "").statusCode()).isEqualTo(405);
    }

    @Test
    void aClientThatReadsNothingCostsNoMoreThanTwoPieces() throws IOException {
        String id = begun("cam1");
        byte[] more = new byte[20 * RecorderProtocol.MOST_READ_BYTES];
        recorder.append(id, "video-0001.mp4", more);
        try (Socket stalled = new Socket()) {
            stalled.setReceiveBufferSize(4096);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            stalled.getOutputStream()
                    .write(("GET /api/v1/recordings/" + id + "/video.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            stalled.getInputStream().read(new byte[100]);
            for (int other = 0; other < 10; other++) {
                assertThat(file("GET", id, "audio.wav").body()).hasSize(1_000);
            }

            assertThat(recorder.requests.stream()
                            .filter(RecorderProtocol.Read.class::isInstance)
                            .map(RecorderProtocol.Read.class::cast)
                            .filter(read -> read.file().equals("video-0001.mp4"))
                            .count())
                    .as("pieces read: what the kernel took, one being written and one ahead")
                    .isLessThanOrEqualTo(4);
        }
    }
}
