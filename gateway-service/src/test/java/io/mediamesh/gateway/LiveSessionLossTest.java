package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.StreamStatus.State;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of sessions whose room or gateway is lost. */
class LiveSessionLossTest extends LiveSessionsFixture {
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
    @Tag("slow")
    void gatewaysThatShareAStoreHoldEachOthersRooms() {
        started("early", "record_session", true);
        GatewayService second = new GatewayService();
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(
                Map.of("gateway.http.port", "0", "gateway.http.extra_ports", "", "data.dir", directory.toString()));
        settings.putAll(RunningGateway.WITHOUT_AUDIO_PORTS);
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
}
