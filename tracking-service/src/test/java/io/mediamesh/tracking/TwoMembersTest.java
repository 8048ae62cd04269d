package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.mesh.Node;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestNode;
import io.mediamesh.tracking.SessionStore.Kept;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions whose owner goes away, or stands still for a while, with two members in one process. */
final class TwoMembersTest {
    private static final int PORT = 25_770;

    private final FakeKind firstKind = new FakeKind();
    private final FakeKind secondKind = new FakeKind();
    private final TrackingService firstService = new TrackingService(firstKind);
    private final TrackingService secondService = new TrackingService(secondKind);
    private final Node first = node("first", firstService);
    private final Node second = node("second", secondService);
    private boolean gone;
    private final Asking atFirst = new Asking(second.mesh(), first.mesh().memberId());
    private final Asking atSecond = new Asking(second.mesh(), second.mesh().memberId());

    private static Node node(String name, TrackingService service) {
        return Await.result(TestNode.start("tracking", PORT, name, PictureCodec.NONE, service));
    }

    @BeforeEach
    void bothAreReady() {
        Await.until("two members", () -> second.mesh().members().size() == 2);
        Await.until(
                "both trackers are loaded",
                () -> firstService.health().ready() && secondService.health().ready());
    }

    @AfterEach
    void close() {
        firstKind.release(1000);
        Await.result(second.stop());
        if (!gone) {
            Await.result(first.stop());
        }
    }

    private static FrameData answer(long frame) {
        return new FrameData(frame, List.of(new Region(0, 0, 0, 1, 1, 0, 0, (int) frame + 1)));
    }

    @Test
    void theNextFrameAfterTheOwnersEndIsAnsweredByTheOther() {
        assertThat(Await.result(atFirst.start("a", Asking.BOX))).isEqualTo(answer(0));
        assertThat(Await.result(atFirst.frame("a"))).isEqualTo(answer(1));

        // Without a word to the service: what it holds is lost.
        gone = true;
        Await.result(first.mesh().vertx().close());

        assertThat(Await.result(atSecond.frame("a"))).isEqualTo(answer(2));
        assertThat(Await.result(atSecond.frame("a"))).isEqualTo(answer(3));
        assertThat(secondKind.open).hasValue(1);
    }

    @Test
    void whatAFrozenOwnerWritesLateIsRefused() {
        Await.result(atFirst.start("a", Asking.BOX));
        firstKind.hold();
        Future<FrameData> frozen = atFirst.frame("a");
        Await.until("the owner stands still in the middle of a frame", () -> firstKind.inside.get() == 1);

        assertThat(Await.result(atSecond.frame("a"))).isEqualTo(answer(1));
        assertThat(Await.result(atSecond.frame("a"))).isEqualTo(answer(2));
        firstKind.release(1);

        assertThat(Asking.refusal(frozen)).isEqualTo(FailureCode.MOVED);
        assertThat(Await.result(atSecond.frame("a"))).isEqualTo(answer(3));
        Await.until("the late owner has let go", () -> firstKind.open.get() == 0);
    }

    @Test
    void aSessionThatWentToAnotherMemberMayComeBack() {
        Await.result(atFirst.start("a", Asking.BOX));
        Await.result(atSecond.frame("a"));
        Await.result(atSecond.frame("a"));

        assertThat(Await.result(atFirst.frame("a"))).isEqualTo(answer(3));
        assertThat(Await.result(atSecond.frame("a"))).isEqualTo(answer(4));
    }

    @Test
    void aSessionEndsWhereverItIsEnded() {
        Await.result(atFirst.start("a", Asking.BOX));
        Await.result(atSecond.end("a"));
        assertThat(Asking.refusal(atFirst.frame("a"))).isEqualTo(FailureCode.NOT_FOUND);
        assertThat(firstKind.open).hasValue(0);
    }

    @Test
    void theStoreRefusesEarlierEpochsAndKeepsWhatTheLaterOneWrote() {
        SessionStore one = store(first);
        SessionStore two = store(second);
        Await.result(one.create("s", new Kept(7, 0, bytes(0))));
        Await.result(one.save("s", new Kept(7, 1, bytes(1))));

        Optional<Kept> taken = Await.result(two.takeOver("s"));
        assertThat(taken.map(Kept::epoch)).contains(8L);
        assertThat(taken.map(Kept::frameIndex)).contains(1L);
        assertThat(taken.map(Kept::state))
                .hasValueSatisfying(state -> assertThat(state).isEqualTo(bytes(1)));

        assertThat(Asking.refusal(one.save("s", new Kept(7, 2, bytes(9))))).isEqualTo(FailureCode.STALE);
        Await.result(two.save("s", new Kept(8, 2, bytes(2))));
        assertThat(Asking.refusal(one.save("s", new Kept(7, 3, bytes(9))))).isEqualTo(FailureCode.STALE);
        assertThat(Await.result(one.takeOver("s")).map(Kept::state))
                .hasValueSatisfying(state -> assertThat(state).isEqualTo(bytes(2)));
    }

    @Test
    void theStoreForgetsWhatIsRemovedAndWhatNobodyTouches() {
        SessionStore one = store(first);
        SessionStore two = store(second);
        Await.result(one.create("s", new Kept(7, 0, bytes(0))));
        assertThat(Asking.refusal(two.create("s", new Kept(9, 0, bytes(5))))).isEqualTo(FailureCode.CONFLICT);
        Await.result(two.removeOwn("s", 6));
        assertThat(Await.result(two.epoch("s"))).contains(7L);
        Await.result(two.remove("s"));
        assertThat(Await.result(one.takeOver("s"))).isEmpty();
        assertThat(Asking.refusal(one.save("s", new Kept(7, 1, bytes(1))))).isEqualTo(FailureCode.NOT_FOUND);

        Await.result(one.create("left", new Kept(7, 0, bytes(0))));
        Await.until("nobody touches it, and it is forgotten", () -> {
            Await.result(two.removeIdle(Duration.ofMillis(50)));
            return Await.result(two.epoch("left")).isEmpty();
        });
    }

    private static Bytes bytes(int only) {
        return Bytes.takeOver(new byte[] {(byte) only});
    }

    private static SessionStore store(Node node) {
        return Await.result(ClusterSessionStore.open(node.mesh().vertx(), Duration.ofMinutes(5)));
    }
}
