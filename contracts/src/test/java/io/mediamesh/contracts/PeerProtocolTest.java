package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.PeerProtocol.Request;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerProtocolTest {
    static List<Request> requests() {
        return List.of(
                new PeerProtocol.Publish(
                        new StreamId("conn_1"), Signalling.OFFER, "v=0\r\n", "", Map.of("intensity.max_samples", "5")),
                new PeerProtocol.Watch(Topic.of("cam1", Topic.ANNOTATED), "v=0\r\n", "secret"),
                new PeerProtocol.Patch("s1", Signalling.WHIP, "secret", "\"1\"", "a=ice-ufrag:x\r\n"),
                new PeerProtocol.Close("s1", Signalling.WHEP, "secret"),
                new PeerProtocol.Connections(),
                new PeerProtocol.Disconnect(new StreamId("conn_1")));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestComesOutOfTheBusAsItWentIn(Request request) {
        assertThat(Request.ofJson(new JsonObject(request.toJson().toBuffer()))).isEqualTo(request);
    }

    @Test
    void answersComeOutOfTheBusAsTheyWentIn() {
        var answer = new PeerProtocol.Answer("s1", "v=0\r\n", "\"1\"");
        var patched = new PeerProtocol.Patched("a=ice-ufrag:x\r\n", "\"2\"");
        var connections = List.of(new PeerProtocol.Connection("conn_1", 45.2, 1350, 1349, 1640995200.25));
        assertThat(PeerProtocol.Answer.ofJson(answer.toJson())).isEqualTo(answer);
        assertThat(PeerProtocol.Patched.ofJson(patched.toJson())).isEqualTo(patched);
        assertThat(PeerProtocol.connectionsOf(
                        new JsonObject(PeerProtocol.connectionsJson(connections).encode())))
                .isEqualTo(connections);
    }

    @Test
    void aRequestOfANewerVersionIsRefused() {
        assertThatThrownBy(() -> Request.ofJson(new JsonObject().put("op", "dance")))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("another version");
    }

    @Test
    void aWatcherOfAConnectionGetsTheSevenFieldsOfTheDocument() {
        JsonObject json = new Intensity(51, 102, 30).toConnectionJson("conn_1", new CaptureTime(0, 1_500_000_000));
        assertThat(json.fieldNames())
                .containsExactlyInAnyOrder(
                        "timestamp",
                        "current_intensity",
                        "current_normalized",
                        "average_intensity",
                        "average_normalized",
                        "frame_count",
                        "connection_id");
        assertThat(json.getDouble("timestamp")).isEqualTo(1.5);
        assertThat(json.getDouble("current_normalized")).isEqualTo(0.2);
        assertThat(json.getString("connection_id")).isEqualTo("conn_1");
    }
}
