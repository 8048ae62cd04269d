package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsApiTest {
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

    @Test
    void aNewStreamIsCreatedAndShownWithEveryField() {
        HttpResponse<String> created = gateway.putJson(
                "/api/v1/streams/cam1",
                "{\"source\":{\"url\":\"test:\",\"loop\":true},\"labels\":{\"place\":\"yard\"}}");

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains("/api/v1/streams/cam1");
        JsonObject stream = RunningGateway.json(created);
        assertThat(stream.fieldNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "source",
                        "labels",
                        "state",
                        "reason",
                        "since",
                        "video",
                        "audio",
                        "topics",
                        "subscribers",
                        "last_frame_age_seconds",
                        "node");
        assertThat(stream.getJsonObject("source"))
                .isEqualTo(new JsonObject().put("url", "test:").put("loop", true));
        assertThat(stream.getJsonObject("labels")).isEqualTo(new JsonObject().put("place", "yard"));
        assertThat(stream.getString("state")).isEqualTo("idle");
        assertThat(stream.getJsonArray("topics")).isEqualTo(JsonArray.of("annotated", "intensity", "packets", "video"));
        assertThat(RunningGateway.json(gateway.get("/api/v1/streams/cam1"))).isEqualTo(stream);
    }

    @Test
    void theVerySameStreamPutAgainIsNoNews() {
        String body = "{\"source\":{\"url\":\"test:\"}}";
        gateway.putJson("/api/v1/streams/cam1", body);

        assertThat(gateway.putJson("/api/v1/streams/cam1", body).statusCode()).isEqualTo(200);
    }

    @Test
    void anotherSourceUnderATakenIdIsAConflictThatShowsNoCredentials() {
        gateway.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"rtsp://bob:hunter2@10.0.0.1/x?token=abc\"}}");

        HttpResponse<String> refused = gateway.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"test:\"}}");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(RunningGateway.json(refused).getString("code")).isEqualTo("conflict");
        assertThat(RunningGateway.json(refused).getString("field")).isEqualTo("id");
        assertThat(refused.body()).contains("rtsp://***@10.0.0.1/x").doesNotContain("hunter2", "abc");
    }

    @Test
    void credentialsOfASourceAreNeverShown() {
        String body = "{\"source\":{\"url\":\"rtsp://bob:hunter2@10.0.0.1/x?token=abc\"}}";

        assertThat(gateway.putJson("/api/v1/streams/cam1", body).body()).doesNotContain("hunter2", "abc");
        assertThat(gateway.get("/api/v1/streams/cam1").body()).doesNotContain("hunter2", "abc");
        assertThat(gateway.get("/api/v1/streams").body()).doesNotContain("hunter2", "abc");
    }

    @Test
    void theListIsSortedAndCounted() {
        gateway.putJson("/api/v1/streams/b", "{\"source\":{\"url\":\"test:\"}}");
        gateway.putJson("/api/v1/streams/a", "{\"source\":{\"url\":\"test:\"}}");

        JsonObject list = RunningGateway.json(gateway.get("/api/v1/streams"));

        assertThat(list.getInteger("count")).isEqualTo(2);
        assertThat(list.getJsonArray("streams").stream().map(stream -> ((JsonObject) stream).getString("id")))
                .containsExactly("a", "b");
    }

    @Test
    void aRemovedStreamIsGone() {
        gateway.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"test:\"}}");

        assertThat(gateway.send("DELETE", "/api/v1/streams/cam1", "").statusCode())
                .isEqualTo(204);

        assertThat(gateway.get("/api/v1/streams/cam1").statusCode()).isEqualTo(404);
        assertThat(gateway.send("DELETE", "/api/v1/streams/cam1", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aLiveStreamShowsWhatItGivesAndWhoWatches() {
        StreamId id = new StreamId("cam1");
        gateway.withStream("cam1");
        Await.result(gateway.mesh
                .directory()
                .publishStatus(
                        id,
                        new StreamStatus(
                                StreamStatus.State.LIVE,
                                "",
                                1_763_700_000_250L,
                                Optional.of(new StreamStatus.Video(320, 240, 30)),
                                Optional.of(new StreamStatus.Audio(48_000, 2)))));
        Await.result(gateway.mesh.subscribe(new Topic(id, Topic.VIDEO), SubscribeOptions.latest("a test")));
        gateway.camera.emitAt(CaptureTime.now());

        JsonObject stream = Await.until(
                "the age of the last frame is known",
                () -> RunningGateway.json(gateway.get("/api/v1/streams/cam1")),
                json -> json.getValue("last_frame_age_seconds") != null);

        assertThat(stream.getString("state")).isEqualTo("live");
        assertThat(stream.getDouble("since")).isEqualTo(1_763_700_000.25);
        assertThat(stream.getJsonObject("video"))
                .isEqualTo(new JsonObject().put("width", 320).put("height", 240).put("fps", 30.0));
        assertThat(stream.getJsonObject("audio"))
                .isEqualTo(new JsonObject().put("sample_rate", 48_000).put("channels", 2));
        assertThat(stream.getInteger("subscribers")).isEqualTo(1);
        assertThat(stream.getString("node")).isEqualTo("test-node");
        assertThat(stream.getDouble("last_frame_age_seconds")).isBetween(0.0, 20.0);
    }

    @Test
    void aSourceThatIngestRefusesLeavesNothingBehind() {
        gateway.vertx
                .eventBus()
                .<JsonObject>consumer(
                        "mediamesh.ingest.check",
                        message -> message.fail(
                                FailureCode.INVALID.number(),
                                "ftp is not a scheme that can be opened: "
                                        + message.body().getString("url").length()));

        HttpResponse<String> refused =
                gateway.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"ftp://host/x\"}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused))
                .isEqualTo(new JsonObject()
                        .put("error", "ftp is not a scheme that can be opened: 12")
                        .put("code", "invalid")
                        .put("field", "source.url"));
        assertThat(gateway.get("/api/v1/streams/cam1").statusCode()).isEqualTo(404);
        assertThat(RunningGateway.json(gateway.get("/api/v1/streams")).getInteger("count"))
                .isZero();
    }

    @Test
    void aSourceThatASettingForbidsIsRefusedAsForbidden() {
        gateway.vertx
                .eventBus()
                .<JsonObject>consumer(
                        "mediamesh.ingest.check",
                        message -> message.fail(FailureCode.FORBIDDEN.number(), "private addresses are not allowed"));

        HttpResponse<String> refused =
                gateway.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"rtsp://10.0.0.1/x\"}}");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(RunningGateway.json(refused).getString("code")).isEqualTo("forbidden");
    }

    @Test
    void storedStreamsAreThereAgainAfterARestart() {
        gateway.putJson(
                "/api/v1/streams/kept",
                "{\"source\":{\"url\":\"rtsp://u:p@10.0.0.1/x\",\"loop\":true},\"labels\":{\"a\":\"b\"}}");
        gateway.putJson("/api/v1/streams/removed", "{\"source\":{\"url\":\"test:\"}}");
        gateway.send("DELETE", "/api/v1/streams/removed", "");
        gateway.withStream("from-the-command-line");
        gateway.close();

        gateway = RunningGateway.start(directory, Map.of());

        assertThat(Await.result(gateway.mesh.directory().list()))
                .containsExactly(new StreamDescription(
                        new StreamId("kept"), SourceUrl.parse("rtsp://u:p@10.0.0.1/x"), true, Map.of("a", "b")));
    }

    @Test
    void aStoredStreamGivesWayToAnotherOfTheSameIdThatTheMeshKnowsAlready() {
        gateway.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"rtsp://10.0.0.1/x\"}}");
        gateway.close();

        gateway = RunningGateway.withoutService(30).withStream("cam1").serve(directory, Map.of());

        assertThat(RunningGateway.json(gateway.get("/api/v1/streams/cam1"))
                        .getJsonObject("source")
                        .getString("url"))
                .isEqualTo("test:");
    }
}
