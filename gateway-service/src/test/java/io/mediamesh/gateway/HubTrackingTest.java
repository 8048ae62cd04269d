package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.End;
import io.mediamesh.contracts.TrackingProtocol.Frame;
import io.mediamesh.contracts.TrackingProtocol.Start;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTrackingTest {
    private static final String RECTANGLE = "{\"x1\":10.5,\"y1\":20,\"x2\":30,\"y2\":40}";

    private final Path directory;

    HubTrackingTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** A broadcaster, a viewer and somebody who tracks. */
    private record Parts(RunningGateway gateway, TrackingMember member, HubClient broadcaster, HubClient viewer) {
        /** Sends a frame and gives what the viewer learns of it, its place among the viewer's messages given. */
        JsonObject metadata(int place, String rectangle) {
            broadcaster.sendTracked("AQID", rectangle);
            return viewer.metadata(place);
        }
    }

    private void run(Map<String, String> settings, BiConsumer<Parts, RunningGateway> test) {
        Map<String, String> all = new HashMap<>(Map.of("hub.resume", "500ms"));
        all.putAll(settings);
        try (RunningGateway gateway = RunningGateway.start(directory, all);
                TrackingMember member = new TrackingMember(gateway.mesh);
                HubClient viewer = HubClient.open(gateway, "/viewer");
                HubClient broadcaster = HubClient.open(gateway, "/broadcaster")) {
            Await.until("the viewer is there", () -> gateway.hubMeter("viewers") == 1);
            test.accept(new Parts(gateway, member, broadcaster, viewer), gateway);
        }
    }

    /** Frames that went out without regions for this reason. */
    private static double without(RunningGateway gateway, String reason) {
        return gateway.mesh
                .meters()
                .get("mediamesh.hub.frames.without.regions")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    void theFirstFrameWithARectangleStartsASessionAndTheNextOnesGoOnWithIt() {
        run(Map.of(), (parts, gateway) -> {
            JsonObject first = parts.metadata(1, RECTANGLE);
            JsonObject second = parts.metadata(2, "");
            JsonObject third = parts.metadata(3, "{\"x1\":10.9,\"y1\":20.5,\"x2\":30,\"y2\":39.5}");

            assertThat(first.getInteger("frame_index")).isZero();
            assertThat(first.getJsonArray("regions").getJsonObject(0).getJsonObject("bounding_box"))
                    .isEqualTo(new JsonObject(
                            "{\"x_min\":11,\"y_min\":20,\"x_max\":30,\"y_max\":40,\"width\":19,\"height\":20}"));
            assertThat(first.getJsonArray("regions").getJsonObject(0).getJsonArray("outline"))
                    .isEqualTo(new JsonArray("[[11,20],[29,20],[29,39]]"));
            assertThat(second.getInteger("frame_index")).isEqualTo(1);
            assertThat(third.getInteger("frame_index")).isEqualTo(2);
            Start start = parts.member.asked(Start.class).getFirst();
            assertThat(start.boxes()).containsExactly(new Box(10.5, 20, 30, 40));
            assertThat(start.picture().toArray()).containsExactly(1, 2, 3);
            assertThat(parts.member.asked(Frame.class))
                    .extracting(Frame::session)
                    .containsOnly(start.session())
                    .hasSize(2);
            parts.broadcaster.finish();
            Await.until("the session is ended", () -> parts.member.sessions.isEmpty());
        });
    }

    @Test
    void anotherRectangleBeginsAnew() {
        run(Map.of(), (parts, gateway) -> {
            parts.metadata(1, RECTANGLE);
            JsonObject moved = parts.metadata(2, "{\"x1\":12,\"y1\":20,\"x2\":30,\"y2\":40}");

            assertThat(moved.getInteger("frame_index")).isZero();
            Await.until(
                    "the first session is ended",
                    () -> parts.member.asked(End.class).size() == 1);
            assertThat(parts.member.asked(End.class).getFirst().session())
                    .isEqualTo(parts.member.asked(Start.class).getFirst().session());
        });
    }

    @Test
    void framesWithoutARectanglePassAndKeepTheSession() {
        run(Map.of(), (parts, gateway) -> {
            assertThat(parts.metadata(1, "")).isEqualTo(new JsonObject());
            parts.metadata(2, RECTANGLE);
            parts.broadcaster.sendFrame("AQID");
            assertThat(parts.viewer.text(3)).isEqualTo("{\"frame\":\"AQID\",\"metadata\":{}}");
            assertThat(parts.metadata(4, "").getInteger("frame_index")).isEqualTo(1);
            assertThat(parts.metadata(5, "{\"x1\":5,\"y1\":5,\"x2\":5,\"y2\":9}"))
                    .isEqualTo(new JsonObject());
            assertThat(without(gateway, "no_rectangle")).isEqualTo(1);
            assertThat(without(gateway, "empty_rectangle")).isEqualTo(1);
            assertThat(parts.metadata(6, RECTANGLE).getInteger("frame_index")).isEqualTo(2);
        });
    }

    @Test
    void aFrameThatIsNoBase64GoesOutWithoutRegions() {
        run(Map.of(), (parts, gateway) -> {
            parts.broadcaster.sendTracked("<base64>", RECTANGLE);
            assertThat(parts.viewer.text(1)).isEqualTo("{\"frame\":\"<base64>\",\"metadata\":{}}");
            assertThat(parts.member.asked).isEmpty();
            assertThat(without(gateway, "no_base64")).isEqualTo(1);
        });
    }

    @Test
    void whateverFailsTheFrameGoesOutWithoutRegionsAndTheNextOneMayHaveThemAgain() {
        run(Map.of("hub.breaker.failures", "100"), (parts, gateway) -> {
            int place = 0;
            Map<FailureCode, String> reasons = Map.of(
                    FailureCode.INVALID, "refused",
                    FailureCode.UNAVAILABLE, "unavailable",
                    FailureCode.UPSTREAM_TIMEOUT, "timeout",
                    FailureCode.INTERNAL, "failed");
            for (Map.Entry<FailureCode, String> entry : reasons.entrySet()) {
                parts.member.failing(entry.getKey());
                assertThat(parts.metadata(++place, RECTANGLE)).isEqualTo(new JsonObject());
                assertThat(without(gateway, entry.getValue())).isEqualTo(1);
            }
            parts.member.answering();
            assertThat(parts.metadata(++place, RECTANGLE).getInteger("frame_index"))
                    .isZero();
            parts.member.failing(FailureCode.INTERNAL);
            assertThat(parts.metadata(++place, RECTANGLE)).isEqualTo(new JsonObject());
            parts.member.answering();
            assertThat(parts.metadata(++place, RECTANGLE).getInteger("frame_index"))
                    .isEqualTo(1);
        });
    }

    @Test
    void aSessionThatIsGoneBeginsAnewWhereItsObjectWasLast() {
        run(Map.of(), (parts, gateway) -> {
            parts.metadata(1, RECTANGLE);
            parts.metadata(2, RECTANGLE);
            parts.member.sessions.clear();
            JsonObject anew = parts.metadata(3, RECTANGLE);

            assertThat(anew.getInteger("frame_index")).isZero();
            assertThat(parts.member.asked(Start.class).getLast().boxes()).containsExactly(new Box(12, 20, 31, 40));
            assertThat(parts.metadata(4, RECTANGLE).getInteger("frame_index")).isEqualTo(1);
        });
    }

    @Test
    void afterManyFailuresTheTrackingIsNotAskedForAWhile() {
        run(Map.of("hub.breaker.failures", "3", "hub.breaker.pause", "300ms"), (parts, gateway) -> {
            parts.member.failing(FailureCode.INTERNAL);
            for (int place = 1; place <= 3; place++) {
                parts.metadata(place, RECTANGLE);
            }
            Await.until("it is not asked any more", () -> gateway.hubMeter("ai.breaker") != 0);
            parts.member.answering();
            int place = 3;
            while (parts.metadata(++place, RECTANGLE).isEmpty()) {
                assertThat(place).isLessThan(100_000);
            }
            assertThat(gateway.hubMeter("ai.breaker")).isZero();
            assertThat(gateway.hubMeter("ai.failures")).isEqualTo(3);
            assertThat(place).as("frames that passed meanwhile").isGreaterThan(4);
        });
    }

    @Test
    void aFrameIsHeldBackNoLongerThanTheSettingAndTheOnesBehindItPass() {
        run(Map.of("hub.max_hold", "200ms"), (parts, gateway) -> {
            parts.member.holding();
            assertThat(parts.metadata(1, RECTANGLE)).isEqualTo(new JsonObject());
            assertThat(parts.metadata(2, RECTANGLE)).isEqualTo(new JsonObject());
            assertThat(without(gateway, "overdue")).isEqualTo(2);
            assertThat(parts.member.asked).hasSize(1);
            parts.member.release();
            int place = 2;
            while (parts.metadata(++place, RECTANGLE).isEmpty()) {
                assertThat(place).isLessThan(100_000);
            }
            assertThat(parts.member.asked(Start.class)).hasSize(1);
        });
    }

    @Test
    void framesThatDoNotWaitForAnswersKeepTheirOrder() {
        run(Map.of(), (parts, gateway) -> {
            parts.member.holding();
            parts.broadcaster
                    .sendTracked("AQID", RECTANGLE)
                    .sendTracked("AQIE", "")
                    .sendFrame("AQIF");
            Await.until("it is asked", () -> parts.member.waitingCount() == 1);
            assertThat(parts.viewer.texts).isEmpty();
            parts.member.release();
            assertThat(parts.viewer.text(1)).contains("AQID").contains("\"frame_index\":0");
            assertThat(parts.viewer.text(2)).contains("AQIE").contains("\"frame_index\":1");
            assertThat(parts.viewer.text(3)).contains("AQIF").contains("\"metadata\":{}");
        });
    }

    @Test
    void aBroadcasterThatClosesBehindItsFramesHasSentThem() {
        run(Map.of(), (parts, gateway) -> {
            parts.member.holding();
            parts.broadcaster
                    .sendTracked("AQID", RECTANGLE)
                    .sendTracked("AQIE", "")
                    .sendTracked("AQIF", "")
                    .finish();
            Await.until("it is asked", () -> parts.member.waitingCount() == 1);
            parts.member.release();
            for (int index = 0; index < 3; index++) {
                assertThat(parts.viewer.metadata(index + 1).getInteger("frame_index"))
                        .isEqualTo(index);
            }
            assertThat(parts.viewer.closeCode()).isEqualTo(1000);
            assertThat(parts.viewer.texts).hasSize(4);
            Await.until("the session is ended", () -> parts.member.sessions.isEmpty());
        });
    }

    @Test
    void asyncSendsEachFrameAtOnceWithWhatIsKnownLast() {
        run(Map.of("hub.mode", "async"), (parts, gateway) -> {
            parts.member.holding();
            assertThat(parts.metadata(1, RECTANGLE)).isEqualTo(new JsonObject());
            assertThat(parts.metadata(2, RECTANGLE)).isEqualTo(new JsonObject());
            assertThat(parts.member.asked).hasSize(1);
            parts.member.release();
            int place = 2;
            while (parts.metadata(++place, RECTANGLE).isEmpty()) {
                assertThat(place).isLessThan(100_000);
            }
            assertThat(parts.viewer.metadata(place).getJsonArray("regions")).hasSize(1);
            assertThat(without(gateway, "pending")).isEqualTo(place - 1.0);
        });
    }

    @Test
    void ofSoManyFramesOneIsTrackedAndTheOthersShowWhatIsKnown() {
        run(Map.of("hub.skip", "3"), (parts, gateway) -> {
            for (int place = 1; place <= 7; place++) {
                assertThat(parts.metadata(place, RECTANGLE).getInteger("frame_index"))
                        .isEqualTo((place - 1) / 3);
            }
            assertThat(parts.member.asked).hasSize(3);
        });
    }

    @Test
    void aBroadcasterThatComesBackFindsItsSession() {
        run(Map.of("hub.resume", "20s"), (parts, gateway) -> {
            parts.metadata(1, RECTANGLE);
            parts.broadcaster.kill();
            Await.until("it is missed", () -> RunningGateway.json(gateway.get("/api/v1/streams/broadcast"))
                    .getString("state")
                    .equals("reconnecting"));
            try (HubClient again = HubClient.open(gateway, "/broadcaster")) {
                again.sendTracked("AQID", RECTANGLE);
                assertThat(parts.viewer.metadata(2).getInteger("frame_index")).isEqualTo(1);
                again.finish();
                assertThat(parts.viewer.closeCode()).isEqualTo(1000);
            }
        });
    }
}
