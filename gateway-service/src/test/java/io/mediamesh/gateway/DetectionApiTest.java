package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.DetectorsProtocol;
import io.mediamesh.contracts.DetectorsProtocol.Detector;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.testkit.Await;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectionApiTest {
    private static final String PATH = "/api/v1/streams/cam1/detection";
    private static final String RULES = """
            {"detectors":["people"],"classes":["person"],"min_confidence":0.5,
             "zones":[{"name":"yard","polygon":[[0.1,0.5],[0.9,0.5],[0.9,1],[0.1,1]],"loiter_seconds":10}],
             "lines":[{"name":"gate","from":[0.5,1],"to":[0.5,0.4]}],
             "webhooks":[{"name":"alarm","url":"https://192.168.1.9/services/T0K3N?key=abc","secret":"correct horse",
                          "events":["enter"],"places":["yard"]}]}""";
    private static final Map<String, String> SETTINGS = Map.of("webhooks.allowed_addresses", "192.168.1.0/24");

    private static RunningGateway gateway;
    private static MessageConsumer<JsonObject> vision;

    @BeforeAll
    static void start(@TempDir Path directory) {
        gateway = RunningGateway.offering(Set.of(Topic.VIDEO, Topic.ANNOTATED, Topic.INTENSITY));
        gateway.serve(directory, SETTINGS).withStream("cam1");
        vision = gateway.vertx
                .eventBus()
                .consumer(
                        DetectorsProtocol.ADDRESS,
                        message -> message.reply(new DetectorsProtocol.Known(List.of(
                                        new Detector("people", Optional.of(List.of("person"))),
                                        new Detector("yolo", Optional.of(List.of("person", "car", "dog")))))
                                .toJson()));
        Await.result(vision.completion());
    }

    @AfterAll
    static void stop() {
        Await.result(vision.unregister());
        gateway.close();
    }

    @BeforeEach
    void forget() {
        assertThat(gateway.send("DELETE", PATH, "").statusCode()).isEqualTo(204);
    }

    private static Optional<DetectionRules> known(RunningGateway asked) {
        return Await.result(asked.mesh.directory().configuration(new StreamId("cam1"), DetectionRules.PART))
                .map(DetectionRules::ofJson);
    }

    @Test
    void rulesArePutShownReplacedAndRemoved() {
        assertThat(RunningGateway.json(gateway.get(PATH))).isEqualTo(DetectionRules.NONE.toJson());

        HttpResponse<String> put = gateway.putJson(PATH, RULES);
        assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
        JsonObject shown = RunningGateway.json(gateway.get(PATH));
        assertThat(shown).isEqualTo(RunningGateway.json(put));
        assertThat(shown.getJsonArray("zones").getJsonObject(0).getString("anchor"))
                .isEqualTo("bottom");
        assertThat(known(gateway)).hasValueSatisfying(rules -> {
            assertThat(rules.standing()).isTrue();
            assertThat(rules.webhooks().getFirst().secret()).isEqualTo("correct horse");
        });

        assertThat(gateway.putJson(PATH, "{}").statusCode()).isEqualTo(200);
        assertThat(known(gateway)).contains(DetectionRules.NONE);
        assertThat(gateway.send("DELETE", PATH, "").statusCode()).isEqualTo(204);
        assertThat(known(gateway)).isEmpty();
    }

    @Test
    void secretsAndTokensAreMaskedAndStayWhenTheyAreSentBackSo() {
        JsonObject shown = RunningGateway.json(gateway.putJson(PATH, RULES));
        JsonObject hook = shown.getJsonArray("webhooks").getJsonObject(0);
        assertThat(hook.getString("url")).isEqualTo("https://192.168.1.9/services/***?***");
        assertThat(hook.getString("secret")).isEqualTo("********");

        shown.put("min_confidence", 0.7);
        assertThat(gateway.putJson(PATH, shown.encode()).statusCode()).isEqualTo(200);
        assertThat(known(gateway)).hasValueSatisfying(rules -> {
            assertThat(rules.minConfidence()).isEqualTo(0.7);
            assertThat(rules.webhooks().getFirst().secret()).isEqualTo("correct horse");
            assertThat(rules.webhooks().getFirst().url()).hasToString("https://192.168.1.9/services/T0K3N?key=abc");
        });

        hook.put("url", "https://192.168.1.66/elsewhere");
        HttpResponse<String> stolen = gateway.putJson(PATH, shown.encode());
        assertThat(stolen.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(stolen).getString("field")).isEqualTo("webhooks.0.secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'zones':[{'name':'a','polygon':[[0,0],[1,1]]}]} | zones.0.polygon | 3",
                "{'zones':[{'name':'a','polygon':[[0,0],[0.5,0.5],[1,1]]}]} | zones.0.polygon | encloses nothing",
                "{'zones':[{'name':'a','polygon':[[0,0],[0.5,1.5],[1,1]]}]} | zones.0.polygon.1 | 1",
                "{'zones':[{'name':'a','polygon':[[0,0],[1,0],[1,1]],'loiter_seconds':0}]} | zones.0.loiter_seconds | 0.1",
                "{'zones':[{'polygon':[[0,0],[1,0],[1,1]]}]} | zones.0.name | missing",
                "{'lines':[{'name':'a','from':[0,0],'to':[0,0]}]} | lines.0.to | somewhere else",
                "{'lines':[{'name':'a','from':[0,0],'to':[0,1]},{'name':'a','from':[0,0],'to':[1,1]}]} | lines.1.name | already",
                "{'lines':[{'name':'a','from':[0,0],'to':[0,1],'anchor':'top'}]} | lines.0.anchor | centre",
                "{'lines':[{'name':'*','from':[0,0],'to':[0,1]}]} | lines.0.name | letters",
                "{'min_confidence':-0.1} | min_confidence | 0",
                "{'class_confidence':{'person':2}} | class_confidence.person | 1",
                "{'min_size':{'width':-1}} | min_size.width | 0",
                "{'cooldown_seconds':-1} | cooldown_seconds | 0",
                "{'analytics':'yes'} | analytics | ",
                "{'colour':'red'} | colour | not known",
                "{'detectors':['peple']} | detectors.0 | did you mean \"people\"?",
                "{'classes':['persn']} | classes.0 | did you mean \"person\"?",
                "{'detectors':['people'],'classes':['car']} | classes.0 | people knows person",
                "{'class_confidence':{'dgo':0.4}} | class_confidence.dgo | did you mean \"dog\"?",
                "{'lines':[{'name':'a','from':[0,0],'to':[0,1],'classes':['cat']}]} | lines.0.classes.0 | car",
                "{'webhooks':[{'name':'a','url':'ftp://a/','secret':'12345678'}]} | webhooks.0.url | https://example.com",
                "{'webhooks':[{'name':'a','url':'http://me:pw@a/','secret':'12345678'}]} | webhooks.0.url | without user",
                "{'webhooks':[{'name':'a','url':'http://192.168.1.9/','secret':'short'}]} | webhooks.0.secret | 8",
                "{'webhooks':[{'name':'a','url':'http://192.168.1.9/'}]} | webhooks.0.secret | missing",
                "{'webhooks':[{'name':'a','url':'http://192.168.1.9/','secret':'********'}]} | webhooks.0.secret | masked",
                "{'webhooks':[{'name':'a','url':'http://192.168.1.9/','secret':'12345678','places':['b']}]} | webhooks.0.places | none",
                "{'webhooks':[{'name':'a','url':'http://192.168.1.9/','secret':'12345678','events':['exit']}]} | webhooks.0.events.0 | leave",
                "[1] | | ",
                "no JSON | | "
            })
    void whatIsWrongIsNamedAndNothingIsKept(String body, String field, String said) {
        HttpResponse<String> answer = gateway.putJson(PATH, body.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonObject error = RunningGateway.json(answer);
        assertThat(error.getString("field")).startsWith(field == null ? "" : field);
        assertThat(error.getString("error")).contains(said == null ? "" : said);
        assertThat(known(gateway)).isEmpty();
    }

    @Test
    void webhooksGoToAddressesThatAreAllowedOnly() {
        HttpResponse<String> answer = gateway.putJson(
                PATH, "{\"webhooks\":[{\"name\":\"a\",\"url\":\"http://169.254.169.254/x\",\"secret\":\"12345678\"}]}");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(RunningGateway.json(answer).getString("field")).isEqualTo("webhooks.0.url");
        assertThat(RunningGateway.json(answer).getString("error")).contains("webhooks.allowed_addresses");
        assertThat(known(gateway)).isEmpty();
    }

    @Test
    void unknownStreamsAreNotFound() {
        String path = "/api/v1/streams/nobody/detection";
        assertThat(List.of(gateway.get(path), gateway.putJson(path, "{}"), gateway.send("DELETE", path, "")))
                .allSatisfy(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(404);
                    assertThat(RunningGateway.json(answer).getString("field")).isEqualTo("id");
                });
        assertThat(gateway.get("/api/v1/streams/nobody/analytics").statusCode()).isEqualTo(404);
    }

    @Test
    void rulesSurviveARestartAndGoWithTheirStream(@TempDir Path directory) {
        String stream = "/api/v1/streams/cam1";
        try (RunningGateway first = RunningGateway.withoutIngest().serve(directory, SETTINGS)) {
            assertThat(first.putJson(stream, "{\"source\":{\"url\":\"test:\"}}").statusCode())
                    .isEqualTo(201);
            // Nobody detects here, who could say which classes there are.
            HttpResponse<String> put = first.putJson(PATH, RULES.replace("person", "unicorn"));
            assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
        }
        try (RunningGateway second = RunningGateway.withoutIngest().serve(directory, SETTINGS)) {
            JsonObject shown = RunningGateway.json(second.get(PATH));
            assertThat(shown.getJsonArray("classes")).isEqualTo(JsonArray.of("unicorn"));
            assertThat(known(second).orElseThrow().webhooks().getFirst().secret())
                    .isEqualTo("correct horse");
            assertThat(second.send("DELETE", stream, "").statusCode()).isEqualTo(204);
            assertThat(second.putJson(stream, "{\"source\":{\"url\":\"test:\"}}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(known(second)).isEmpty();
        }
        try (RunningGateway third = RunningGateway.withoutIngest().serve(directory, SETTINGS)) {
            assertThat(known(third)).isEmpty();
        }
    }
}
