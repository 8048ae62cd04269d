package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The service on a real mesh of one process, with trackers of the test's choice. */
final class TrackingServiceTest {
    private final Vertx vertx = Vertx.vertx();
    private final FakeKind kind = new FakeKind();
    private final TrackingService service = new TrackingService(kind);
    private final Mesh mesh = Await.result(TestMesh.local(vertx, new OpenCvPictureCodec(), Set.of()));
    private final Asking member = new Asking(mesh, mesh.memberId());

    private void start(Map<String, String> settings) {
        Await.result(service.start(mesh, Settings.of(TrackingConfig.all(), settings)));
        Await.until("the tracker is loaded", () -> service.health().ready());
    }

    @AfterEach
    void close() {
        kind.release(1000);
        Await.result(service.stop());
        Await.until("every tracker is closed", () -> kind.open.get() == 0);
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    @Test
    void framesCountFromZeroAndAnswerWithTheRegions() {
        start(Map.of());
        assertThat(Await.result(member.start("a", Asking.BOX, Asking.BOX)))
                .isEqualTo(new FrameData(0, List.of(region(0, 1), region(1, 1))));
        assertThat(Await.result(member.frame("a"))).isEqualTo(new FrameData(1, List.of(region(0, 2), region(1, 2))));
        assertThat(Await.result(member.frame("a")).frameIndex()).isEqualTo(2);
    }

    private static Region region(int index, int area) {
        return new Region(index, 0, 0, 1, 1, 0, 0, area);
    }

    @Test
    void anUnknownSessionIsNotFoundAndAnEndedOneToo() {
        start(Map.of());
        assertThat(Asking.refusal(member.frame("nobody"))).isEqualTo(FailureCode.NOT_FOUND);
        Await.result(member.start("a", Asking.BOX));
        Await.result(member.end("a"));
        assertThat(Asking.refusal(member.frame("a"))).isEqualTo(FailureCode.NOT_FOUND);
        Await.result(member.end("a"));
    }

    @Test
    void framesOfASessionAreTrackedInOrderOneAtATime() {
        start(Map.of("tracking.threads", "4"));
        Await.result(member.start("a", Asking.BOX));
        List<Future<FrameData>> asked = new ArrayList<>();
        for (int frame = 0; frame < 6; frame++) {
            asked.add(member.frame("a"));
        }
        for (int frame = 0; frame < 6; frame++) {
            assertThat(Await.result(asked.get(frame)))
                    .isEqualTo(new FrameData(frame + 1, List.of(region(0, frame + 2))));
        }
        assertThat(kind.mostInside).hasValue(1);
    }

    @Test
    void sessionsAreTrackedSideBySide() {
        start(Map.of("tracking.threads", "2"));
        Await.result(member.start("a", Asking.BOX));
        Await.result(member.start("b", Asking.BOX));
        kind.hold();
        Future<FrameData> one = member.frame("a");
        Future<FrameData> two = member.frame("b");
        Await.until("both are being tracked", () -> kind.inside.get() == 2);
        kind.release(2);
        Await.result(one);
        Await.result(two);
    }

    @Test
    void whatThePoolHasNoRoomForIsUnavailableAndTheSessionGoesOn() {
        start(Map.of("tracking.threads", "1", "tracking.queue", "1"));
        for (String session : List.of("a", "b", "c")) {
            Await.result(member.start(session, Asking.BOX));
        }
        kind.hold();
        Future<FrameData> running = member.frame("a");
        Await.until("one is being tracked", () -> kind.inside.get() == 1);
        Future<FrameData> waiting = member.frame("b");
        Await.until(
                "one waits",
                () -> mesh.meters()
                                .get("mediamesh.pool.queued")
                                .tag("pool", "tracking")
                                .gauge()
                                .value()
                        == 1);
        assertThat(Asking.refusal(member.frame("c"))).isEqualTo(FailureCode.UNAVAILABLE);
        kind.release(100);
        Await.result(running);
        Await.result(waiting);
        assertThat(Await.result(member.frame("c")).frameIndex()).isEqualTo(1);
    }

    @Test
    void oneSessionCannotFillTheQueueOfAll() {
        start(Map.of());
        Await.result(member.start("a", Asking.BOX));
        kind.hold();
        List<Future<FrameData>> asked = new ArrayList<>();
        for (int frame = 0; frame < 9; frame++) {
            asked.add(member.frame("a"));
        }
        assertThat(Asking.refusal(asked.getLast())).isEqualTo(FailureCode.UNAVAILABLE);
        kind.release(100);
        assertThat(Await.result(asked.get(7)).frameIndex()).isEqualTo(8);
    }

    @Test
    void sessionsBeyondTheLimitAreUnavailableUntilOneEnds() {
        start(Map.of("tracking.max_sessions", "2"));
        Await.result(member.start("a", Asking.BOX));
        Await.result(member.start("b", Asking.BOX));
        assertThat(Asking.refusal(member.start("c", Asking.BOX))).isEqualTo(FailureCode.UNAVAILABLE);
        Await.result(member.end("a"));
        Await.result(member.start("c", Asking.BOX));
    }

    @Test
    void aNameCanBeUsedOnce() {
        start(Map.of());
        Await.result(member.start("a", Asking.BOX));
        assertThat(Asking.refusal(member.start("a", Asking.BOX))).isEqualTo(FailureCode.CONFLICT);
        assertThat(Await.result(member.frame("a")).frameIndex()).isEqualTo(1);
    }

    @Test
    void sessionsThatNobodyUsesEnd() {
        start(Map.of("tracking.idle_timeout", "400ms"));
        Await.result(member.start("a", Asking.BOX));
        Await.until("its tracker is closed", () -> kind.open.get() == 0);
        assertThat(Asking.refusal(member.frame("a"))).isEqualTo(FailureCode.NOT_FOUND);
    }

    @Test
    void aTrackerThatBreaksIsReplacedByOneThatGoesOnFromThePictureBefore() {
        start(Map.of());
        Await.result(member.start("a", Asking.BOX));
        Await.result(member.frame("a"));
        kind.breaks.set(true);
        assertThat(Asking.refusal(member.frame("a"))).isEqualTo(FailureCode.INTERNAL);
        kind.breaks.set(false);
        assertThat(Await.result(member.frame("a"))).isEqualTo(new FrameData(2, List.of(region(0, 3))));
        assertThat(kind.open).hasValue(1);
    }

    static Stream<Bytes> noPictures() {
        byte[] whole = Asking.PICTURE.toArray();
        return Stream.of(
                Bytes.takeOver(new byte[0]),
                Bytes.takeOver("a text file".getBytes(StandardCharsets.UTF_8)),
                Bytes.takeOver(whole, 0, whole.length / 2));
    }

    @ParameterizedTest
    @MethodSource("noPictures")
    void whatIsNoPictureIsInvalidAndTheSessionGoesOn(Bytes file) {
        start(Map.of());
        Await.result(member.start("a", Asking.BOX));
        assertThat(Asking.refusal(member.frame("a", file))).isEqualTo(FailureCode.INVALID);
        assertThat(Asking.refusal(member.ask(new TrackingProtocol.Start("b", List.of(Asking.BOX), file))))
                .isEqualTo(FailureCode.INVALID);
        assertThat(Await.result(member.frame("a")).frameIndex()).isEqualTo(1);
    }

    @Test
    void aPictureThatAnnouncesTooManyPixelsIsRefusedByItsHeader() {
        start(Map.of());
        // ISO/IEC 10918-1, B.2.2: SOI, then SOF0 with 8 bits a sample, 65535 lines of 65535 samples, one component.
        byte[] header = {
            (byte) 0xff,
            (byte) 0xd8,
            (byte) 0xff,
            (byte) 0xc0,
            0,
            11,
            8,
            -1,
            -1,
            -1,
            -1,
            1,
            1,
            0x11,
            0,
            (byte) 0xff,
            (byte) 0xd9
        };
        assertThat(Asking.refusal(
                        member.ask(new TrackingProtocol.Start("b", List.of(Asking.BOX), Bytes.takeOver(header)))))
                .isEqualTo(FailureCode.TOO_LARGE);
    }

    static Stream<List<Box>> noBoxes() {
        return Stream.of(
                List.of(),
                Collections.nCopies(10_000, Asking.BOX),
                List.of(new Box(100, 100, 200, 200)),
                List.of(Asking.BOX, new Box(5, 5, 5, 30)),
                List.of(new Box(1, 1, 3, 3)));
    }

    @ParameterizedTest
    @MethodSource("noBoxes")
    void boxesThatEncloseNothingAreInvalid(List<Box> boxes) {
        start(Map.of());
        assertThat(Asking.refusal(member.ask(new TrackingProtocol.Start("a", boxes, Asking.PICTURE))))
                .isEqualTo(FailureCode.INVALID);
        assertThat(kind.open).hasValue(0);
        Await.result(member.start("a", Asking.BOX));
    }

    @Test
    void whatNoGatewayAsksIsInvalid() {
        start(Map.of());
        assertThat(Asking.refusal(vertx.eventBus()
                        .request(TrackingProtocol.addressOf(mesh.memberId()), Buffer.buffer("nonsense"))))
                .isEqualTo(FailureCode.INVALID);
        assertThat(Asking.refusal(member.start("a/b", Asking.BOX))).isEqualTo(FailureCode.INVALID);
    }

    @Test
    void stoppingTwiceIsHarmless() {
        start(Map.of());
        Await.result(service.stop());
        Await.result(service.stop());
        assertThat(service.health().ready()).isFalse();
    }
}
