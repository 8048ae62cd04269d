package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.testkit.TestNode;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tracks whose producer dies, with two members in one process. */
final class TracksMovingTest {
    private static final int PORT = 25_780;
    private static final PictureCodec PICTURES = new OpenCvPictureCodec();

    private final FakeKind firstKind = new FakeKind();
    private final FakeKind secondKind = new FakeKind();
    private final Node first = node("first", firstKind);
    private final Node second = node("second", secondKind);
    private final SyntheticSource video = SyntheticSource.manual(
            second.mesh().vertx(),
            index ->
                    VideoFrame.of(new I420(64, 48, I420.Range.FULL, Bytes.takeOver(new byte[I420.sizeBytes(64, 48)]))));
    private boolean gone;

    private static Node node(String name, FakeKind kind) {
        return Await.result(TestNode.start("tracks", PORT, name, PICTURES, new TrackingService(kind)));
    }

    @AfterEach
    void close() {
        Await.result(second.stop());
        if (!gone) {
            Await.result(first.stop());
        }
    }

    /** A stream of the second member whose tracks the first one makes. */
    private StreamId stream() {
        Await.until("two members", () -> second.mesh().members().size() == 2);
        StreamId stream = IntStream.range(0, 100)
                .mapToObj(number -> new StreamId("cam" + number))
                .filter(id -> Await.result(second.mesh().pick(id, Topic.TRACKS))
                        .map(Member::id)
                        .filter(first.mesh().memberId()::equals)
                        .isPresent())
                .findFirst()
                .orElseThrow();
        Await.result(second.mesh()
                .directory()
                .put(StreamDescription.pushed(
                        stream, SourceUrl.parse("test:"), second.mesh().memberId(), Map.of())));
        Await.result(second.mesh().offerPushed(stream, video));
        return stream;
    }

    private void emit() {
        video.emitAt(CaptureTime.now());
    }

    @Test
    void anotherMemberGoesOnWithTheSameIdsWhereOneDies() {
        StreamId stream = stream();
        Topic tracks = new Topic(stream, Topic.TRACKS);
        List<Delivery> deliveries =
                TestMesh.collect(Await.result(second.mesh().subscribe(tracks, SubscribeOptions.latest("test"))));
        Future<Followed> marked = second.mesh()
                .vertx()
                .eventBus()
                .<JsonObject>request(
                        TracksProtocol.addressOf(first.mesh().memberId()),
                        new TracksProtocol.Mark(stream, List.of(new Box(1, 1, 20, 20), new Box(30, 1, 50, 20)))
                                .toJson(),
                        new DeliveryOptions().setSendTimeout(TracksProtocol.TIMEOUT_MILLIS))
                .map(reply -> Followed.ofJson(reply.body()));
        Await.until("it is marked", () -> {
            emit();
            return marked.isComplete();
        });
        assertThat(Await.result(marked).tracks()).extracting(Track::id).containsExactly(1L, 2L);
        Await.until("some frames are tracked", () -> {
            emit();
            return TestMesh.items(deliveries).size() > 20;
        });

        // Without a word to the service: what it holds is lost.
        gone = true;
        int before = TestMesh.items(deliveries).size();
        Await.result(first.mesh().vertx().close());

        Await.until("the other one goes on", () -> {
            emit();
            return TestMesh.items(deliveries).size() > before + 5;
        });
        assertThat(secondKind.open).hasValue(1);
        assertThat(TestMesh.items(deliveries))
                .allSatisfy(data -> assertThat(((Tracks) data.item().payload()).tracks())
                        .extracting(Track::id)
                        .isSubsetOf(1L, 2L));
        assertThat(((Tracks) TestMesh.items(deliveries).getLast().item().payload()).tracks())
                .extracting(Track::id)
                .containsExactly(1L, 2L);
    }
}
