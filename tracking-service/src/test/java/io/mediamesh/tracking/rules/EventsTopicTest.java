package io.mediamesh.tracking.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvent.Kind;
import io.mediamesh.contracts.ObjectEvent.Life;
import io.mediamesh.contracts.ObjectEvents;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Track.State;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.WorkerPool;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topic on a real mesh of one process, with tracks and pictures of the test's making. */
final class EventsTopicTest {
    private static final Topic EVENTS = Topic.of("cam1", Topic.EVENTS);

    private final Vertx vertx = Vertx.vertx();
    private final Mesh mesh = Await.result(
            TestMesh.local(vertx, new OpenCvPictureCodec(), Set.of(Topic.VIDEO, Topic.TRACKS, Topic.EVENTS)));
    private final WorkerPool pool = WorkerPool.create("events", 1, 16);
    private final SyntheticSource camera =
            SyntheticSource.manual(vertx, index -> VideoFrame.of(SyntheticSource.squareAt(320, 240, 0)));
    /** The white square of the camera, which is 64 pixels wide and stands still here. */
    private static final Track SQUARE = Track.of(7, State.TRACKED, new Track.Found("square", 0.9), 0, 88, 64, 152);

    private final AtomicInteger tracksRunning = new AtomicInteger();

    /** Whatever the camera shows, the square is where it is. */
    private Future<Producer> follow(Publisher publisher) {
        return mesh.subscribe(publisher.topic().sibling(Topic.VIDEO), SubscribeOptions.latest("tracks"))
                .map(pictures -> {
                    tracksRunning.incrementAndGet();
                    pictures.handler(delivery -> {
                        if (delivery instanceof Delivery.Data data) {
                            Stamp stamp = data.item().stamp();
                            publisher.publish(stamp, new Tracks(stamp.originSequence(), 320, 240, List.of(SQUARE)));
                        }
                    });
                    return () -> {
                        tracksRunning.decrementAndGet();
                        return pictures.close();
                    };
                });
    }

    @BeforeEach
    void start() {
        StreamEvents events = new StreamEvents(mesh, pool, new FaultLog(mesh.meters(), "tracking"));
        Await.result(mesh.directory().put(TestMesh.stream("cam1")));
        Await.result(mesh.offer(Set.of(Topic.VIDEO), camera));
        Await.result(mesh.offer(Set.of(Topic.TRACKS), this::follow));
        Await.result(mesh.offer(Set.of(Topic.EVENTS), events::produce));
    }

    @AfterEach
    void stop() {
        Await.result(mesh.close());
        pool.close();
        Await.result(vertx.close());
    }

    private void put(String rules) {
        Await.result(mesh.directory()
                .configure(new StreamId("cam1"), DetectionRules.PART, Optional.of(new JsonObject(rules))));
    }

    private static List<ObjectEvent> events(List<Delivery> deliveries) {
        return TestMesh.items(deliveries).stream()
                .flatMap(data -> data.item().payload() instanceof ObjectEvents events
                        ? events.events().stream()
                        : Stream.empty())
                .toList();
    }

    @Test
    void itRunsOnDemandAndFollowsTheRulesAndShowsTheObject() {
        Subscription subscription = Await.result(mesh.subscribe(EVENTS, SubscribeOptions.latest("test")));
        List<Delivery> seen = TestMesh.collect(subscription);
        Await.until("the object is seen", () -> {
            camera.emit(1);
            return !events(seen).isEmpty();
        });
        ObjectEvent first = events(seen).getFirst();
        assertThat(first.kind()).isEqualTo(Kind.NEW);
        assertThat(first.label()).isEqualTo("square");

        put("""
            {"snapshots": false, "zones": [{"name": "left", "polygon": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}]}""");
        Await.until("the zone holds in mid-stream", () -> {
            camera.emit(1);
            return events(seen).stream().anyMatch(event -> event.kind() == Kind.ENTER);
        });
        Await.until("no pictures are kept any more", () -> Await.result(mesh.topics()).stream()
                .anyMatch(stats -> stats.topic().kind().equals(Topic.VIDEO) && stats.subscribers() == 1));
        assertThat(mesh.meters()
                        .get("mediamesh.events")
                        .tags("event", "enter", "place", "left", "label", "square", "stream", "cam1")
                        .counter()
                        .count())
                .isEqualTo(1);

        Await.result(subscription.close());
        Await.until(
                "nothing runs any more",
                () -> tracksRunning.get() == 0 && camera.running().isEmpty());
        Await.result(mesh.directory().remove(new StreamId("cam1")));
        Await.until(
                "what was counted goes with the stream",
                () -> mesh.meters().find("mediamesh.events").counters().isEmpty());
    }

    @Test
    void snapshotsShowTheObject() {
        Subscription subscription = Await.result(mesh.subscribe(EVENTS, SubscribeOptions.latest("test")));
        List<Delivery> seen = TestMesh.collect(subscription);
        Await.until("there is a snapshot", () -> {
            camera.emit(1);
            return snapshots(seen).findAny().isPresent();
        });
        I420 picture = new OpenCvPictureCodec()
                .decode(snapshots(seen).findFirst().orElseThrow().jpeg().bytes());
        // 64 pixels and a margin of 9.6 on one side and two: 74 times 84, rounded outwards to even pixels.
        assertThat(picture.widthPx()).isEqualTo(74);
        assertThat(picture.heightPx()).isEqualTo(84);
        // White (235 of 16 to 235) at least in a large part, and grey (110) around.
        assertThat(picture.meanLuma()).isCloseTo(190, within(50.0));
        Await.result(subscription.close());
    }

    private static Stream<ObjectEvent.Snapshot> snapshots(List<Delivery> seen) {
        return events(seen).stream()
                .filter(event -> event.detail() instanceof Life)
                .flatMap(event -> ((Life) event.detail()).snapshot().stream());
    }
}
