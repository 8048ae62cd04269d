package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Answer;
import io.mediamesh.contracts.PeerProtocol.Connection;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What comes of peers. */
class PeersTest extends PeersFixture {
    // A letter of limited range, 126, is this bright: (126 − 16) · 255 / 219 (ITU-R BT.601).
    private static final double INTENSITY_OF_126 = 128.08;

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
