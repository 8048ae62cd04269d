package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.blocks;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static io.mediamesh.ingest.livekit.Stage.goesOn;
import static io.mediamesh.ingest.livekit.Stage.hasStopped;
import static io.mediamesh.ingest.livekit.Stage.partOfTone;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.LiveKitServer;
import io.mediamesh.testkit.RoomGuest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest extends OnStage {
    @Test
    void picturesAndSoundOfTheFirstParticipantAreTheStreamOfTheRoom() {
        try (RoomGuest alice = RoomGuest.join(server, "a", "alice")) {
            alice.tell("video 320 240");
            alice.tell("audio 1000");
            stage.put(server.room("a"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            List<Delivery> audio = stage.collect(STREAM, Topic.AUDIO);
            Await.until("pictures", () -> frames(video).size() > 30);
            List<Integer> numbers = frames(video).stream().map(Stage::number).toList();
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
            assertThat(frames(video).getLast().widthPx()).isEqualTo(320);
            assertThat(frames(video).getLast().heightPx()).isEqualTo(240);
            Await.until("sound", () -> blocks(audio).size() > 75);
            List<AudioBlock> second = blocks(audio).subList(25, 75);
            assertThat(second)
                    .allSatisfy(block -> assertThat(block.sampleRateHz()).isEqualTo(48_000));
            assertThat(partOfTone(second, 1000)).isGreaterThan(0.8);
            StreamStatus status = stage.awaitState(StreamStatus.State.LIVE, "");
            assertThat(status.details().get(StreamStatus.PARTICIPANT_SID)).startsWith("PA_");
            assertThat(status.video()).contains(new StreamStatus.Video(320, 240, 0));
            assertThat(status.audio()).contains(new StreamStatus.Audio(48_000, 1));
        }
    }

    @Test
    void nobodyInTheRoomSeesUsAndWeLeaveWithTheLastSubscriber() {
        try (RoomGuest alice = RoomGuest.join(server, "b", "alice")) {
            stage.put(server.room("b"));
            Subscription video = stage.subscribe(STREAM, Topic.VIDEO);
            stage.awaitState(StreamStatus.State.STARTING, "joined; nobody publishes");
            alice.tell("video");
            stage.awaitState(StreamStatus.State.LIVE, "");
            assertThat(stage.status().details().get(StreamStatus.PARTICIPANT_SID))
                    .startsWith("PA_");
            assertThat(server.ours("b")).hasSize(1);
            assertThat(alice.tell("others")).isEqualTo("done");
            Await.result(video.close());
            Await.until("we have left", () -> server.ours("b").isEmpty());
            stage.awaitState(StreamStatus.State.IDLE, "");
            assertThat(stage.status().details()).isEmpty();
        }
    }

    @Test
    void muteAndUnpublishLeaveTheSubscribersWhereTheyAre() {
        try (RoomGuest alice = RoomGuest.join(server, "c", "alice")) {
            stage.put(server.room("c"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            List<Delivery> audio = stage.collect(STREAM, Topic.AUDIO);
            stage.awaitState(StreamStatus.State.STARTING, "joined; nobody publishes");
            alice.tell("video 320 240");
            Await.until("pictures", () -> frames(video).size() > 10);
            alice.tell("mute video");
            Await.until("no more pictures", () -> hasStopped(video));
            assertThat(stage.status().state()).isEqualTo(StreamStatus.State.LIVE);
            goesOn(video, () -> alice.tell("unmute video"));
            alice.tell("unpublish video");
            stage.awaitState(StreamStatus.State.STARTING, "joined; nobody publishes");
            goesOn(video, () -> alice.tell("video 480 360"));
            Await.until("the new size", () -> frames(video).getLast().widthPx() == 480);
            assertThat(frames(video)).extracting(frame -> frame.widthPx()).containsOnly(320, 480);
            assertThat(blocks(audio)).isEmpty();
            alice.tell("audio 1000");
            Await.until("sound", () -> blocks(audio).size() > 10);
        }
    }

    @Test
    void aWrongKeyAndAWrongSecretAreToldApart() {
        stage.put(server.room("nobody", LiveKitServer.SECRET, "d"));
        stage.collect(STREAM, Topic.VIDEO);
        String key = stage.awaitState(StreamStatus.State.FAILED, "API key").reason();
        assertThat(key)
                .contains("does not know the API key")
                .contains("livekit.api_key")
                .doesNotContain("nobody");
        Await.result(stage.mesh.directory().remove(STREAM));
        stage.put(server.room(LiveKitServer.KEY, "guessed-guessed-guessed-guessed", "d"));
        stage.collect(STREAM, Topic.VIDEO);
        String secret =
                stage.awaitState(StreamStatus.State.FAILED, "API secret").reason();
        assertThat(secret)
                .contains("livekit.api_secret")
                .doesNotContain("guessed")
                .doesNotContain("eyJ");
    }

    @Test
    void aServerThatIsNotThereIsTriedAgain() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        stage.put("livekit://devkey:secret@127.0.0.1:" + port + "/e");
        stage.collect(STREAM, Topic.VIDEO);
        stage.awaitState(
                StreamStatus.State.RECONNECTING,
                "no connection to the LiveKit server 127.0.0.1:" + port + ": connection refused");
    }

    @Test
    void aServerOfAnotherKindIsNamedAsSuch() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        other.start();
        try {
            stage.put("livekit://devkey:secret@127.0.0.1:" + other.getAddress().getPort() + "/f");
            stage.collect(STREAM, Topic.VIDEO);
            stage.awaitState(StreamStatus.State.FAILED, "there is no LiveKit server at 127.0.0.1:");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void aRoomThatIsDeletedIsOver() {
        try (RoomGuest alice = RoomGuest.join(server, "g", "alice")) {
            alice.tell("video");
            stage.put(server.room("g"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 5);
            server.deleteRoom("g");
            stage.awaitState(StreamStatus.State.ENDED, "the room was deleted");
            Await.until(
                    "the subscribers know",
                    () -> video.getLast() instanceof Delivery.Changed changed
                            && changed.state() == SubscriptionState.ENDED);
        }
    }

    @Test
    void whoTakesOurPlaceOrRemovesUsHasTheLastWord() {
        stage.put(server.room("h"));
        stage.collect(STREAM, Topic.VIDEO);
        stage.awaitState(StreamStatus.State.STARTING, "joined");
        try (RoomGuest other = RoomGuest.join(server, "h", server.ours("h").getFirst())) {
            stage.awaitState(
                    StreamStatus.State.FAILED, "somebody else has joined the room under our participant's identity");
            other.tell("leave");
        }
        Await.until("the other is gone", () -> server.ours("h").isEmpty());
        stage.collect(STREAM, Topic.VIDEO);
        stage.awaitState(StreamStatus.State.STARTING, "joined");
        server.removeParticipant("h", server.ours("h").getFirst());
        stage.awaitState(StreamStatus.State.FAILED, "we were removed from the room");
    }
}
