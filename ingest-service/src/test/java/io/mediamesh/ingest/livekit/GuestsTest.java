package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.blocks;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static io.mediamesh.ingest.livekit.Stage.partOfTone;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.RoomGuest;
import io.mediamesh.testkit.TestMesh;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestsTest extends OnStage {
    private static final StreamId ALICE = new StreamId("stage.alice");
    private static final StreamId BOB = new StreamId("stage.bob");

    @Test
    void whoPublishesIsAStreamOfTheirOwnForAsLongAsTheyDo() {
        try (RoomGuest alice = RoomGuest.join(server, "a", "alice");
                RoomGuest bob = RoomGuest.join(server, "a", "bob")) {
            alice.tell("video 320 240");
            stage.put(server.room("a"));
            stage.collect(STREAM, Topic.VIDEO);
            stage.awaitThere(ALICE);
            assertThat(stage.find(BOB)).isEmpty();
            bob.tell("video 480 360");
            bob.tell("audio 500");
            stage.awaitThere(BOB);
            assertThat(stage.find(BOB).orElseThrow().url().secret())
                    .isEqualTo("livekit://127.0.0.1:" + server.port() + "/a?participant=bob");
            List<Delivery> pictures = stage.collect(BOB, Topic.VIDEO);
            List<Delivery> sound = stage.collect(BOB, Topic.AUDIO);
            Await.until("pictures of bob", () -> frames(pictures).size() > 10);
            assertThat(frames(pictures))
                    .allSatisfy(frame -> assertThat(frame.widthPx()).isEqualTo(480));
            Await.until("sound of bob", () -> blocks(sound).size() > 60);
            assertThat(partOfTone(blocks(sound).subList(25, 60), 500)).isGreaterThan(0.8);
            assertThat(stage.status(BOB).state()).isEqualTo(StreamStatus.State.LIVE);
            bob.tell("leave");
            stage.awaitGone(BOB);
            Await.until(
                    "the watchers of bob know",
                    () -> pictures.getLast() instanceof Delivery.Changed changed
                            && changed.state() == SubscriptionState.ENDED);
            assertThat(stage.find(ALICE)).isPresent();
        }
    }

    @Test
    void theStreamOfTheRoomMovesOnWhenItsParticipantLeaves() {
        try (RoomGuest alice = RoomGuest.join(server, "b", "alice");
                RoomGuest bob = RoomGuest.join(server, "b", "bob")) {
            alice.tell("video 320 240");
            alice.tell("audio 1000");
            bob.tell("video 480 360");
            bob.tell("audio 500");
            stage.put(server.room("b"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            List<Delivery> audio = stage.collect(STREAM, Topic.AUDIO);
            Await.until(
                    "alice",
                    () -> frames(video).size() > 10 && frames(video).getLast().widthPx() == 320);
            Await.until("the tone of alice", () -> partOfTone(last(audio), 1000) > 0.8);
            alice.tell("unpublish video");
            Await.until("bob", () -> frames(video).getLast().widthPx() == 480);
            Await.until("the tone of bob, who is seen", () -> partOfTone(last(audio), 500) > 0.8);
            alice.tell("video 320 240");
            bob.tell("leave");
            Await.until("alice again", () -> frames(video).getLast().widthPx() == 320);
            Await.until("the tone of alice again", () -> partOfTone(last(audio), 1000) > 0.8);
        }
    }

    private static List<AudioBlock> last(List<Delivery> audio) {
        List<AudioBlock> all = blocks(audio);
        return all.subList(Math.max(0, all.size() - 20), all.size());
    }

    @Test
    void whoSpeaksIsShownWhereThatIsAskedFor() {
        try (RoomGuest alice = RoomGuest.join(server, "c", "alice");
                RoomGuest bob = RoomGuest.join(server, "c", "bob")) {
            alice.tell("video 320 240");
            bob.tell("video 480 360");
            stage.put(server.room("c") + "?main=active-speaker");
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until(
                    "alice",
                    () -> frames(video).size() > 10 && frames(video).getLast().widthPx() == 320);
            bob.tell("audio 1000");
            Await.until("bob speaks", () -> frames(video).getLast().widthPx() == 480);
            alice.tell("audio 1000");
            bob.tell("mute audio");
            Await.until("alice speaks", () -> frames(video).getLast().widthPx() == 320);
        }
    }

    @Test
    void onlyOneParticipantCountsWhereThatIsAskedFor() {
        try (RoomGuest alice = RoomGuest.join(server, "d", "alice");
                RoomGuest bob = RoomGuest.join(server, "d", "bob")) {
            alice.tell("video 320 240");
            stage.put(server.room("d") + "?participant=bob");
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            stage.awaitState(StreamStatus.State.STARTING, "joined; the participant bob publishes nothing");
            Stage.goesOn(video, () -> bob.tell("video 480 360"));
            assertThat(frames(video))
                    .allSatisfy(frame -> assertThat(frame.widthPx()).isEqualTo(480));
            assertThat(stage.find(ALICE)).isEmpty();
            assertThat(stage.find(BOB)).isEmpty();
        }
    }

    @Test
    void whoWatchesAParticipantKeepsTheRoomOpen() {
        try (RoomGuest alice = RoomGuest.join(server, "e", "alice")) {
            alice.tell("video 320 240");
            stage.put(server.room("e"));
            Subscription room = stage.subscribe(STREAM, Topic.VIDEO);
            stage.awaitThere(ALICE);
            Subscription watcher = stage.subscribe(ALICE, Topic.VIDEO);
            List<Delivery> pictures = TestMesh.collect(watcher);
            Await.until("pictures of alice", () -> frames(pictures).size() > 5);
            Await.result(room.close());
            Stage.goesOn(pictures, () -> {});
            assertThat(server.ours("e")).hasSize(1);
            Await.result(watcher.close());
            Await.until("we have left", () -> server.ours("e").isEmpty());
            stage.awaitGone(ALICE);
        }
    }

    @Test
    void theIdOfAParticipantIsSafeAndNobodyElses() {
        assertThat(Guests.idOf(STREAM, "alice").value()).isEqualTo("stage.alice");
        String spaced = Guests.idOf(STREAM, "al ice").value();
        assertThat(spaced).matches("stage\\.al_ice-[0-9a-f]{8}");
        assertThat(Guests.idOf(STREAM, "al/ice").value()).isNotEqualTo(spaced);
        assertThat(Guests.idOf(STREAM, "").value()).startsWith("stage.");
        assertThat(Guests.idOf(STREAM, "x".repeat(300)).value()).hasSize(128);
        assertThat(Guests.idOf(new StreamId("r".repeat(128)), "alice").value()).hasSize(128);
    }
}
