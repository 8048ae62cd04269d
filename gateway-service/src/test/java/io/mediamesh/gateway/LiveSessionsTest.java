package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How sessions begin, are shown and end. */
class LiveSessionsTest extends LiveSessionsFixture {
    @Test
    void aSessionIsStartedShownAndStoppedAsTheDocumentSays() {
        assertThat(started("my-live-room", "record_session", false))
                .isEqualTo(new JsonObject()
                        .put("success", true)
                        .put("room_name", "my-live-room")
                        .put("participant_sid", "PA_1")
                        .put("session_id", 1)
                        .put("record_session", false));

        JsonObject active = active();
        assertThat(active.getInteger("count")).isEqualTo(1);
        JsonObject session = active.getJsonObject("active_sessions").getJsonObject("my-live-room");
        assertThat(session.fieldNames())
                .containsExactly(
                        "id",
                        "room_name",
                        "participant_sid",
                        "status",
                        "record_session",
                        "recording_path",
                        "start_time",
                        "end_time",
                        "created_at",
                        "updated_at");
        assertThat(session.getInteger("id")).isEqualTo(1);
        assertThat(session.getString("status")).isEqualTo("active");
        assertThat(session.getValue("recording_path")).isNull();
        assertThat(session.getValue("end_time")).isNull();
        assertThat(session.getString("start_time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(Instant.parse(session.getString("start_time")))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());

        HttpResponse<String> stopped = call("stop", "my-live-room");
        assertThat(stopped.statusCode()).isEqualTo(200);
        assertThat(RunningGateway.json(stopped))
                .isEqualTo(new JsonObject().put("success", true).put("room_name", "my-live-room"));
        assertNothingLeft();
    }

    @Test
    void theRoomIsOpenedWithTheCredentialsAndHeldWithoutAnyPictureBeingAsked() {
        started("Straße 7/b");

        assertThat(rooms().urls)
                .containsExactly("livekit://devkey:s%2Fe%20c%3Ar%40et@live.example:7880/Stra%C3%9Fe%207%2Fb");
        Await.until("the camera runs", () -> !rooms().pictures.running().isEmpty());
        Await.until(
                "the room is held",
                () -> subscribers(new RoomName("Straße 7/b").stream().value()) == 1);
        assertThat(rooms().pictures.running()).hasSize(1);
        Await.until("the first picture is there, and no other is asked for", () -> rooms().pictures.running().stream()
                .noneMatch(publisher -> publisher.wanted()));
        assertThat(session("Straße 7/b").getString("room_name")).isEqualTo("Straße 7/b");
    }

    @Test
    void aRoomStartedTwiceAnswersAsTheFirstTime() {
        JsonObject first = started("room");

        assertThat(started("room")).isEqualTo(first);
        assertThat(rooms().joined).hasValue(1);
        assertThat(active().getInteger("count")).isEqualTo(1);
    }

    @Test
    void manyWhoStartARoomAtOnceGetOneSession() throws Exception {
        List<Callable<JsonObject>> clients = IntStream.range(0, 8)
                .mapToObj(index -> (Callable<JsonObject>) () -> started("room", "record_session", index % 2 == 0))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(clients).stream()
                            .map(answer -> answer.resultNow().getInteger("session_id")))
                    .containsOnly(1);
        }
        assertThat(rooms().joined).hasValue(1);
        assertThat(recorder.asked(RecorderProtocol.Start.class)).isEqualTo(1);
    }

    @Test
    void stopIsIdempotentAndAnUnknownRoomIsA404() {
        started("room");
        call("stop", "room");

        assertThat(call("stop", "room").statusCode()).isEqualTo(200);
        assertFailure(call("stop", "never"), 404, "never");
    }

    @Test
    void idsAreNeverUsedAgain() {
        assertThat(started("a").getInteger("session_id")).isEqualTo(1);
        assertThat(started("b").getInteger("session_id")).isEqualTo(2);
        call("stop", "b");
        assertThat(started("b").getInteger("session_id")).isEqualTo(3);
        call("stop", "b");

        restart(SETTINGS);

        assertThat(started("b").getInteger("session_id")).isGreaterThan(3);
    }

    @Test
    void aSessionEndsWhenItsStreamIsRemoved() {
        started("room");

        assertThat(gateway.send("DELETE", "/api/v1/streams/room", "").statusCode())
                .isEqualTo(204);

        Await.until("the session is over", () -> active().getInteger("count") == 0);
        assertThat(call("stop", "room").statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionIsOnEveryPort() {
        restart(Map.of("gateway.http.extra_ports", "0"));
        assertThat(gateway.ports()).hasSize(2);
        assertThat(RunningGateway.json(gateway.getAt(gateway.ports().get(1), "/api/live-sessions/active"))
                        .getInteger("count"))
                .isZero();
    }

    @Test
    void sessionsThatAreOverAreForgottenAfterAWhileAndTheirIdsAreNotUsedAgain() {
        started("kept");
        int last = started("over").getInteger("session_id");
        call("stop", "over");
        assertThat(call("stop", "over").statusCode()).isEqualTo(200);
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("live_sessions.keep", "1ms");

        restart(settings);

        Await.until("it is forgotten", () -> call("stop", "over").statusCode() == 404);
        assertThat(active().getJsonObject("active_sessions").fieldNames()).containsExactly("kept");
        assertThat(started("over").getInteger("session_id")).isGreaterThan(last);
    }
}
