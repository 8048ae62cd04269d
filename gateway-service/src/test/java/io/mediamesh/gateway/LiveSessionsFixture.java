package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.TopicStats;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose rooms are {@link LiveRooms} and whose recorder is a {@link RecorderMember}. */
abstract class LiveSessionsFixture {
    static final Map<String, String> SETTINGS = Map.of(
            "livekit.url", "ws://live.example:7880",
            "livekit.api_key", "devkey",
            "livekit.api_secret", "s/e c:r@et",
            "livekit.join_timeout", "1s");

    Path directory;
    RunningGateway gateway;
    final AtomicReference<LiveRooms> source = new AtomicReference<>();
    RecorderMember recorder;

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

    LiveRooms rooms() {
        return Objects.requireNonNull(source.get());
    }

    void restart(Map<String, String> settings) {
        gateway.close();
        serve(settings);
        recorder = recorder.again(gateway.mesh);
    }

    HttpResponse<String> call(String what, String room, Object... more) {
        JsonObject body = new JsonObject().put("room_name", room);
        for (int index = 0; index < more.length; index += 2) {
            body.put((String) more[index], more[index + 1]);
        }
        return gateway.postJson("/api/live-sessions/" + what, body);
    }

    JsonObject started(String room, Object... more) {
        HttpResponse<String> response = call("start", room, more);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return RunningGateway.json(response);
    }

    JsonObject active() {
        return RunningGateway.json(gateway.get("/api/live-sessions/active"));
    }

    JsonObject session(String room) {
        return active().getJsonObject("active_sessions").getJsonObject(room);
    }

    List<String> streams() {
        return Await.result(gateway.mesh.directory().list()).stream()
                .map(stream -> stream.id().value())
                .toList();
    }

    static void assertFailure(HttpResponse<String> response, int status, String... named) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject failure = RunningGateway.json(response);
        assertThat(failure.fieldNames()).containsExactlyInAnyOrder("success", "error");
        assertThat(failure.getBoolean("success")).isFalse();
        assertThat(failure.getString("error")).contains(named);
    }

    void assertNothingLeft() {
        assertThat(active())
                .isEqualTo(new JsonObject()
                        .put("active_sessions", new JsonObject())
                        .put("count", 0));
        assertThat(streams()).isEmpty();
        Await.until("the room is closed", () -> rooms().pictures.running().isEmpty());
    }

    int subscribers(String stream) {
        return Await.result(gateway.mesh.topics()).stream()
                .filter(topic -> topic.topic().equals(Topic.of(stream, Topic.VIDEO)))
                .mapToInt(TopicStats::subscribers)
                .sum();
    }
}
