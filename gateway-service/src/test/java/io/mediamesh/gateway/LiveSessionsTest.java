package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.StreamStatus.State;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.TopicStats;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveSessionsTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "livekit.url", "ws://live.example:7880",
            "livekit.api_key", "devkey",
            "livekit.api_secret", "s/e c:r@et",
            "livekit.join_timeout", "1s");

    private Path directory;
    private RunningGateway gateway;
    private final AtomicReference<LiveRooms> source = new AtomicReference<>();
    private RecorderMember recorder;

    @BeforeEach
    void start(@TempDir Path temporary) {
        directory = temporary;
        serve(SETTINGS);
        recorder = RecorderMember.of(gateway.mesh, directory.resolve("recordings"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void serve(Map<String, String> settings) {
        gateway = RunningGateway.withRooms(directory, settings, mesh -> {
            LiveRooms made = new LiveRooms(mesh);
            source.set(made);
            return made;
        });
    }

    private LiveRooms rooms() {
        return Objects.requireNonNull(source.get());
    }

    private void restart(Map<String, String> settings) {
        gateway.close();
        serve(settings);
        recorder = recorder.again(gateway.mesh);
    }

    private HttpResponse<String> call(String what, String room, Object... more) {
        JsonObject body = new JsonObject().put("room_name", room);
        for (int index = 0; index < more.length; index += 2) {
            body.put((String) more[index], more[index + 1]);
        }
        return gateway.postJson("/api/live-sessions/" + what, body);
    }

    private JsonObject started(String room, Object... more) {
        HttpResponse<String> response = call("start", room, more);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return RunningGateway.json(response);
    }

    private JsonObject active() {
        return RunningGateway.json(gateway.get("/api/live-sessions/active"));
    }

    private JsonObject session(String room) {
        return active().getJsonObject("active_sessions").getJsonObject(room);
    }

    private List<String> streams() {
        return Await.result(gateway.mesh.directory().list()).stream()
                .map(stream -> stream.id().value())
                .toList();
    }

    private static void assertFailure(HttpResponse<String> response, int status, String... named) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject failure = RunningGateway.json(response);
        assertThat(failure.fieldNames()).containsExactlyInAnyOrder("success", "error");
        assertThat(failure.getBoolean("success")).isFalse();
        assertThat(failure.getString("error")).contains(named);
    }

    private void assertNothingLeft() {
        assertThat(active())
                .isEqualTo(new JsonObject()
                        .put("active_sessions", new JsonObject())
                        .put("count", 0));
        assertThat(streams()).isEmpty();
        Await.until("the room is closed", () -> rooms().pictures.running().isEmpty());
    }

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
        assertThat(rooms().pictures.running()).hasSize(1).allMatch(publisher -> !publisher.wanted());
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
    void aRecordedSessionIsWrittenWhereTheConfigurationSaysUntilItIsStopped() {
        gateway.putJson("/api/config", "{\"recording_directory\":\"" + directory.resolve("recordings/haven") + "\"}");

        assertThat(started("room", "record_session", true).getBoolean("record_session"))
                .isTrue();

        RecorderProtocol.Start asked = recorder.lastStart();
        assertThat(asked.directory()).isEqualTo("haven");
        assertThat(asked.topics()).containsExactly("audio", "video");
        assertThat(asked.events()).isTrue();
        String path = session("room").getString("recording_path");
        assertThat(path).endsWith("video-0001.mp4");
        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.RECORDING);

        call("stop", "room");

        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.FINISHED);
    }

    @Test
    void aRunningSessionBeginsToBeRecordedWhenItIsStartedAgainForThat() {
        int id = started("room").getInteger("session_id");

        JsonObject again = started("room", "record_session", true);

        assertThat(again.getInteger("session_id")).isEqualTo(id);
        assertThat(again.getBoolean("record_session")).isTrue();
        assertThat(session("room").getString("recording_path")).isNotBlank();
        assertThat(started("room", "record_session", false).getBoolean("record_session"))
                .as("the recording goes on")
                .isTrue();
        assertThat(recorder.asked(RecorderProtocol.Start.class)).isEqualTo(1);
        assertThat(recorder.asked(RecorderProtocol.Stop.class)).isZero();
    }

    @Test
    void aRoomThatCannotBeRecordedIsNotOpened() {
        recorder.refuse(FailureCode.UNAVAILABLE, "the disk is full");

        assertFailure(call("start", "room", "record_session", true), 502, "the disk is full");

        assertNothingLeft();
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
    void openSessionsGoOnAfterARestartUnderTheirIds() {
        int id = started("room", "record_session", true).getInteger("session_id");
        started("stopped");
        call("stop", "stopped");
        String created = session("room").getString("created_at");
        recorder.recordings.keySet().forEach(name -> recorder.turn(name, RecorderProtocol.State.FINISHED));

        restart(SETTINGS);

        JsonObject session =
                Await.until("the room is open again", () -> session("room"), found -> found.getString("status")
                        .equals("active"));
        assertThat(session.getInteger("id")).isEqualTo(id);
        assertThat(session.getString("created_at")).isEqualTo(created);
        assertThat(active().getInteger("count")).isEqualTo(1);
        assertThat(rooms().urls).hasSize(1);
        Await.until("another recording", () -> recorder.recordings.size() == 2);
        Await.until(
                "its path", () -> session("room").getString("recording_path").contains("T000002Z"));
        assertThat(started("room", "record_session", true).getInteger("session_id"))
                .isEqualTo(id);
    }

    @Test
    void aRecordingWithWhichTheRecorderGoesOnByItselfIsKeptOverARestart() {
        started("room", "record_session", true);
        String path = session("room").getString("recording_path");
        String name = recorder.recordings.keySet().iterator().next();
        recorder.turn(name, RecorderProtocol.State.INTERRUPTED);

        restart(SETTINGS);
        Await.until("the recorder is asked", () -> recorder.asked(RecorderProtocol.Get.class) >= 1);
        recorder.turn(name, RecorderProtocol.State.RECORDING);
        long before = recorder.asked(RecorderProtocol.Get.class);
        Await.until("it is asked again", () -> recorder.asked(RecorderProtocol.Get.class) > before);
        call("stop", "room");

        assertThat(recorder.recordings).hasSize(1);
        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.FINISHED);
        assertThat(path).contains(name);
    }

    @Test
    void aSessionThatCannotGoOnAfterARestartHasFailed() {
        started("room");

        restart(Map.of("livekit.join_timeout", "1s"));

        assertThat(active().getInteger("count")).isZero();
        assertThat(streams()).isEmpty();
    }

    @Test
    void aRoomThatIsLostAndFoundSaysSoAndKeepsItsId() {
        int id = started("room").getInteger("session_id");

        rooms().tell("room", State.RECONNECTING, "the server is gone", Map.of());
        Await.until("reconnecting", () -> session("room").getString("status").equals("reconnecting"));
        rooms().tell("room", State.LIVE, "", Map.of(StreamStatus.PARTICIPANT_SID, "PA_again"));

        JsonObject session = Await.until("active again", () -> session("room"), found -> found.getString("status")
                .equals("active"));
        assertThat(session.getString("participant_sid")).isEqualTo("PA_again");
        assertThat(session.getInteger("id")).isEqualTo(id);
    }

    @Test
    void aRoomThatIsRefusedLaterEndsItsSession() {
        started("room", "record_session", true);

        rooms().tell("room", State.FAILED, "the API key is not known any more", Map.of());

        Await.until("the session is over", () -> active().getInteger("count") == 0);
        Await.until("its stream is gone", () -> streams().isEmpty());
        assertThat(recorder.recordings.values()).allMatch(r -> r.state() == RecorderProtocol.State.FINISHED);
    }

    @Test
    void aTopicThatEndsIsOpenedAgainWhileTheSessionIsOpen() {
        started("room");

        Await.until("the camera has given a picture that nobody asked for", () -> rooms().pictures.running().stream()
                .anyMatch(publisher -> !publisher.wanted()));
        rooms().pictures.running().forEach(publisher -> publisher.end("the room is over for a moment"));

        Await.until("the room is opened again", () -> rooms().joined.get() == 2);
        Await.until(
                "with another participant",
                () -> session("room").getString("participant_sid").equals("PA_2"));
    }

    @Test
    void aSessionEndsWhenItsStreamIsRemoved() {
        started("room");

        assertThat(gateway.send("DELETE", "/api/v1/streams/room", "").statusCode())
                .isEqualTo(204);

        Await.until("the session is over", () -> active().getInteger("count") == 0);
        assertThat(call("stop", "room").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"FAILED, the API key is not known", "RECONNECTING, the connection was refused"})
    void aRoomThatCannotBeJoinedIsA502WithTheReasonAndLeavesNothingBehind(State state, String reason) {
        rooms().answering(state, reason);

        assertFailure(call("start", "room"), 502, reason, "connection");
        assertNothingLeft();

        rooms().lettingIn();
        assertThat(started("room").getInteger("session_id")).isPositive();
    }

    @Test
    void aServerThatDoesNotAnswerInTimeIsA504AndLeavesNothingBehind() {
        rooms().answering(State.STARTING, "");

        assertFailure(call("start", "room"), 504, "livekit.join_timeout");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "livekit_url, LIVEKIT_URL, livekit.url",
        "livekit_api_key, LIVEKIT_API_KEY, livekit.api_key",
        "livekit_api_secret, LIVEKIT_API_SECRET, livekit.api_secret",
    })
    void whatIsMissingInTheConfigurationIsNamedWithHowToSetIt(String key, String variable, String setting) {
        restart(Map.of());
        JsonObject config = new JsonObject()
                .put("livekit_url", "ws://x.example")
                .put("livekit_api_key", "k")
                .put("livekit_api_secret", "s");
        config.remove(key);
        gateway.putJson("/api/config", config.encode());

        assertFailure(call("start", "room"), 502, key, variable, setting, "/api/config");
    }

    @Test
    void anotherSourceUnderTheIdOfTheRoomIsAConflictThatNamesIt() {
        gateway.withStream(new StreamDescription(
                new StreamId("room"), SourceUrl.parse("rtsp://bob:hunter2@10.0.0.1/x"), false, Map.of()));

        HttpResponse<String> response = call("start", "room");

        assertFailure(response, 409, "room", "rtsp://***@10.0.0.1/x");
        assertThat(streams()).containsExactly("room");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"room_name\":5}",
                "{\"room_name\":\"\"}",
                "{\"room_name\":\"../etc\"}",
                "{\"room_name\":\"a\\u0007b\"}",
                "{\"room_name\":null}",
            })
    void aRoomNameThatIsNoneIsA400ThatNamesTheField(String body) {
        for (String what : List.of("start", "stop")) {
            assertFailure(
                    gateway.send("POST", "/api/live-sessions/" + what, body, "Content-Type", "application/json"),
                    400,
                    "room_name");
        }
        assertThat(streams()).isEmpty();
    }

    @Test
    void aRecordSessionThatIsNoBooleanIsA400ThatSaysWhatIsAllowed() {
        assertFailure(call("start", "room", "record_session", "yes"), 400, "record_session", "boolean");
        assertFailure(call("start", "x".repeat(256)), 400, "room_name", "255");
        assertFailure(call("start", "room", "recrod_session", true), 400, "recrod_session");
        assertFailure(
                gateway.send("POST", "/api/live-sessions/start", "", "Content-Type", "application/json"), 400, "body");
        assertFailure(gateway.get("/api/live-sessions/start"), 405, "method");
    }

    private int subscribers(String stream) {
        return Await.result(gateway.mesh.topics()).stream()
                .filter(topic -> topic.topic().equals(Topic.of(stream, Topic.VIDEO)))
                .mapToInt(TopicStats::subscribers)
                .sum();
    }

    @Test
    @Tag("slow")
    void gatewaysThatShareAStoreHoldEachOthersRooms() {
        started("early", "record_session", true);
        GatewayService second = new GatewayService();
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(
                Map.of("gateway.http.port", "0", "gateway.http.extra_ports", "", "data.dir", directory.toString()));
        Await.result(second.start(gateway.mesh, Settings.of(Node.settingsOf(List.of(second)), settings)));
        Await.until("both hold the room", () -> subscribers("early") == 2);
        started("late");
        Await.until("both hold the other room", () -> subscribers("late") == 2);
        assertThat(rooms().joined).hasValue(2);

        call("stop", "early");
        Await.until("nobody holds the stopped room", () -> subscribers("early") == 0);
        Await.result(gateway.service.stop());

        assertThat(RunningGateway.json(gateway.getAt(second.ports().getFirst(), "/api/live-sessions/active"))
                        .getJsonObject("active_sessions")
                        .fieldNames())
                .containsExactly("late");
        assertThat(subscribers("late")).as("held by the gateway that is left").isEqualTo(1);
        assertThat(recorder.asked(RecorderProtocol.Start.class)).isEqualTo(1);
        Await.result(second.stop());
        Await.until("a room without a gateway is closed", () -> subscribers("late") == 0);
    }

    @Test
    void aSessionIsOnEveryPort() {
        restart(Map.of("gateway.http.extra_ports", "0"));
        assertThat(gateway.ports()).hasSize(2);
        assertThat(RunningGateway.json(gateway.getAt(gateway.ports().get(1), "/api/live-sessions/active"))
                        .getInteger("count"))
                .isZero();
    }
}
