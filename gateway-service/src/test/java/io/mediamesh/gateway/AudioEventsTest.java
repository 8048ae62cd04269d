package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioEventsTest {
    private RunningGateway gateway;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.withSound(directory, Map.of("gateway.cors.origins", "https://friend.example"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private HttpResponse<InputStream> open(String query, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.audioPort(AudioProtocolKind.SSE) + "/" + query));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), BodyHandlers.ofInputStream());
    }

    private void awaitRunning(String type) {
        Await.until(
                type + " is analysed", () -> !gateway.analysis(type).running().isEmpty());
    }

    private static JsonObject nextMessage(InputStream body) throws IOException {
        StringBuilder event = new StringBuilder();
        while (event.indexOf("\n\n") < 0) {
            int next = body.read();
            assertThat(next).as("a byte of an event").isNotNegative();
            event.append((char) next);
        }
        assertThat(event.toString()).startsWith("data: ");
        return new JsonObject(event.substring(6));
    }

    @Test
    void messagesAreEventsWithoutAName() throws IOException {
        HttpResponse<InputStream> response = open("?types=levels");
        try (InputStream body = response.body()) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            awaitRunning("levels");
            gateway.emit("levels");
            assertThat(nextMessage(body).getJsonObject("metadata").getString("data_type"))
                    .isEqualTo("levels");
        }
        Await.until("nobody analyses any more", () -> gateway.analysis("levels").stops() == 1);
    }

    @Test
    void messagesAreCompressedWhereThatIsAskedForAndUnderstood() throws IOException {
        HttpResponse<InputStream> plain = open("?types=levels&compress=true");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        awaitRunning("levels");
        plain.body().close();
        Await.until("nobody analyses any more", () -> gateway.analysis("levels").stops() == 1);
        HttpResponse<InputStream> response = open("?types=levels&compress=true", "Accept-Encoding", "gzip, br");
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        awaitRunning("levels");
        gateway.emit("levels");
        try (InputStream body = new GZIPInputStream(response.body())) {
            assertThat(nextMessage(body).getJsonObject("data").getDouble("integration_time"))
                    .isEqualTo(0.3);
        }
    }

    @Test
    void pagesOfTheGatewayAndOfListedOriginsMayReadThemAndOthersNot() throws IOException {
        for (String origin : new String[] {"http://localhost:" + gateway.port(), "https://friend.example"}) {
            HttpResponse<InputStream> response = open("?types=levels", "Origin", origin);
            response.body().close();
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(origin);
        }
        HttpResponse<InputStream> foreign = open("?types=levels", "Origin", "https://evil.example");
        foreign.body().close();
        assertThat(foreign.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "?types=levls, 400, types",
        "?rate=-1, 400, rate",
        "?rate=1000000000, 400, rate",
        "?stream=unknown, 404, stream",
    })
    void whatCannotBeHadIsAnErrorWithItsField(String query, int status, String field) throws IOException {
        HttpResponse<InputStream> response = open(query);
        JsonObject error = new JsonObject(new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error.getString("field")).isEqualTo(field);
    }

    @Test
    void theSameIsServedAmongTheRestOfTheApi() throws IOException {
        assertThat(gateway.get("/api/v1/audio/stream?types=levels").statusCode())
                .isEqualTo(406);
        HttpResponse<InputStream> response = gateway.send(
                HttpRequest.newBuilder(gateway.uri("/api/v1/audio/stream?types=levels&format=dashboard"))
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            awaitRunning("levels");
            gateway.emit("levels");
            assertThat(nextMessage(body).getString("type")).isEqualTo("levels_update");
        }
        assertThat(gateway.get("/api/v1/audio/stream?types=levls", "Accept", "text/event-stream")
                        .statusCode())
                .isEqualTo(400);
    }
}
