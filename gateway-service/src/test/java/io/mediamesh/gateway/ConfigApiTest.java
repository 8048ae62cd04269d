package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigApiTest {
    private static final String PATH = "/api/config";

    private Path directory;
    private RunningGateway gateway;

    @BeforeEach
    void start(@TempDir Path temporary) {
        directory = temporary;
        gateway = RunningGateway.start(directory, Map.of());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private JsonObject put(JsonObject body) {
        HttpResponse<String> response = gateway.putJson(PATH, body.encode());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return RunningGateway.json(response);
    }

    private JsonObject current() {
        return RunningGateway.json(gateway.get(PATH));
    }

    @Test
    void nothingIsSetAtFirst() {
        assertThat(current())
                .isEqualTo(new JsonObject()
                        .put("livekit_url", "")
                        .put("livekit_api_key", "")
                        .put("livekit_api_secret", "")
                        .put("recording_directory", ""));
    }

    @Test
    void whatIsPutIsThereAgainAfterARestartAndTheSecretIsMasked() {
        JsonObject shown = new JsonObject()
                .put("livekit_url", "ws://live.example:7880")
                .put("livekit_api_key", "devkey")
                .put("livekit_api_secret", "********")
                .put("recording_directory", "haven/live");
        assertThat(put(shown.copy().put("livekit_api_secret", "hunter2"))).isEqualTo(shown);
        gateway.close();

        gateway = RunningGateway.start(directory, Map.of());

        assertThat(current()).isEqualTo(shown);
    }

    @Test
    void whatIsLeftOutStaysAsItIs() {
        put(new JsonObject().put("livekit_url", "ws://a.example").put("livekit_api_key", "one"));
        put(new JsonObject().put("livekit_api_key", "two"));

        assertThat(current().getString("livekit_url")).isEqualTo("ws://a.example");
        assertThat(current().getString("livekit_api_key")).isEqualTo("two");
    }

    @Test
    void theSettingsHoldUntilSomethingIsPutAndAgainWhenItIsEmptied() {
        gateway.close();
        gateway = RunningGateway.start(
                directory,
                Map.of("livekit.url", "wss://set.example", "livekit.api_key", "set", "livekit.api_secret", "hunter2"));

        assertThat(current().getString("livekit_url")).isEqualTo("wss://set.example");
        assertThat(current().getString("livekit_api_secret")).isEqualTo("********");
        assertThat(put(new JsonObject().put("livekit_url", "ws://put.example")).getString("livekit_url"))
                .isEqualTo("ws://put.example");
        assertThat(put(new JsonObject().put("livekit_url", "")).getString("livekit_url"))
                .isEqualTo("wss://set.example");
    }

    @Test
    void anAbsoluteFolderBelowTheRecordingsIsTaken() {
        String below = directory.resolve("recordings/haven").toString();

        assertThat(put(new JsonObject().put("recording_directory", below)).getString("recording_directory"))
                .isEqualTo(below);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"livekit_ulr\":\"ws://x\"} | livekit_url",
                "{\"recordings\":\"x\"} | recording_directory",
                "{\"livekit_url\":5} | livekit_url",
                "{\"livekit_api_secret\":null} | livekit_api_secret",
                "{\"livekit_api_key\":[\"a\"]} | livekit_api_key",
                "{\"livekit_url\":\"ftp://x\"} | ws, wss, http or https",
                "{\"livekit_url\":\"live.example:7880\"} | livekit_url",
                "{\"livekit_url\":\"ws://u:p@live.example\"} | without user",
                "{\"livekit_url\":\"ws://live.example/rooms\"} | path",
                "{\"livekit_url\":\"ws://live.example:99999\"} | livekit_url",
                "{\"livekit_api_key\":\"a\\u0000b\"} | livekit_api_key",
                "{\"recording_directory\":\"../elsewhere\"} | without ..",
                "{\"recording_directory\":\"a/../../b\"} | recorder.directory",
                "{\"recording_directory\":\"/etc\"} | recorder.directory",
                "[] | body",
                "not json | body",
            })
    void whatCannotBeSetIsA400ThatNamesItAndChangesNothing(String body, String named) {
        put(new JsonObject().put("livekit_url", "ws://kept.example"));

        HttpResponse<String> response = gateway.putJson(PATH, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        JsonObject failure = RunningGateway.json(response);
        assertThat(failure.fieldNames()).containsExactlyInAnyOrder("success", "error");
        assertThat(failure.getBoolean("success")).isFalse();
        assertThat(failure.getString("error")).contains(named);
        assertThat(current().getString("livekit_url")).isEqualTo("ws://kept.example");
    }

    @Test
    void otherMethodsAreRefusedInTheSameForm() {
        HttpResponse<String> response = gateway.send("DELETE", PATH, "");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, PUT");
        assertThat(RunningGateway.json(response).getBoolean("success")).isFalse();
    }
}
