package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service outside of the mesh, as a server of HTTP that does what it should, or does not. */
class OutsideTrackingTest {
    private static final String RECTANGLE = "{\"x1\":10,\"y1\":20,\"x2\":30,\"y2\":40}";

    /** What the service does. */
    private enum Mood {
        ANSWER,
        HANG,
        FAIL,
        CLOSE,
        TALK_NONSENSE,
        DRIBBLE,
        FORGET
    }

    private final List<JsonObject> forms = new CopyOnWriteArrayList<>();
    private final AtomicInteger index = new AtomicInteger();
    private volatile Mood mood = Mood.ANSWER;
    private RunningGateway gateway;
    private HttpServer service;
    private HubClient broadcaster;
    private HubClient viewer;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.withoutService(1);
        service = Await.result(
                gateway.vertx.createHttpServer().requestHandler(this::handle).listen(0, "127.0.0.1"));
        gateway.serve(
                directory,
                Map.of(
                        "hub.ai_service_url",
                        "http://127.0.0.1:" + service.actualPort() + "/",
                        "hub.ai_request_timeout",
                        "1500ms",
                        "hub.breaker.failures",
                        "100"));
        viewer = HubClient.open(gateway, "/viewer");
        broadcaster = HubClient.open(gateway, "/broadcaster");
        Await.until("the viewer is there", () -> gateway.hubMeter("viewers") == 1);
    }

    @AfterEach
    void stop() {
        broadcaster.close();
        viewer.close();
        gateway.close();
    }

    private void handle(HttpServerRequest request) {
        request.setExpectMultipart(true);
        JsonObject form = new JsonObject().put("path", request.path());
        request.uploadHandler(upload -> {
            form.put("type", upload.contentType());
            upload.handler(chunk -> form.put(upload.name(), chunk.getBytes()));
        });
        request.endHandler(ended -> {
            request.formAttributes().forEach(entry -> form.put(entry.getKey(), entry.getValue()));
            forms.add(form);
            switch (mood) {
                case ANSWER -> answer(request);
                case HANG -> {}
                case FAIL -> request.response().setStatusCode(500).end("{\"detail\":\"SAM3 inference error\"}");
                case CLOSE -> request.connection().close();
                case DRIBBLE -> {
                    HttpServerResponse response = request.response().setChunked(true);
                    long timer = gateway.vertx.setPeriodic(50, due -> response.write(" "));
                    response.closeHandler(closed -> gateway.vertx.cancelTimer(timer));
                }
                case TALK_NONSENSE -> request.response().end("[1");
                case FORGET -> {
                    if (request.path().equals("/stream/frame")) {
                        request.response().setStatusCode(404).end("{\"detail\":\"Session not found\"}");
                    } else {
                        answer(request);
                    }
                }
            }
        });
    }

    private void answer(HttpServerRequest request) {
        JsonObject region = new JsonObject()
                .put("mask_index", 0)
                .put(
                        "bounding_box",
                        new JsonObject("{\"x_min\":1,\"y_min\":2,\"x_max\":3,\"y_max\":5,\"width\":2,\"height\":3}"))
                .put("centroid", new JsonObject("{\"x\":2,\"y\":3}"))
                .put("area_pixels", 6);
        JsonObject data = new JsonObject()
                .put("frame_index", index.getAndIncrement())
                .put("masks_detected", 1)
                .put("regions", new JsonArray().add(region));
        JsonObject answer = new JsonObject().put("status", "success");
        switch (request.path()) {
            case "/stream/start" -> answer.put("session_id", "outside-1").put("frame_data", data);
            case "/stream/frame" -> answer.put("frame_data", data);
            default -> answer.put("message", "Session ended");
        }
        request.response().putHeader("Content-Type", "application/json").end(answer.toBuffer());
    }

    private JsonObject metadata(int place) {
        broadcaster.sendTracked("/9j/AQID", RECTANGLE);
        return viewer.metadata(place);
    }

    @Test
    void itIsAskedAsTheDocumentSaysAndItsAnswerIsPassedOn() {
        assertThat(metadata(1).getInteger("frame_index")).isZero();
        assertThat(metadata(2).getInteger("frame_index")).isEqualTo(1);
        broadcaster.finish();
        Await.until("the session is ended", () -> forms.size() == 3);

        assertThat(forms.get(0).getString("path")).isEqualTo("/stream/start");
        assertThat(new JsonArray(forms.get(0).getString("bboxes"))).isEqualTo(new JsonArray("[[10.0,20.0,30.0,40.0]]"));
        assertThat(forms.get(0).getBinary("image")).startsWith(0xff, 0xd8, 0xff);
        assertThat(forms.get(0).getString("type")).isEqualTo("image/jpeg");
        assertThat(forms.get(1).getString("path")).isEqualTo("/stream/frame");
        assertThat(forms.get(1).getString("session_id")).isEqualTo("outside-1");
        assertThat(forms.get(2).getString("path")).isEqualTo("/stream/end");
        assertThat(forms.get(2).getString("session_id")).isEqualTo("outside-1");
    }

    @Tag("slow")
    @Test
    void whateverItDoesFramesGoOutAndHaveRegionsAgainWhenItAnswers() {
        int place = 0;
        for (Mood trouble : List.of(Mood.FAIL, Mood.CLOSE, Mood.TALK_NONSENSE, Mood.HANG, Mood.DRIBBLE)) {
            mood = trouble;
            assertThat(metadata(++place)).as("%s", trouble).isEqualTo(new JsonObject());
            mood = Mood.ANSWER;
            assertThat(metadata(++place).getInteger("masks_detected")).isEqualTo(1);
            mood = trouble;
            assertThat(metadata(++place)).as("%s", trouble).isEqualTo(new JsonObject());
        }
        assertThat(gateway.hubMeter("ai.failures")).isEqualTo(10);
    }

    @Test
    void aSessionThatItForgotBeginsAnewWhereTheObjectWas() {
        metadata(1);
        mood = Mood.FORGET;
        assertThat(metadata(2).getInteger("frame_index")).isEqualTo(1);
        assertThat(forms.getLast().getString("bboxes")).isEqualTo("[[1.0,2.0,3.0,5.0]]");
    }

    @Test
    void itMayBeAwayAltogether() {
        Await.result(service.close());
        assertThat(metadata(1)).isEqualTo(new JsonObject());
        broadcaster.sendFrame("AQID");
        assertThat(viewer.text(2)).contains("AQID");
    }
}
