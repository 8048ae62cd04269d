package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus.State;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, with what is wrong and what to do. */
class LiveSessionRefusalsTest extends LiveSessionsFixture {
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
}
