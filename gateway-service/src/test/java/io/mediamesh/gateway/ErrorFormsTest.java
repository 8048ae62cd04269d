package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorFormsTest {
    private static RunningGateway gateway;

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of("gateway.max_body_bytes", "2000"))
                .withStream("cam1");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/nothing",
        "/api/v1/nothing",
        "/api/v2/streams",
        "/dashboard/nothing.js",
        "/webjars/unknown/x.js",
        "/webjars/lit/nothing.js",
        "/dashboard/..%2f..%2flogback.xml",
        "/webjars/lit/..%2f..%2f..%2fio",
        "/api/v1/streams/unknown",
        "/api/v1/streams/unknown/snapshot.jpg",
        "/api/v1/streams/unknown/video.mjpeg",
        "/api/v1/streams/unknown/topics/video",
    })
    void whatIsNotThereIsA404(String path) {
        assertError(gateway.get(path, "Accept", "text/html, */*"), 404, "not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/streams, GET",
        "PATCH, /api/v1/streams/cam1, 'DELETE, GET, PUT'",
        "DELETE, /health, GET",
        "PUT, /api/v1/topics, GET",
        "POST, /dashboard/index.html, GET",
        "POST, /ws/video-stream, GET",
    })
    void aWrongMethodIsA405ThatSaysWhichAreRight(String method, String path, String allow) {
        HttpResponse<String> response = gateway.send(method, path, "");

        assertError(response, 405, "method_not_allowed");
        assertThat(response.headers().firstValue("Allow")).contains(allow);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json | body",
                "{\"source\":{\"url\":\"test:\"} | body",
                "[] | body",
                "\"test:\" | body",
                "{} | source",
                "{\"source\":\"test:\"} | source",
                "{\"source\":{}} | source.url",
                "{\"source\":{\"url\":5}} | source.url",
                "{\"source\":{\"url\":\"no scheme\"}} | source.url",
                "{\"source\":{\"url\":\"test:\",\"loop\":\"yes\"}} | source.loop",
                "{\"source\":{\"url\":\"test:\",\"speed\":2}} | source.speed",
                "{\"source\":{\"url\":\"test:\"},\"labels\":{\"a\":1}} | labels.a",
                "{\"source\":{\"url\":\"test:\"},\"labels\":[]} | labels",
                "{\"source\":{\"url\":\"test:\"},\"name\":\"x\"} | name",
            })
    void aBadBodyIsA400ThatNamesTheField(String body, String field) {
        HttpResponse<String> response = gateway.putJson("/api/v1/streams/new", body);

        assertError(response, 400, "invalid");
        assertThat(RunningGateway.json(response).getString("field"))
                .as(response.body())
                .isEqualTo(field);
        assertThat(gateway.get("/api/v1/streams/new").statusCode()).isEqualTo(404);
    }

    @Test
    void aMissingBodyIsA400() {
        assertError(gateway.send("PUT", "/api/v1/streams/new", ""), 400, "invalid");
    }

    @Test
    void aBodyOfAnotherTypeIsA400ThatNamesTheHeader() {
        HttpResponse<String> response =
                gateway.send("PUT", "/api/v1/streams/new", "<a/>", "Content-Type", "application/xml");

        assertError(response, 400, "invalid");
        assertThat(RunningGateway.json(response).getString("field"))
                .as(response.body())
                .isEqualTo("Content-Type");
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS, /whip/cam1", "OPTIONS, /api/v1/streams", "TRACE, /health", "FETCH, /offer"})
    void aFormWithAMethodThatHasNoneIsA400(String method, String path) {
        assertError(gateway.send(method, path, "", "Content-Type", "multipart/form-data"), 400, "invalid");
    }

    @Test
    void aBodyOverTheLimitIsA413() {
        String body = "{\"source\":{\"url\":\"test:" + "x".repeat(3_000) + "\"}}";

        assertError(gateway.putJson("/api/v1/streams/new", body), 413, "too_large");
    }

    @ParameterizedTest
    @CsvSource({"a%2Fb", "%20", "-a", "a%00b", "%C3%A4", ".hidden"})
    void anImpossibleIdIsA400ThatNamesIt(String id) {
        HttpResponse<String> response = gateway.putJson("/api/v1/streams/" + id, "{\"source\":{\"url\":\"test:\"}}");

        assertError(response, 400, "invalid");
        assertThat(RunningGateway.json(response).getString("field"))
                .as(response.body())
                .isEqualTo("id");
    }

    @Test
    void anIdOfTenKilobytesIsA400WithAShortMessage() {
        HttpResponse<String> response = gateway.get("/api/v1/streams/" + "x".repeat(10_000));

        assertError(response, 400, "invalid");
        assertThat(response.body()).hasSizeLessThan(1_000);
    }

    @Test
    void anAddressThatIsFarTooLongIsA414() {
        assertError(gateway.get("/api/v1/streams/" + "x".repeat(60_000)), 414, "too_large");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/streams/cam1/snapshot.jpg?topic=sound, topic",
        "/api/v1/streams/cam1/snapshot.jpg?quality=0, quality",
        "/api/v1/streams/cam1/snapshot.jpg?quality=high, quality",
        "/api/v1/streams/cam1/video.mjpeg?rate=0, rate",
        "/api/v1/streams/cam1/video.mjpeg?rate=fast, rate",
        "/api/v1/streams/cam1/topics/intensity?policy=all, policy",
        "/api/v1/streams/cam1/topics/intensity?policy=buffer&size=0, size",
        "/api/v1/streams/cam1/topics/intensity?policy=latest&size=4, size",
    })
    void aBadParameterIsA400ThatNamesIt(String path, String parameter) {
        HttpResponse<String> response = gateway.get(path, "Accept", "text/event-stream");

        assertError(response, 400, "invalid");
        assertThat(RunningGateway.json(response).getString("field"))
                .as(response.body())
                .isEqualTo(parameter);
    }

    @Test
    void aTopicOverPlainHttpNeedsEventStream() {
        assertError(gateway.get("/api/v1/streams/cam1/topics/intensity"), 406, "not_acceptable");
        assertError(
                gateway.get("/api/v1/streams/cam1/topics/video", "Accept", "text/event-stream"), 406, "not_acceptable");
    }

    @Test
    void theCameraWebSocketOverPlainHttpAsksForAnUpgrade() {
        assertError(gateway.get("/ws/video-stream"), 426, "upgrade_required");
    }

    private static void assertError(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonObject error = RunningGateway.json(response);
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("error")).isNotBlank().doesNotContain("Exception", "io.vertx", "\tat ");
    }
}
