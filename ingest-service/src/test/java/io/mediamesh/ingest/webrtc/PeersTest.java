package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Answer;
import io.mediamesh.contracts.PeerProtocol.Connection;
import io.mediamesh.contracts.PeerProtocol.Patched;
import io.mediamesh.contracts.PeerProtocol.Request;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.IngestService;
import io.mediamesh.ingest.NoCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class PeersTest {
    private static final StreamId PHONE = new StreamId("phone");
    // A letter of limited range, 126, is this bright: (126 − 16) · 255 / 219 (ITU-R BT.601).
    private static final double INTENSITY_OF_126 = 128.08;

    private final Vertx vertx = Vertx.vertx();
    private final IngestService service = new IngestService();
    private Mesh mesh;

    @BeforeEach
    void start() {
        mesh = Await.result(TestMesh.local(vertx, NoCodec.INSTANCE, Set.of(Topic.VIDEO, Topic.AUDIO, Topic.INTENSITY)));
        Await.result(service.start(
                mesh,
                Settings.of(
                        service.settings(), Map.of("intensity.frame_timeout", "1s", "webrtc.connect_timeout", "1s"))));
        Await.result(mesh.offer(Set.of(Topic.INTENSITY), this::measure));
    }

    @AfterEach
    void stop() {
        Await.result(service.stop());
        Await.result(vertx.close());
    }

    /** What the vision service does, in short. */
    private Future<io.mediamesh.mesh.Producer> measure(Publisher publisher) {
        return mesh.subscribe(publisher.topic().sibling(Topic.VIDEO), SubscribeOptions.latest("intensity"))
                .map(video -> {
                    video.handler(delivery -> {
                        if (delivery instanceof Delivery.Data data
                                && data.item().payload() instanceof VideoFrame frame) {
                            double mean = frame.picture(NoCodec.INSTANCE).meanLuma();
                            publisher.publish(data.item().stamp(), new Intensity(mean, mean, 1));
                        } else if (delivery instanceof Delivery.Changed changed
                                && changed.state() == SubscriptionState.ENDED) {
                            publisher.end(changed.reason());
                        }
                    });
                    return video::close;
                });
    }

    private Future<JsonObject> ask(Request request) {
        return vertx.eventBus()
                .<JsonObject>request(PeerProtocol.addressOf(mesh.memberId()), request.toJson())
                .map(Message::body);
    }

    private Answer publish(RtcClient client, Signalling signalling) {
        Answer answer = Answer.ofJson(
                Await.result(ask(new PeerProtocol.Publish(PHONE, signalling, client.offer(), "token", Map.of()))));
        client.accept(answer.sdp());
        return answer;
    }

    private MeshException refusal(Request request) {
        return MeshException.ofReply(Await.failure(ask(request)));
    }

    private List<Connection> connections() {
        return PeerProtocol.connectionsOf(Await.result(ask(new PeerProtocol.Connections())));
    }

    private List<Delivery> collect(String kind) {
        return TestMesh.collect(Await.result(mesh.subscribe(new Topic(PHONE, kind), SubscribeOptions.latest("test"))));
    }

    private void awaitGone() {
        Await.until("the stream is gone", () -> Await.result(mesh.directory().get(PHONE))
                .isEmpty());
        assertThat(connections()).isEmpty();
    }

    @Test
    void picturesOfAPeerAreATopicAndTheirIntensityComesOnEachOfItsDataChannels() {
        try (RtcClient client = RtcClient.sending(false, "intensity", "anything")) {
            publish(client, Signalling.OFFER);
            Await.until("messages", () -> client.messages.size() > 40);
            JsonObject message = new JsonObject(client.messages.getLast());
            assertThat(message.getDouble("current_intensity")).isCloseTo(INTENSITY_OF_126, within(1.0));
            assertThat(message.getString("connection_id")).isEqualTo("phone");
            Connection connection = connections().getFirst();
            assertThat(connection.framesReceived()).isGreaterThanOrEqualTo(20);
            assertThat(connection.messagesSent()).isGreaterThanOrEqualTo(40);
            assertThat(connection.uptimeSeconds()).isGreaterThan(0.5);
            assertThat(connection.lastActivityUnixSeconds()).isCloseTo(System.currentTimeMillis() / 1e3, within(1.0));
            StreamStatus status = Await.result(mesh.directory().status(PHONE));
            assertThat(status.state()).isEqualTo(StreamStatus.State.LIVE);
            assertThat(status.video()).contains(new StreamStatus.Video(320, 240, 0));
        }
    }

    @Test
    void pictureSizeMayChangeInMidStream() {
        try (RtcClient client = RtcClient.sending(false)) {
            publish(client, Signalling.OFFER);
            List<Delivery> video = collect(Topic.VIDEO);
            Await.until("pictures", () -> TestMesh.items(video).size() > 5);
            client.widthPx = 480;
            client.heightPx = 360;
            Await.until(
                    "larger pictures",
                    () -> ((VideoFrame) TestMesh.items(video).getLast().item().payload()).widthPx() == 480);
            Await.until(
                    "the status says so", () -> Await.result(mesh.directory().status(PHONE))
                            .video()
                            .equals(java.util.Optional.of(new StreamStatus.Video(480, 360, 0))));
        }
    }

    @Test
    void soundOfAPeerComesInBlocksOnAnEvenClock() {
        try (RtcClient client = RtcClient.sending(true)) {
            publish(client, Signalling.WHIP);
            List<Delivery> audio = collect(Topic.AUDIO);
            Await.until("sound", () -> TestMesh.items(audio).size() > 100);
            List<Delivery.Data> blocks = TestMesh.items(audio);
            AudioBlock block = (AudioBlock) blocks.get(90).item().payload();
            assertThat(block.sampleRateHz()).isEqualTo(48_000);
            assertThat(block.frames()).isEqualTo(960);
            CaptureTime first = blocks.get(50).item().stamp().capture();
            CaptureTime last = blocks.get(100).item().stamp().capture();
            assertThat((last.monotonicNanos() - first.monotonicNanos()) / 1e9).isCloseTo(1.0, within(0.1));
        }
    }

    @Test
    void aPeerThatClosesIsForgottenAndItsViewersAreTold() {
        try (RtcClient client = RtcClient.sending(false, "intensity")) {
            publish(client, Signalling.OFFER);
            List<Delivery> video = collect(Topic.VIDEO);
            Await.until("pictures", () -> TestMesh.items(video).size() > 5);
            client.leave();
            awaitGone();
            Await.until(
                    "the viewer is told",
                    () -> video.getLast() instanceof Delivery.Changed changed
                            && changed.state() == SubscriptionState.ENDED);
        }
    }

    @Test
    void aPeerThatSendsNoPicturesIsLetGoAfterTheFrameTimeout() {
        try (RtcClient client = RtcClient.sending(false, "intensity")) {
            publish(client, Signalling.OFFER);
            Await.until("messages", () -> client.messages.size() > 5);
            client.sending = false;
            awaitGone();
            Await.until(
                    "the client sees it",
                    () -> client.transport != RTCIceConnectionState.CONNECTED
                            && client.transport != RTCIceConnectionState.COMPLETED);
        }
    }

    @Test
    void anOfferThatNeverConnectsIsFreed() {
        try (RtcClient client = RtcClient.sending(false)) {
            Await.result(
                    ask(new PeerProtocol.Publish(PHONE, Signalling.OFFER, noCandidates(client.offer()), "", Map.of())));
            assertThat(connections()).hasSize(1);
            assertThat(Await.result(mesh.directory().status(PHONE)).state()).isEqualTo(StreamStatus.State.STARTING);
            awaitGone();
        }
    }

    private static String noCandidates(String offer) {
        return String.join(
                        "\r\n",
                        offer.lines()
                                .filter(line -> !line.startsWith("a=candidate:"))
                                .toList())
                + "\r\n";
    }

    @Test
    void anIdInUseIsRefusedAndLeavesTheFirstAlone() {
        try (RtcClient first = RtcClient.sending(false, "intensity");
                RtcClient second = RtcClient.sending(false)) {
            publish(first, Signalling.OFFER);
            MeshException refused =
                    refusal(new PeerProtocol.Publish(PHONE, Signalling.OFFER, second.offer(), "", Map.of()));
            assertThat(refused.code()).isEqualTo(FailureCode.CONFLICT);
            assertThat(refused).hasMessageContaining("phone");
            int before = first.messages.size();
            Await.until("the first goes on", () -> first.messages.size() > before + 10);
        }
    }

    @Test
    void aClientThatComesBackByWhipTakesThePlaceOfItsSilentSelf() {
        try (RtcClient first = RtcClient.sending(false);
                RtcClient second = RtcClient.sending(false)) {
            Answer answer = Answer.ofJson(Await.result(ask(new PeerProtocol.Publish(
                    PHONE, Signalling.WHIP, first.offer(), "token", Map.of("intensity.frame_timeout", "60s")))));
            first.accept(answer.sdp());
            List<Delivery> video = collect(Topic.VIDEO);
            Await.until("pictures", () -> TestMesh.items(video).size() > 5);
            String offer = second.offer();
            PeerProtocol.Publish again = new PeerProtocol.Publish(PHONE, Signalling.WHIP, offer, "token", Map.of());
            assertThat(refusal(again).code()).isEqualTo(FailureCode.CONFLICT);
            first.sending = false;
            assertThat(refusal(new PeerProtocol.Publish(PHONE, Signalling.WHIP, offer, "other", Map.of()))
                            .code())
                    .isEqualTo(FailureCode.CONFLICT);
            Await.until(
                    "the second takes the place",
                    () -> Await.result(ask(again).map(true).otherwise(false)));
        }
    }

    @Test
    void aChannelThatClosesStopsNeitherPicturesNorOtherChannels() {
        try (RtcClient client = RtcClient.sending(false, "first", "second")) {
            publish(client, Signalling.OFFER);
            List<Delivery> video = collect(Topic.VIDEO);
            Await.until("messages", () -> client.messages.size() > 10);
            client.closeOneChannel();
            int pictures = TestMesh.items(video).size();
            int messages = client.messages.size();
            Await.until("pictures go on", () -> TestMesh.items(video).size() > pictures + 20);
            Await.until("messages go on", () -> client.messages.size() > messages + 20);
        }
    }

    @Test
    void disconnectingEndsTheConnectionAndAnUnknownOneIsNotFound() {
        try (RtcClient client = RtcClient.sending(false)) {
            publish(client, Signalling.OFFER);
            Await.result(ask(new PeerProtocol.Disconnect(PHONE)));
            awaitGone();
            assertThat(refusal(new PeerProtocol.Disconnect(PHONE)).code()).isEqualTo(FailureCode.NOT_FOUND);
        }
    }

    @Test
    void anIdCanBeTakenAgainAsSoonAsItsStreamIsRemoved() {
        try (RtcClient first = RtcClient.sending(false);
                RtcClient second = RtcClient.sending(false, "intensity")) {
            publish(first, Signalling.OFFER);
            Await.result(mesh.directory().remove(PHONE));
            publish(second, Signalling.OFFER);
            Await.until(
                    "the first is let go",
                    () -> first.transport != RTCIceConnectionState.CONNECTED
                            && first.transport != RTCIceConnectionState.COMPLETED);
            int before = second.messages.size();
            Await.until("the second goes on", () -> second.messages.size() > before + 30);
            assertThat(connections()).hasSize(1);
        }
    }

    @Test
    void aPictureThatCannotBeTakenIsCountedAndTheNextOneIs() {
        PeerCounters counters = PeerCounters.of(new SimpleMeterRegistry());
        AtomicInteger formats = new AtomicInteger();
        MediaIntake intake = new MediaIntake("the test", counters, 0, () -> true, () -> {
            if (formats.incrementAndGet() == 1) {
                throw new IllegalStateException("a picture that nobody can use");
            }
        });
        intake.onVideoFrame(new dev.onvoid.webrtc.media.video.VideoFrame(NativeI420Buffer.allocate(16, 16), 0));
        assertThat(counters.faults().count()).isEqualTo(1);
        intake.onVideoFrame(new dev.onvoid.webrtc.media.video.VideoFrame(NativeI420Buffer.allocate(32, 16), 0));
        assertThat(counters.faults().count()).isEqualTo(1);
        assertThat(intake.frames()).isEqualTo(2);
        assertThat(intake.video()).contains(new StreamStatus.Video(32, 16, 0));
    }

    @Test
    void removingTheStreamLetsThePeerGo() {
        try (RtcClient client = RtcClient.sending(false)) {
            publish(client, Signalling.OFFER);
            Await.result(mesh.directory().remove(PHONE));
            Await.until("no connection", () -> connections().isEmpty());
        }
    }

    @Test
    void aSessionIsChangedAndClosedOnlyByItsOwnClient() {
        try (RtcClient client = RtcClient.sending(false)) {
            Answer answer = publish(client, Signalling.WHIP);
            String session = answer.session();
            assertThat(refusal(new PeerProtocol.Close(session, Signalling.WHIP, "other"))
                            .code())
                    .isEqualTo(FailureCode.FORBIDDEN);
            assertThat(refusal(new PeerProtocol.Close(session, Signalling.WHEP, "token"))
                            .code())
                    .isEqualTo(FailureCode.NOT_FOUND);
            assertThat(refusal(new PeerProtocol.Close("guess", Signalling.WHIP, "token"))
                            .code())
                    .isEqualTo(FailureCode.NOT_FOUND);
            Await.result(ask(new PeerProtocol.Close(session, Signalling.WHIP, "token")));
            awaitGone();
        }
    }

    @Test
    void trickledCandidatesConnectAnOfferWithoutAny() {
        try (RtcClient client = RtcClient.sending(false)) {
            String offer = client.offer();
            Answer answer = Answer.ofJson(Await.result(
                    ask(new PeerProtocol.Publish(PHONE, Signalling.WHIP, noCandidates(offer), "token", Map.of()))));
            // Without ours the client can't find us: only its own candidates can connect.
            client.accept(noCandidates(answer.sdp()));
            String fragment = String.join(
                    "\r\n",
                    offer.lines()
                            .filter(line -> line.startsWith("a=candidate:")
                                    || line.startsWith("a=mid:")
                                    || line.startsWith("a=ice-"))
                            .toList());
            Patched patched = Patched.ofJson(Await.result(
                    ask(new PeerProtocol.Patch(answer.session(), Signalling.WHIP, "token", answer.etag(), fragment))));
            assertThat(patched.fragment()).isEmpty();
            assertThat(patched.etag()).isEqualTo(answer.etag());
            Await.until(
                    "it connects",
                    () -> client.transport == RTCIceConnectionState.CONNECTED
                            || client.transport == RTCIceConnectionState.COMPLETED);
        }
    }

    @Test
    void anIceRestartGivesNewCredentialsAndAnOldEtagIsRefused() {
        try (RtcClient client = RtcClient.sending(false)) {
            Answer answer = publish(client, Signalling.WHIP);
            String fragment = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";
            Patched patched = Patched.ofJson(Await.result(
                    ask(new PeerProtocol.Patch(answer.session(), Signalling.WHIP, "token", "*", fragment))));
            assertThat(patched.etag()).isNotEqualTo(answer.etag());
            assertThat(patched.fragment()).contains("a=ice-ufrag:", "a=ice-pwd:", "a=candidate:");
            assertThat(portsOf(patched.fragment())).isNotEmpty().doesNotContainAnyElementsOf(portsOf(answer.sdp()));
            assertThat(answer.sdp())
                    .doesNotContain(patched.fragment()
                            .lines()
                            .filter(line -> line.startsWith("a=ice-ufrag:"))
                            .findFirst()
                            .orElseThrow());
            assertThat(refusal(new PeerProtocol.Patch(
                                    answer.session(), Signalling.WHIP, "token", answer.etag(), fragment))
                            .code())
                    .isEqualTo(FailureCode.STALE);
        }
    }

    /** The sixth word of a candidate (RFC 8839, section 5.1). */
    private static List<String> portsOf(String sdp) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=candidate:"))
                .map(line -> line.split(" ", -1)[5])
                .distinct()
                .toList();
    }

    @Test
    void aWatcherGetsThePicturesAndTheSoundOfAStream() {
        try (RtcClient sender = RtcClient.sending(true);
                RtcClient watcher = RtcClient.receiving()) {
            publish(sender, Signalling.WHIP);
            Await.until(
                    "the stream is live",
                    () -> Await.result(mesh.directory().status(PHONE)).state() == StreamStatus.State.LIVE);
            Answer answer = Answer.ofJson(
                    Await.result(ask(new PeerProtocol.Watch(new Topic(PHONE, Topic.VIDEO), watcher.offer(), ""))));
            watcher.accept(answer.sdp());
            Await.until("pictures", () -> watcher.pictures.size() > 20);
            assertThat(watcher.pictures.getLast().meanLuma()).isCloseTo(INTENSITY_OF_126, within(1.0));
            Await.until("sound", () -> watcher.loudest > 5_000);
            sender.leave();
            Await.until(
                    "the watcher is let go",
                    () -> watcher.transport != RTCIceConnectionState.CONNECTED
                            && watcher.transport != RTCIceConnectionState.COMPLETED);
        }
    }

    @Test
    void watchingAnUnknownStreamIsRefused() {
        try (RtcClient watcher = RtcClient.receiving()) {
            MeshException refused = refusal(new PeerProtocol.Watch(Topic.of("none", "video"), watcher.offer(), ""));
            assertThat(refused.code()).isEqualTo(FailureCode.NOT_FOUND);
        }
    }
}
