package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.RecorderProtocol.Part;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.Request;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecorderProtocolTest {
    static List<Request> requests() {
        return List.of(
                new RecorderProtocol.Start(
                        new StreamId("cam1"), new TreeSet<>(List.of("video", "audio")), true, "sessions/may"),
                new RecorderProtocol.Stop("r1"),
                new RecorderProtocol.ListAll(),
                new RecorderProtocol.Get("r1"),
                new RecorderProtocol.Delete("r1"),
                new RecorderProtocol.Read("r1", "video-0001.mp4", 1L << 40, 4096));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestComesOutOfTheBusAsItWentIn(Request request) {
        assertThat(Request.ofJson(new JsonObject(request.toJson().toBuffer()))).isEqualTo(request);
    }

    @Test
    void recordingsComeOutOfTheBusAsTheyWentIn() {
        Recording ended = recording(State.FINISHED, Optional.of(1640995210.5));
        Recording going = recording(State.RECORDING, Optional.empty());

        JsonObject json = RecorderProtocol.recordingsJson(List.of(ended, going));

        assertThat(RecorderProtocol.recordingsOf(new JsonObject(json.toBuffer())))
                .containsExactly(ended, going);
    }

    private static Recording recording(State state, Optional<Double> ended) {
        return new Recording(
                "20220101T000000Z-cam1",
                new StreamId("cam1"),
                new TreeSet<>(List.of("video", "audio")),
                true,
                state,
                "",
                "m1",
                1640995200.25,
                ended,
                10.25,
                4096,
                "/var/lib/recordings/cam1/video-0001.mp4",
                false,
                List.of(new Part(1, 0, 10.25, 1640995200.25, 42, 640, 480, "")),
                List.of(new Entry("video-0001.mp4", "video/mp4", 1, "h264,aac", 4096, "00ff")));
    }
}
