package io.mediamesh.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.Payload;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.ManualClock;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.vision.opencv.Overlapping;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service on a real mesh of one process. */
final class VisionServiceTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final Set<String> KINDS =
            Set.of(Topic.VIDEO, Topic.INTENSITY, Topic.DETECTIONS, Topic.TRACKS, Topic.ANNOTATED);

    private final Vertx vertx = Vertx.vertx();
    private final OpenCvPictureCodec pictures = new OpenCvPictureCodec();
    private final ManualClock clock = new ManualClock();
    private final AtomicInteger openDetectors = new AtomicInteger();
    private final Topic video = Topic.of("cam1", Topic.VIDEO);

    private Mesh mesh;
    private SyntheticSource source;
    private VisionService service = new VisionService();

    @BeforeEach
    void joinMesh() {
        mesh = Await.result(TestMesh.local(vertx, pictures, KINDS));
        Await.result(mesh.directory().put(TestMesh.stream("cam1")));
        source = SyntheticSource.manual(vertx, grey(100));
    }

    @AfterEach
    void leaveMesh() {
        Await.result(mesh.drain());
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    private void start(VisionService started, SyntheticSource camera, Map<String, String> settings) {
        source = camera;
        service = started;
        Await.result(mesh.offer(Set.of(Topic.VIDEO), camera));
        Await.result(started.start(mesh, Settings.of(started.settings(), settings)));
    }

    private void startWith(DetectorKind... detectors) {
        start(new VisionService((config, mesh) -> List.of(detectors)), source, Map.of());
    }

    private Subscription subscribe(String kind) {
        return Await.result(mesh.subscribe(
                video.sibling(kind), SubscribeOptions.latest("test").withPolicy(Policy.lossless(1000))));
    }

    private List<Delivery> follow(String kind) {
        return TestMesh.collect(subscribe(kind));
    }

    private static LongFunction<Payload> grey(int luma) {
        return index -> VideoFrame.of(picture(luma));
    }

    private static I420 picture(int luma) {
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        Arrays.fill(planes, (byte) 128);
        Arrays.fill(planes, 0, WIDTH * HEIGHT, (byte) luma);
        return new I420(WIDTH, HEIGHT, I420.Range.LIMITED, Bytes.takeOver(planes));
    }

    private static <T extends Payload> List<T> payloads(List<Delivery> deliveries, Class<T> type) {
        return TestMesh.items(deliveries).stream()
                .map(data -> type.cast(data.item().payload()))
                .toList();
    }

    /** Emits a frame and waits until it came out as so many annotated ones. */
    private VideoFrame annotatedFrame(List<Delivery> annotated, CaptureTime capture) {
        int before = TestMesh.items(annotated).size();
        source.emitAt(capture);
        Await.until("the frame comes out", () -> TestMesh.items(annotated).size() > before);
        return payloads(annotated, VideoFrame.class).getLast();
    }

    @Test
    void everyFrameGivesItsBrightness() {
        int[] levels = {16, 235, 126};
        start(
                service,
                SyntheticSource.manual(vertx, index -> VideoFrame.of(picture(levels[(int) index % levels.length]))),
                Map.of("intensity.max_samples", "2"));
        List<Delivery> intensity = follow(Topic.INTENSITY);

        source.emit(3);

        Await.until("three results", () -> TestMesh.items(intensity).size() == 3);
        // 16, 235 and 126 stand for 0, 255 and 128.08 of 255 (ITU-R BT.601-7, section 2.5.3).
        List<Intensity> results = payloads(intensity, Intensity.class);
        assertThat(results.get(0)).isEqualTo(new Intensity(0, 0, 1));
        assertThat(results.get(1)).isEqualTo(new Intensity(255, 127.5, 2));
        assertThat(results.get(2).current()).isCloseTo(128.08, within(0.01));
        assertThat(results.get(2).average()).isCloseTo((255 + 128.08) / 2, within(0.01));
        assertThat(results.get(2).frameCount()).isEqualTo(2);
        assertThat(TestMesh.items(intensity).get(2).item().stamp().originSequence())
                .isEqualTo(2);
    }

    @Test
    void framesThatCameAsJpegAreMeasuredToo() {
        VideoFrame jpeg = VideoFrame.of(pictures.encode(picture(126), JpegForm.ofQuality(95)));
        start(service, SyntheticSource.manual(vertx, index -> jpeg), Map.of());
        List<Delivery> intensity = follow(Topic.INTENSITY);

        source.emit(1);

        Await.until("a result", () -> !TestMesh.items(intensity).isEmpty());
        assertThat(payloads(intensity, Intensity.class).getFirst().current()).isCloseTo(128, within(1.0));
    }

    @Test
    void nothingRunsWithoutSubscribersAndAllTopicsShareOneVideo() {
        startWith(FakeDetector.kind("fake", openDetectors, picture -> List.of()));
        Await.until("the detectors are loaded", () -> service.health().ready());
        assertThat(source.starts()).isZero();
        assertThat(openDetectors).hasValue(0);

        List<Subscription> all =
                List.of(subscribe(Topic.INTENSITY), subscribe(Topic.DETECTIONS), subscribe(Topic.ANNOTATED));
        List<Delivery> found = TestMesh.collect(all.get(1));
        source.emit(1);
        Await.until("a detection", () -> !TestMesh.items(found).isEmpty());
        assertThat(source.starts()).isEqualTo(1);
        assertThat(openDetectors).hasValue(1);

        all.forEach(subscription -> Await.result(subscription.close()));
        Await.until("the video is released", () -> source.stops() == 1);
        Await.until("the detector is closed", () -> openDetectors.get() == 0);
    }

    @Test
    void aMovingSquareIsFoundWhereItIsAndDrawn() {
        start(service, SyntheticSource.camera(vertx, WIDTH, HEIGHT, 30), Map.of());
        List<Delivery> annotated = new CopyOnWriteArrayList<>();
        subscribe(Topic.ANNOTATED).handler(annotated::add);
        List<Delivery> found = follow(Topic.DETECTIONS);

        Await.until(
                "the square is found in two frames",
                () -> TestMesh.items(found).stream()
                                .filter(VisionServiceTest::showsTheSquare)
                                .count()
                        >= 2);
        Await.until(
                "boxes are drawn", () -> TestMesh.items(annotated).stream().anyMatch(data -> !isTheSourceFrame(data)));
        Detections last = payloads(found, Detections.class).getLast();
        assertThat(last.detector()).isEqualTo("motion+faces");
        assertThat(last.widthPx()).isEqualTo(WIDTH);
    }

    private static boolean showsTheSquare(Delivery.Data data) {
        double left = SyntheticSource.squareLeftPx(WIDTH, data.item().stamp().originSequence());
        double top = (HEIGHT - SyntheticSource.SQUARE_PX) / 2.0;
        return ((Detections) data.item().payload())
                .objects().stream()
                        .anyMatch(object -> object.label().equals("motion")
                                && Overlapping.iou(
                                                object,
                                                left,
                                                top,
                                                left + SyntheticSource.SQUARE_PX,
                                                top + SyntheticSource.SQUARE_PX)
                                        > 0.6);
    }

    private boolean isTheSourceFrame(Delivery.Data data) {
        I420 shown = ((VideoFrame) data.item().payload()).picture(pictures);
        return shown.equals(
                SyntheticSource.squareAt(WIDTH, HEIGHT, data.item().stamp().originSequence()));
    }

    @Test
    void boxesAreDrawnForASecondAndNotLonger() {
        AtomicInteger looks = new AtomicInteger();
        startWith(FakeDetector.kind("fake", openDetectors, picture -> {
            if (looks.incrementAndGet() > 1) {
                throw new IllegalStateException("as the test wants it");
            }
            return List.of(FakeDetector.BOX);
        }));
        List<Delivery> found = follow(Topic.DETECTIONS);
        List<Delivery> annotated = follow(Topic.ANNOTATED);
        I420 plain = picture(100);
        Await.until("the box is found", () -> {
            source.emitAt(clock.captureTime());
            return !TestMesh.items(found).isEmpty();
        });
        Await.until("the box is drawn", () -> !annotatedFrame(annotated, clock.captureTime())
                .picture(pictures)
                .equals(plain));

        clock.advance(Duration.ofMillis(990));
        assertThat(annotatedFrame(annotated, clock.captureTime()).picture(pictures))
                .isNotEqualTo(plain);

        clock.advance(Duration.ofMillis(20));
        assertThat(annotatedFrame(annotated, clock.captureTime()).picture(pictures))
                .isEqualTo(plain);
        assertThat(looks.get()).as("detection was tried again").isGreaterThan(1);
    }

    @Test
    void tracksAreDrawnWhileObjectsAreMarkedAndNotFollowedOtherwise() {
        startWith(FakeDetector.kind("fake", openDetectors, picture -> List.of()));
        List<Publisher> tracking = new CopyOnWriteArrayList<>();
        Await.result(mesh.offer(Set.of(Topic.TRACKS), publisher -> {
            tracking.add(publisher);
            return Future.succeededFuture(() -> {
                tracking.remove(publisher);
                return Future.succeededFuture();
            });
        }));
        I420 plain = picture(100);
        List<Delivery> annotated = follow(Topic.ANNOTATED);
        assertThat(annotatedFrame(annotated, clock.captureTime()).picture(pictures))
                .isEqualTo(plain);
        assertThat(tracking).isEmpty();

        tell(1);
        Await.until("the tracks are followed", () -> !tracking.isEmpty());
        Stamp shown = TestMesh.items(annotated).getLast().item().stamp();
        Track marked = Track.of(1, new Region(0, 100, 100, 200, 200, 150, 150, 5_000));
        tracking.getFirst().publish(shown, new Tracks(0, WIDTH, HEIGHT, List.of(marked)));
        Await.until("they are drawn", () -> !annotatedFrame(annotated, clock.captureTime())
                .picture(pictures)
                .equals(plain));

        tell(0);
        Await.until("they are let go of", tracking::isEmpty);
        assertThat(annotatedFrame(annotated, clock.captureTime()).picture(pictures))
                .isEqualTo(plain);
    }

    private void tell(int marked) {
        vertx.eventBus()
                .publish(TracksProtocol.CHANGED, new TracksProtocol.Changed(video.stream(), marked, false).toJson());
    }

    @Test
    void framesWithNothingToDrawArePassedOnAsTheyCame() {
        VideoFrame frame = VideoFrame.of(picture(100));
        source = SyntheticSource.manual(vertx, index -> frame);
        startWith(FakeDetector.kind("fake", openDetectors, picture -> List.of()));
        List<Delivery> annotated = follow(Topic.ANNOTATED);

        assertThat(annotatedFrame(annotated, CaptureTime.now())).isSameAs(frame);
    }

    @Test
    void theVideoGoesOnWithoutBoxesWhenNoDetectorCanBeLoaded() {
        startWith(new DetectorKind("broken", () -> {
            throw new IllegalStateException("no such file");
        }));
        Await.until("the fault is known", () -> service.health().detail().contains("no such file"));
        assertThat(service.health().ready()).isFalse();
        List<Delivery> annotated = follow(Topic.ANNOTATED);

        for (int index = 0; index < 5; index++) {
            assertThat(annotatedFrame(annotated, CaptureTime.now()).picture(pictures))
                    .isEqualTo(picture(100));
        }
    }

    @Test
    void aSlowDetectorNeitherDelaysTheVideoNorLooksAtOldFrames() {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch looking = new CountDownLatch(1);
        startWith(FakeDetector.kind("slow", openDetectors, picture -> {
            looking.countDown();
            awaitOpen(hold);
            return List.of();
        }));
        List<Delivery> found = follow(Topic.DETECTIONS);
        List<Delivery> annotated = follow(Topic.ANNOTATED);
        Await.until("the detector looks", () -> {
            source.emit(1);
            return looking.getCount() == 0;
        });

        for (int index = 0; index < 30; index++) {
            clock.advance(Duration.ofMillis(200));
            annotatedFrame(annotated, clock.captureTime());
        }
        long newest = TestMesh.items(annotated).getLast().item().stamp().originSequence();
        assertThat(TestMesh.items(found)).isEmpty();

        hold.countDown();
        Await.until("two results", () -> TestMesh.items(found).size() == 2);
        assertThat(TestMesh.items(found).get(1).item().stamp().originSequence()).isEqualTo(newest);
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theEndOfTheVideoEndsWhatIsMadeFromIt() {
        startWith(FakeDetector.kind("fake", openDetectors, picture -> List.of(FakeDetector.BOX)));
        Await.until("the detectors are loaded", () -> service.health().ready());
        List<List<Delivery>> all = List.of(follow(Topic.INTENSITY), follow(Topic.DETECTIONS), follow(Topic.ANNOTATED));

        source.running().forEach(publisher -> publisher.end("the file is over"));

        Delivery.Changed ended = new Delivery.Changed(SubscriptionState.ENDED, "the file is over");
        all.forEach(deliveries -> Await.until("the end is told", () -> deliveries.contains(ended)));
        Await.until("everything is closed", () -> openDetectors.get() == 0);
    }

    @Test
    void healthSaysWhatIsLoadedAndThatItIsLoading() {
        CountDownLatch hold = new CountDownLatch(1);
        startWith(new DetectorKind("heavy", () -> {
            awaitOpen(hold);
            return FakeDetector.kind("heavy", openDetectors, picture -> List.of())
                    .open();
        }));
        assertThat(service.health().ready()).isFalse();
        assertThat(service.health().detail()).isEqualTo("loading heavy");
        List<Delivery> found = follow(Topic.DETECTIONS);
        source.emit(1);

        hold.countDown();

        Await.until("it is ready", () -> service.health().ready());
        assertThat(service.health().detail()).isEqualTo("heavy");
        Await.until("the frame that waited is looked at", () -> {
            source.emit(1);
            return !TestMesh.items(found).isEmpty();
        });
    }

    @Test
    void aReopenedSourceIsLookedAtWithFreshDetectors() {
        AtomicInteger opened = new AtomicInteger();
        startWith(new DetectorKind("fake", () -> {
            opened.incrementAndGet();
            return FakeDetector.kind("fake", openDetectors, picture -> List.of(FakeDetector.BOX))
                    .open();
        }));
        Await.until("the detectors are loaded", () -> service.health().ready());
        List<Delivery> found = follow(Topic.DETECTIONS);
        source.emit(1);
        Await.until("a result", () -> TestMesh.items(found).size() == 1);
        int before = opened.get();

        source.running().forEach(publisher -> Await.result(publisher.reopened()));
        source.emitAt(CaptureTime.now().plusNanos(1_000_000_000));

        Await.until("another result", () -> TestMesh.items(found).size() == 2);
        assertThat(opened.get()).isEqualTo(before + 1);
        assertThat(openDetectors).hasValue(1);
    }

    @Test
    void stoppingTwiceIsHarmless() {
        startWith(FakeDetector.kind("fake", openDetectors, picture -> List.of()));

        Await.result(service.stop());
        Await.result(service.stop());

        assertThat(service.health().ready()).isFalse();
    }
}
