package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class IngestServiceTest {
    private static final StreamId CAM = new StreamId("cam1");

    private final Vertx vertx = Vertx.vertx();
    private final IngestService service = new IngestService();
    private Mesh mesh;

    @BeforeEach
    void start() {
        mesh = Await.result(TestMesh.local(vertx, NoCodec.INSTANCE, Set.of(Topic.VIDEO, Topic.AUDIO)));
        Settings settings = Settings.of(service.settings(), Map.of("ingest.allowed_addresses", "127.0.0.0/8"));
        Await.result(service.start(mesh, settings));
    }

    @AfterEach
    void stop() {
        Await.result(service.stop());
        Await.result(service.stop());
        Await.result(vertx.close());
        Await.until("no thread of a source is left", () -> ingestThreads() == 0);
    }

    private void put(String url) {
        put(url, false);
    }

    private void put(String url, boolean loop) {
        Await.result(mesh.directory().put(new StreamDescription(CAM, SourceUrl.parse(url), loop, Map.of())));
    }

    private Subscription subscribe(String kind) {
        return Await.result(mesh.subscribe(new Topic(CAM, kind), SubscribeOptions.latest("test")));
    }

    private StreamStatus status() {
        return Await.result(mesh.directory().status(CAM));
    }

    private StreamStatus awaitState(StreamStatus.State state) {
        return Await.until("the state " + state, this::status, status -> status.state() == state);
    }

    private static long ingestThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ingest-" + CAM))
                .count();
    }

    @Test
    void theFirstSubscriberOpensTheSourceAndTheLastClosesIt() {
        put("test:?size=320x240");
        assertThat(status().state()).isEqualTo(StreamStatus.State.IDLE);
        Subscription video = subscribe(Topic.VIDEO);
        List<Delivery> pictures = TestMesh.collect(video);
        Await.until("pictures", () -> TestMesh.items(pictures).size() > 5);
        Subscription audio = subscribe(Topic.AUDIO);
        List<Delivery> sounds = TestMesh.collect(audio);
        Await.until("sound", () -> TestMesh.items(sounds).size() > 5);
        assertThat(ingestThreads()).isEqualTo(1);
        StreamStatus live = awaitState(StreamStatus.State.LIVE);
        assertThat(live.video()).contains(new StreamStatus.Video(320, 240, 30));
        assertThat(live.audio()).contains(new StreamStatus.Audio(48_000, 1));

        Await.result(video.close());
        int heard = sounds.size();
        Await.until("sound goes on", () -> sounds.size() > heard + 5);
        Await.result(audio.close());
        awaitState(StreamStatus.State.IDLE);
        Await.until("the thread has ended", () -> ingestThreads() == 0);
    }

    @Test
    void aFileEndsForEverybodyAndPlaysAgainForTheNext(@TempDir Path folder) throws Exception {
        put(Clips.h264WithAac(folder.resolve("clip.mp4"), 0.6).toUri().toString());
        for (int round = 0; round < 2; round++) {
            List<Delivery> deliveries = TestMesh.collect(subscribe(Topic.VIDEO));
            Await.until("the end", () -> deliveries.stream().anyMatch(IngestServiceTest::isEnd));
            assertThat(TestMesh.items(deliveries)).isNotEmpty();
            assertThat(awaitState(StreamStatus.State.ENDED).reason()).isEqualTo("the source came to its end");
        }
    }

    private static boolean isEnd(Delivery delivery) {
        return delivery instanceof Delivery.Changed changed && changed.state() == SubscriptionState.ENDED;
    }

    @Test
    void aTextFileFailsAndSaysWhy(@TempDir Path folder) throws Exception {
        put(Files.writeString(folder.resolve("clip.mp4"), "no film\n".repeat(99))
                .toUri()
                .toString());
        List<Delivery> deliveries = TestMesh.collect(subscribe(Topic.VIDEO));
        Await.until("the end", () -> deliveries.stream().anyMatch(IngestServiceTest::isEnd));
        assertThat(awaitState(StreamStatus.State.FAILED).reason())
                .isEqualTo("it is neither video nor audio in a format that can be read");
    }

    @Test
    void whoWantsSoundOfASilentSourceIsTold() {
        put("test:?tone=0&size=64x48");
        List<Delivery> deliveries = TestMesh.collect(subscribe(Topic.VIDEO));
        Await.until("pictures", () -> !TestMesh.items(deliveries).isEmpty());
        Throwable refused = Await.failure(mesh.subscribe(new Topic(CAM, Topic.AUDIO), SubscribeOptions.latest("test")));
        assertThat(refused).hasMessageContaining("cam1 has no sound");
        int seen = deliveries.size();
        Await.until("the pictures go on", () -> deliveries.size() > seen + 5);
    }

    @Test
    void aLostSourceComesBackInANewEpochForTheSameSubscriber() throws Exception {
        try (MjpegServer server = new MjpegServer(vertx)) {
            put(server.url("user:s3cret@"));
            List<Delivery> deliveries = TestMesh.collect(subscribe(Topic.VIDEO));
            Await.until("pictures", () -> TestMesh.items(deliveries).size() > 2);
            long epoch = TestMesh.items(deliveries).getFirst().item().stamp().epoch();
            server.stop();
            assertThat(awaitState(StreamStatus.State.RECONNECTING).reason()).isNotEmpty();
            server.start();
            awaitState(StreamStatus.State.LIVE);
            Await.until(
                    "a new epoch",
                    () -> TestMesh.items(deliveries).getLast().item().stamp().epoch() > epoch);
            assertThat(TestMesh.items(deliveries).getLast().item().payload()).isInstanceOf(VideoFrame.class);
        }
    }

    @Test
    void removingTheStreamClosesItsSource() {
        put("test:?size=64x48");
        List<Delivery> deliveries = TestMesh.collect(subscribe(Topic.VIDEO));
        Await.until("pictures", () -> !TestMesh.items(deliveries).isEmpty());
        Await.result(mesh.directory().remove(CAM));
        Await.until("the end", () -> deliveries.stream().anyMatch(IngestServiceTest::isEnd));
        Await.until("the thread has ended", () -> ingestThreads() == 0);
    }

    @Test
    void credentialsAppearNeitherInTheStatusNorInTheLog() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger("io.mediamesh");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        AvLog.install();
        try {
            put("rtsp://admin:s3cret@127.0.0.1:" + unusedPort() + "/x?token=t0ken");
            subscribe(Topic.VIDEO);
            StreamStatus status = awaitState(StreamStatus.State.RECONNECTING);
            assertThat(status.toJson().encode()).doesNotContain("s3cret", "t0ken");
        } finally {
            root.detachAppender(log);
            root.setLevel(null);
        }
        assertThat(List.copyOf(log.list)).isNotEmpty().allSatisfy(event -> assertThat(event.getFormattedMessage())
                .doesNotContain("s3cret", "t0ken"));
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void sourcesAreCheckedOnRequest() {
        assertThat(check("test:").getBoolean("ok")).isTrue();
        assertRefused("ftp://host/x", FailureCode.INVALID, "file:, rtsp://");
        assertRefused("file:///nowhere/clip.mp4", FailureCode.INVALID, "no such file");
        assertRefused("http://169.254.169.254/", FailureCode.FORBIDDEN, "ingest.allowed_addresses");
        assertRefused("test:?size=3x3", FailureCode.INVALID, "64x48");
        assertThat(check("rtsp://name.invalid/x").getBoolean("ok")).isTrue();
    }

    private JsonObject check(String url) {
        return Await.result(vertx.eventBus()
                .<JsonObject>request(CheckRequests.ADDRESS, new JsonObject().put("url", url))
                .map(message -> message.body()));
    }

    private void assertRefused(String url, FailureCode code, String part) {
        MeshException refused = MeshException.ofReply(
                Await.failure(vertx.eventBus().request(CheckRequests.ADDRESS, new JsonObject().put("url", url))));
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused).hasMessageContaining(part);
    }

    @Test
    @Tag("slow")
    void aFlappingSourceLeavesNoThreadAndNoHandle(@TempDir Path folder) throws Exception {
        put(Clips.h264WithAac(folder.resolve("clip.mp4"), 5).toUri().toString(), true);
        cycles(10);
        int threads = Thread.activeCount();
        long handles = handles();
        cycles(100);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
        assertThat(handles()).isLessThanOrEqualTo(handles + 3);
    }

    private void cycles(int count) {
        for (int cycle = 0; cycle < count; cycle++) {
            Subscription subscription = subscribe(Topic.VIDEO);
            List<Delivery> deliveries = TestMesh.collect(subscription);
            Await.until("a picture", () -> !TestMesh.items(deliveries).isEmpty());
            Await.result(subscription.close());
            Await.until("the thread has ended", () -> ingestThreads() == 0);
        }
    }

    private static long handles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
