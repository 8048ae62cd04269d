package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.ModelsProtocol;
import io.mediamesh.contracts.ModelsProtocol.Exchange;
import io.mediamesh.contracts.ModelsProtocol.Model;
import io.mediamesh.contracts.ModelsProtocol.Request;
import io.mediamesh.contracts.ModelsProtocol.State;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Replies;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway before a member that speaks the protocol of models. */
class ModelsApiTest {
    private static final String PATH = "/api/v1/models";
    private static final String SUM = "0123456789abcdef".repeat(4);
    private static final Model MODEL = new Model(
            "yolo",
            State.LOADED,
            "",
            "yolo.onnx",
            false,
            "YOLOX",
            "images FLOAT",
            List.of("person"),
            "cpu",
            "",
            RunningGateway.SELF);

    private static RunningGateway gateway;
    private static MessageConsumer<JsonObject> member;
    private static final List<Exchange> asked = new CopyOnWriteArrayList<>();
    private static volatile Optional<MeshException> refusal = Optional.empty();

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.offering(Set.of(Topic.VIDEO));
        gateway.serve(directory, Map.of());
        member = gateway.vertx
                .eventBus()
                .consumer(
                        ModelsProtocol.addressOf(RunningGateway.SELF),
                        message -> Replies.answer(message, "requests", () -> answer(Request.ofJson(message.body()))));
        Await.result(member.completion());
    }

    private static Future<JsonObject> answer(Request request) {
        return switch (request) {
            case ModelsProtocol.ListAll all -> Future.succeededFuture(ModelsProtocol.modelsJson(List.of(MODEL)));
            case Exchange exchange -> {
                asked.add(exchange);
                yield refusal.<Future<JsonObject>>map(Future::failedFuture)
                        .orElseGet(() -> Future.succeededFuture(MODEL.toJson()));
            }
        };
    }

    @AfterAll
    static void stop() {
        Await.result(member.unregister());
        gateway.close();
    }

    @BeforeEach
    void forget() {
        asked.clear();
        refusal = Optional.empty();
    }

    private static HttpResponse<String> put(String name, String body) {
        return gateway.send("PUT", PATH + "/" + name, body, "Content-Type", "application/json");
    }

    @Test
    void modelsAreListedWithTheMembersThatHaveThem() {
        JsonObject listed = RunningGateway.json(gateway.send("GET", PATH, ""));

        assertThat(listed.getInteger("count")).isEqualTo(1);
        JsonObject model = listed.getJsonArray("models").getJsonObject(0);
        assertThat(model.getString("family")).isEqualTo("YOLOX");
        assertThat(model.getJsonArray("nodes").getJsonObject(0).getString("node"))
                .isEqualTo(RunningGateway.SELF);
        assertThat(RunningGateway.json(gateway.send("GET", PATH + "/yolo", ""))).isEqualTo(model);
    }

    @Test
    void anotherFileOrUrlIsAskedForAndDeletingGoesBackToTheSettings() {
        assertThat(put("yolo", "{\"file\":\"other.onnx\"}").statusCode()).isEqualTo(200);
        assertThat(put("yolo", "{\"url\":\"https://h.example/a.onnx\",\"sha256\":\"" + SUM + "\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.send("DELETE", PATH + "/yolo", "").statusCode()).isEqualTo(204);

        assertThat(asked)
                .containsExactly(
                        new Exchange("yolo", Optional.of("other.onnx"), false),
                        new Exchange("yolo", Optional.of("https://h.example/a.onnx#sha256=" + SUM), false),
                        new Exchange("yolo", Optional.empty(), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"file\":\"a.onnx\",\"url\":\"https://h.example/a.onnx\"}",
                "{\"file\":7}",
                "{\"file\":\"\"}",
                "{\"file\":\"https://h.example/a.onnx\"}",
                "{\"url\":\"a.onnx\"}",
                "{\"file\":\"a.onnx#x\"}",
                "{\"file\":\"a.onnx\",\"sha256\":\"12\"}",
                "{\"file\":\"a.onnx\",\"more\":1}",
                "[]"
            })
    void aBodyThatMakesNoSenseIsRefusedAndNobodyIsAsked(String body) {
        HttpResponse<String> response = put("yolo", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(RunningGateway.json(response).getString("error")).isNotBlank();
        assertThat(asked).isEmpty();
    }

    @Test
    void aModelThatNobodyNamesIsUnknown() {
        assertThat(gateway.send("GET", PATH + "/other", "").statusCode()).isEqualTo(404);
        assertThat(put("other", "{\"file\":\"a.onnx\"}").statusCode()).isEqualTo(404);
        assertThat(gateway.send("DELETE", PATH + "/other", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"CONFLICT,409", "UNPROCESSABLE,422", "TOO_LARGE,413", "FORBIDDEN,403", "UPSTREAM,502"})
    void whatTheMemberRefusesIsToldWithItsReason(FailureCode code, int status) {
        refusal = Optional.of(new MeshException(code, "because of that"));

        HttpResponse<String> response = put("yolo", "{\"file\":\"a.onnx\"}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(RunningGateway.json(response).getString("error")).isEqualTo("because of that");
    }
}
