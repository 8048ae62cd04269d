package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TracksProtocol.Changed;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.contracts.TracksProtocol.Request;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracksProtocolTest {
    private static final StreamId STREAM = new StreamId("cam1");

    static List<Request> requests() {
        return List.of(
                new TracksProtocol.Mark(STREAM, List.of(new Box(1, 2.5, 30, 40), new Box(5, 5, 0, 0))),
                new TracksProtocol.ListMarked(STREAM),
                new TracksProtocol.End(STREAM, Optional.empty()),
                new TracksProtocol.End(STREAM, Optional.of(7L)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestComesOutOfTheBusAsItWentIn(Request request) {
        assertThat(Request.ofJson(new JsonObject(request.toJson().encode()))).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"stream\":\"cam1\"}",
                "{\"op\":\"fly\",\"stream\":\"cam1\"}",
                "{\"op\":\"mark\",\"stream\":\"cam1\"}",
                "{\"op\":\"mark\",\"stream\":\"cam1\",\"boxes\":[[1,2,3]]}",
                "{\"op\":\"end\",\"stream\":\"cam1\",\"track\":\"x\"}"
            })
    void nonsenseIsRefused(String json) {
        assertThatThrownBy(() -> Request.ofJson(new JsonObject(json)))
                .isInstanceOfSatisfying(MeshException.class, refusal -> assertThat(refusal.code())
                        .isEqualTo(FailureCode.INVALID));
    }

    @Test
    void answersAndNewsComeOutOfTheBusAsTheyWentIn() {
        Followed followed =
                new Followed(List.of(Track.of(3, Track.State.TRACKED, new Track.Found("face", 0.5), 1, 2, 3, 4)));
        assertThat(Followed.ofJson(new JsonObject(followed.toJson().encode()))).isEqualTo(followed);
        Changed changed = new Changed(STREAM, 2, true);
        assertThat(Changed.ofJson(new JsonObject(changed.toJson().encode()))).isEqualTo(changed);
    }

    @Test
    void aLostObjectStaysWhereItWasAndHasNoOutline() {
        Track lost = Track.of(1, new Region(0, 1, 2, 4, 6, 2, 3, 9, List.of(new Track.Point(1, 2))))
                .lost();
        assertThat(lost.state()).isEqualTo(Track.State.LOST);
        assertThat(lost.x2()).isEqualTo(4);
        assertThat(lost.outline()).isEmpty();
    }
}
