package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.blocks;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static io.mediamesh.ingest.livekit.Stage.partOfTone;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.RoomGuest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Participants who publish more than one of a kind, or one thing in several ways. */
class RoomTracksTest extends OnStage {
    @Test
    void theCameraIsShownBeforeTheScreenWhicheverCameFirst() {
        try (RoomGuest alice = RoomGuest.join(server, "a", "alice")) {
            alice.tell("video 640 360 VP8 screen");
            stage.put(server.room("a"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            awaitWidth(video, 640);
            alice.tell("video 320 240");
            awaitWidth(video, 320);
            alice.tell("unpublish video");
            awaitWidth(video, 640);
            assertThat(stage.status().state()).isEqualTo(StreamStatus.State.LIVE);
        }
    }

    private static void awaitWidth(List<Delivery> video, int widthPx) {
        Await.until(
                "pictures " + widthPx + " wide",
                () -> !frames(video).isEmpty() && frames(video).getLast().widthPx() == widthPx);
    }

    @Test
    void ofSeveralTracksOfSoundTheFirstIsHeardUntilItIsUnpublished() {
        try (RoomGuest alice = RoomGuest.join(server, "b", "alice")) {
            alice.tell("audio 1000");
            // Published is what the server has heard something of; it lists in no order what it has.
            Await.until("alice's tone is there", () -> server.tracks("b").contains("audio"));
            alice.tell("audio 500 second");
            Await.until("both are there", () -> server.tracks("b").size() == 2);
            stage.put(server.room("b"));
            List<Delivery> audio = stage.collect(STREAM, Topic.AUDIO);
            awaitTone(audio, 1000);
            assertThat(partOfTone(last(audio), 500)).isLessThan(0.1);
            alice.tell("unpublish audio");
            awaitTone(audio, 500);
            alice.tell("audio 1500");
            alice.tell("unpublish second");
            awaitTone(audio, 1500);
        }
    }

    private static void awaitTone(List<Delivery> audio, double hertz) {
        Await.until(
                "a tone of " + hertz + " Hz", () -> blocks(audio).size() > 20 && partOfTone(last(audio), hertz) > 0.8);
    }

    private static List<AudioBlock> last(List<Delivery> audio) {
        List<AudioBlock> all = blocks(audio);
        return all.subList(Math.max(0, all.size() - 20), all.size());
    }

    @Test
    void ofPicturesInSeveralSizesTheLargestIsTaken() {
        try (RoomGuest alice = RoomGuest.join(server, "c", "alice")) {
            alice.tell("simulcast 640 480");
            stage.put(server.room("c"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            awaitWidth(video, 640);
            int before = frames(video).size();
            Await.until("more of them", () -> frames(video).size() > before + 20);
            assertThat(frames(video).subList(before, before + 20).stream().map(Stage::number))
                    .isSorted();
        }
    }
}
