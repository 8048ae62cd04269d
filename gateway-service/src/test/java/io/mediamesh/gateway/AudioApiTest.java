package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioApiTest {
    private static final String SETTINGS = "/api/v1/audio/settings";
    private static final String OF_STREAM = "/api/v1/streams/cam1/audio/settings";

    @Test
    void typesTellWhatIsOffered(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            JsonObject json = RunningGateway.json(gateway.get("/api/v1/audio/types"));
            assertThat(json.getInteger("count")).isEqualTo(7);
            assertThat(json.getJsonArray("types").stream().map(type -> ((JsonObject) type).getString("type")))
                    .containsExactlyElementsOf(AudioTypes.USUAL);
            assertThat(json.getJsonArray("types"))
                    .allSatisfy(type -> assertThat(((JsonObject) type).getBoolean("offered"))
                            .isTrue());
        }
    }

    @Tag("slow")
    @Test
    void whatIsChangedHoldsAtTheMembersAndForTheBuffersAndAfterARestart(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                AudioMember member = new AudioMember(gateway.mesh)) {
            HttpResponse<String> put = gateway.putJson(
                    SETTINGS,
                    "{\"rates\":{\"levels\":25},\"values\":{\"audio.fft_spectrum.size\":8192},"
                            + "\"buffers\":{\"levels\":{\"size\":500,\"strategy\":\"lifo\",\"ttl_seconds\":30}}}");
            assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
            assertThat(RunningGateway.json(put).getJsonObject("rates").getDouble("levels"))
                    .isEqualTo(25);
            assertThat(gateway.putJson(OF_STREAM, "{\"rates\":{\"levels\":10}}").statusCode())
                    .isEqualTo(200);
            assertThat(member.changed)
                    .isEqualTo(Map.of(
                            "",
                            Map.of("audio.levels.rate", "25.0", "audio.fft_spectrum.size", "8192"),
                            "cam1",
                            Map.of("audio.levels.rate", "10.0")));
        }
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                AudioMember member = new AudioMember(gateway.mesh)) {
            Await.until("the member knows again", () -> member.changed.size() == 2);
            JsonObject settings = RunningGateway.json(gateway.get(SETTINGS));
            assertThat(settings.getJsonObject("values").getString("audio.fft_spectrum.size"))
                    .isEqualTo("8192");
            assertThat(settings.getJsonObject("buffers").getJsonObject("levels"))
                    .isEqualTo(new JsonObject()
                            .put("size", 500)
                            .put("strategy", "lifo")
                            .put("ttl_seconds", 30.0));
            assertThat(RunningGateway.json(gateway.get(OF_STREAM))
                            .getJsonObject("rates")
                            .getDouble("levels"))
                    .isEqualTo(10);

            assertThat(gateway.putJson(SETTINGS, "{\"rates\":{\"levels\":null},\"buffers\":{\"levels\":null}}")
                            .statusCode())
                    .isEqualTo(200);
            JsonObject back = RunningGateway.json(gateway.get(SETTINGS));
            assertThat(back.getJsonObject("rates").getDouble("levels")).isEqualTo(50);
            assertThat(back.getJsonObject("buffers").getJsonObject("levels").getInteger("size"))
                    .isEqualTo(32);
            assertThat(gateway.send("DELETE", "/api/v1/streams/cam1", "").statusCode())
                    .isEqualTo(204);
        }
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                AudioMember member = new AudioMember(gateway.mesh)) {
            Await.until("the member knows again", () -> member.changed.containsKey(""));
            assertThat(member.changed).containsOnlyKeys("");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"rates\":{\"levels\":-1}} | rates.levels",
                "{\"rates\":{\"levels\":1000000000}} | rates.levels",
                "{\"rates\":{\"levls\":10}} | rates.levls",
                "{\"rates\":{\"levels\":\"fast\"}} | rates.levels",
                "{\"rate\":{}} | rate",
                "{\"buffers\":{\"levels\":{\"size\":0}}} | buffers.levels.size",
                "{\"buffers\":{\"levels\":{\"strategy\":\"fifo\"}}} | buffers.levels.strategy",
                "{\"buffers\":{\"levels\":{\"ttl_seconds\":-1}}} | buffers.levels.ttl_seconds",
                "{\"buffers\":{\"levels\":{\"length\":1}}} | buffers.levels.length",
                "{\"values\":{\"audio.fft_spectrum.size\":1000}} | audio.fft_spectrum.size",
            })
    void whatIsNotAllowedIsRefusedAndNothingIsChanged(String body, String field, @TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                AudioMember member = new AudioMember(gateway.mesh)) {
            HttpResponse<String> response = gateway.putJson(SETTINGS, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(RunningGateway.json(response).getString("field")).isEqualTo(field);
            assertThat(member.changed).isEmpty();
        }
    }

    @Test
    void withoutAMemberThatAnalysesSettingsAreUnavailable(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            assertThat(gateway.get(SETTINGS).statusCode()).isEqualTo(503);
            assertThat(gateway.get("/api/v1/audio/statistics").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void statisticsTellRatesConsumersBuffersAndWhatMembersSay(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                AudioMember member = new AudioMember(gateway.mesh);
                SocketClient one = SocketClient.openAudio(gateway, "/?types=levels,scope");
                SocketClient two = SocketClient.openAudio(gateway, "/?types=levels")) {
            Await.until("three viewers", () -> gateway.meter("viewers") == 3);
            gateway.emit("levels");
            Await.until("both have it", () -> one.texts.size() == 1 && two.texts.size() == 1);

            JsonObject json = RunningGateway.json(gateway.get("/api/v1/audio/statistics"));

            assertThat(json.getJsonObject("active_consumers"))
                    .isEqualTo(new JsonObject().put("levels", 2).put("scope", 1));
            assertThat(json.getJsonObject("protocols")).isEqualTo(new JsonObject().put("websocket", 2));
            assertThat(json.getDouble("data_rate_hz")).isNotNegative();
            assertThat(json.getJsonObject("types").getJsonObject("levels").getInteger("sent"))
                    .isEqualTo(2);
            assertThat(json.getJsonObject("rate_limiter")
                            .getJsonObject("levels")
                            .getDouble("max_rate_hz"))
                    .isEqualTo(50);
            assertThat(json.getJsonObject("buffers").getJsonObject("levels").fieldNames())
                    .containsExactly("size", "strategy", "ttl_seconds", "waiting", "dropped", "expired");
            assertThat(json.getJsonObject("memory").getLong("heap_used_bytes")).isPositive();
            assertThat(json.getJsonArray("members").getJsonObject(0).getString("node"))
                    .isEqualTo("test-node");
            assertThat(member.changed).isEmpty();
        }
    }
}
