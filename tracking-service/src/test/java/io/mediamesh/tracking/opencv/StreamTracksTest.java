package io.mediamesh.tracking.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Track.State;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.ManualClock;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.tracking.TrackingService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The topic {@code tracks} on a real mesh of one process, with made-up videos. */
final class StreamTracksTest {
    private static final StreamId STREAM = new StreamId("cam1");
    private static final int POLLS_BETWEEN_FRAMES = 4;
    private static final Topic TRACKS = new Topic(STREAM, Topic.TRACKS);

    private final Vertx vertx = Vertx.vertx();
    private final ManualClock clock = new ManualClock();
    private final Clip moving = Clips.neverHidden(5).getFirst();
    private final Clip crossing = Clips.neverHidden(5).getLast();
    private final TrackingService service = new TrackingService();
    private volatile Clip clip = moving;
    private volatile int frame;
    private final SyntheticSource video = SyntheticSource.manual(
            vertx, index -> VideoFrame.of(clip.shot(frame).picture()));
    private final SyntheticSource detections = SyntheticSource.manual(
            vertx,
            index -> new Detections(
                    "test",
                    Clip.WIDTH,
                    Clip.HEIGHT,
                    1,
                    List.of(new Detection("thing", 0.9, 100 + 3 * index, 100, 160 + 3 * index, 180))));
    private volatile Future<Void> detectors = Future.succeededFuture();
    private Mesh mesh;

    @BeforeEach
    void start() {
        mesh = Await.result(
                TestMesh.local(vertx, new OpenCvPictureCodec(), Set.of(Topic.VIDEO, Topic.DETECTIONS, Topic.TRACKS)));
        Await.result(mesh.directory().put(TestMesh.stream(STREAM.value())));
        Await.result(mesh.offer(Set.of(Topic.VIDEO), video));
        Await.result(mesh.offer(
                Set.of(Topic.DETECTIONS), publisher -> detectors.compose(loaded -> detections.start(publisher))));
        Await.result(service.start(mesh, Settings.of(service.settings(), Map.of("tracking.max_rate", "120"))));
    }

    @AfterEach
    void stop() {
        Await.result(mesh.drain());
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    private Subscription subscribe() {
        return Await.result(
                mesh.subscribe(TRACKS, SubscribeOptions.latest("test").withPolicy(Policy.lossless(1000))));
    }

    private Future<Followed> ask(TracksProtocol.Request request) {
        return vertx.eventBus()
                .<JsonObject>request(
                        TracksProtocol.addressOf(mesh.memberId()),
                        request.toJson(),
                        new DeliveryOptions().setSendTimeout(TracksProtocol.TIMEOUT_MILLIS))
                .map(reply -> reply.body().isEmpty() ? new Followed(List.of()) : Followed.ofJson(reply.body()));
    }

    /** Marks what is in these boxes of the clip's present frame. */
    private List<Track> mark(List<Box> boxes) {
        return Await.result(marking(boxes)).tracks();
    }

    private Future<Followed> marking(List<Box> boxes) {
        return answered(ask(new TracksProtocol.Mark(STREAM, boxes)));
    }

    private Future<Followed> answered(Future<Followed> asked) {
        Await.until("the pictures are wanted", () -> !video.running().isEmpty());
        Await.until("it is answered", () -> {
            video.emit(1);
            return asked.isComplete();
        });
        return asked;
    }

    private static Tracks last(List<Delivery> deliveries) {
        return (Tracks) TestMesh.items(deliveries).getLast().item().payload();
    }

    /** Shows a frame of the clip until it is told of; one that comes too soon after another is left out. */
    private Tracks show(List<Delivery> deliveries, int number) {
        frame = number;
        int before = TestMesh.items(deliveries).size();
        AtomicInteger polls = new AtomicInteger();
        Await.until("the frame is looked at", () -> {
            if (polls.getAndIncrement() % POLLS_BETWEEN_FRAMES == 0) {
                video.emit(1);
            }
            return TestMesh.items(deliveries).size() > before;
        });
        return last(deliveries);
    }

    private static double distance(Track track, Clip clip, int thing, int frame) {
        Clip.Place place = clip.things().get(thing).path().apply(frame);
        return Math.hypot(track.centroidX() - place.x(), track.centroidY() - place.y());
    }

    @Test
    void markedObjectsAreFollowedUnderTheirIdsEvenWhereTheyCross() {
        clip = crossing;
        List<Delivery> deliveries = TestMesh.collect(subscribe());
        List<Box> boxes = crossing.boxes(crossing.shot(0));
        assertThat(mark(boxes.subList(0, 1))).extracting(Track::id).containsExactly(1L);
        // In a request of its own: they are told apart all the same.
        assertThat(mark(boxes.subList(1, 2))).extracting(Track::id).containsExactly(2L);
        Await.until(
                "the frames so far are told of", () -> last(deliveries).tracks().size() == 2);

        for (int number = 1; number < 60; number++) {
            Tracks seen = show(deliveries, number);
            assertThat(seen.widthPx()).isEqualTo(Clip.WIDTH);
            assertThat(seen.tracks()).extracting(Track::id).containsExactly(1L, 2L);
        }
        for (Track track : last(deliveries).tracks()) {
            assertThat(track.state()).isEqualTo(State.TRACKED);
            assertThat(track.found()).isEmpty();
            assertThat(distance(track, crossing, (int) track.id() - 1, 59)).isLessThan(10);
            assertThat(track.outline()).hasSizeBetween(4, Track.MOST_POINTS);
            assertThat(track.outline())
                    .allSatisfy(corner -> assertThat((double) corner.x()).isBetween(track.x1(), track.x2()));
        }
    }

    @Test
    void withoutASubscriberNothingRunsAndTheObjectIsFoundAgainAfterwards() {
        Subscription watched = subscribe();
        List<Delivery> deliveries = TestMesh.collect(watched);
        mark(moving.boxes(moving.shot(0)));
        for (int number = 1; number < 10; number++) {
            show(deliveries, number);
        }
        Await.result(watched.close());
        Await.until("the video is released", () -> video.running().isEmpty());
        assertThat(detections.starts() - detections.stops()).isZero();
        assertThat(Await.result(ask(new TracksProtocol.ListMarked(STREAM))).tracks())
                .extracting(Track::id)
                .containsExactly(1L);

        List<Delivery> later = TestMesh.collect(subscribe());
        Await.until("the pictures are wanted", () -> !video.running().isEmpty());
        Track again = Await.until(
                "the object is found again",
                () -> show(later, 30).tracks().getFirst(),
                track -> track.state() == State.TRACKED);
        assertThat(again.id()).isEqualTo(1);
        assertThat(distance(again, moving, 0, 30)).isLessThan(10);
    }

    @Test
    void endingEndsWhatIsNamedAndWhatIsLeftGoesOn() {
        clip = crossing;
        List<Delivery> deliveries = TestMesh.collect(subscribe());
        mark(crossing.boxes(crossing.shot(0)));

        Await.result(ask(new TracksProtocol.End(STREAM, Optional.of(1L))));
        Await.result(ask(new TracksProtocol.End(STREAM, Optional.of(1L))));
        Await.result(ask(new TracksProtocol.End(STREAM, Optional.of(77L))));
        assertThat(Await.result(ask(new TracksProtocol.ListMarked(STREAM))).tracks())
                .extracting(Track::id)
                .containsExactly(2L);
        Await.until("the other one is left", () -> show(deliveries, 1).tracks().size() == 1);
        assertThat(last(deliveries).tracks().getFirst().id()).isEqualTo(2);

        Await.result(ask(new TracksProtocol.End(STREAM, Optional.empty())));
        Await.result(ask(new TracksProtocol.End(STREAM, Optional.empty())));
        Await.until(
                "detections are followed instead", () -> !detections.running().isEmpty());
        Await.until("the video is released", () -> video.running().isEmpty());
        frame = 2;
        assertThat(mark(crossing.boxes(crossing.shot(2)))).extracting(Track::id).containsExactly(3L, 4L);
    }

    @Test
    void withoutMarksTheDetectionsAreFollowedAndThePicturesStayClosed() {
        List<Delivery> deliveries = TestMesh.collect(subscribe());
        Await.until("detections are wanted", () -> !detections.running().isEmpty());
        for (int look = 0; look < 6; look++) {
            clock.advance(Duration.ofMillis(100));
            CaptureTime capture = clock.captureTime();
            int before = TestMesh.items(deliveries).size();
            detections.emitAt(capture);
            Await.until("it is told", () -> TestMesh.items(deliveries).size() > before);
            assertThat(TestMesh.items(deliveries).getLast().item().stamp().capture())
                    .isEqualTo(capture);
        }
        Tracks seen = last(deliveries);
        assertThat(seen.frame()).isEqualTo(5);
        assertThat(seen.tracks()).extracting(Track::id).containsExactly(1L);
        assertThat(seen.tracks().getFirst().found()).contains(new Track.Found("thing", 0.9));
        assertThat(video.starts()).isZero();
    }

    @Tag("slow")
    @Test
    void whatIsMarkedWhileDetectionsAreAskedForInVainIsFollowed() {
        Promise<Void> loading = Promise.promise();
        detectors = loading.future();
        subscribe();
        Future<Followed> asked = ask(new TracksProtocol.Mark(STREAM, moving.boxes(moving.shot(0))));
        // Answered behind it, so that it waits by now.
        Await.result(ask(new TracksProtocol.ListMarked(STREAM)));
        loading.fail(new MeshException(FailureCode.UNAVAILABLE, "no detector can be loaded"));
        assertThat(Await.result(answered(asked)).tracks()).extracting(Track::id).containsExactly(1L);
    }

    static Stream<List<Box>> badBoxes() {
        return Stream.of(
                List.of(),
                Collections.nCopies(65, new Box(10, 10, 90, 90)),
                List.of(new Box(Double.NaN, 10, 90, 90)),
                List.of(new Box(1e308, 1e308, 1.1e308, 1.1e308)),
                List.of(new Box(700, 500, 900, 900)),
                List.of(new Box(10, 10, 11, 11)));
    }

    @ParameterizedTest
    @MethodSource("badBoxes")
    void badBoxesAreRefusedAndBeginNothing(List<Box> boxes) {
        List<Delivery> deliveries = TestMesh.collect(subscribe());
        mark(List.of(new Box(100, 100, 200, 200)));
        Future<Followed> refused = marking(boxes);
        assertThat(Await.failure(refused))
                .satisfies(failure ->
                        assertThat(MeshException.ofReply(failure).code()).isEqualTo(FailureCode.INVALID));
        Await.until(
                "only the good one is followed", () -> last(deliveries).tracks().size() == 1);
        assertThat(Await.result(ask(new TracksProtocol.ListMarked(STREAM))).tracks())
                .hasSize(1);
    }

    @Test
    void aStreamHasAtMostSoManyObjects() {
        subscribe();
        mark(Collections.nCopies(60, new Box(100, 100, 160, 160)));
        assertThat(Await.failure(marking(Collections.nCopies(5, new Box(300, 100, 360, 160)))))
                .hasMessageContaining("60 already");
    }

    @Test
    void aRemovedStreamIsForgotten() {
        subscribe();
        mark(moving.boxes(moving.shot(0)));
        Await.result(mesh.directory().remove(STREAM));
        Await.until("nothing is remembered", () -> Await.result(ask(new TracksProtocol.ListMarked(STREAM)))
                .tracks()
                .isEmpty());
    }
}
