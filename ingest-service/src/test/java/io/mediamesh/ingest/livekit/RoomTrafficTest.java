package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static io.mediamesh.ingest.livekit.Stage.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.RoomGuest;
import io.mediamesh.testkit.TestMesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomTrafficTest extends OnStage {
    @ParameterizedTest
    @ValueSource(strings = {"VP8", "VP9", "H264", "AV1"})
    void everyCodecIsSeen(String codec) {
        try (RoomGuest alice = RoomGuest.join(server, codec, "alice")) {
            alice.tell("video 320 240 " + codec);
            stage.put(server.room(codec));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 20);
            List<Integer> numbers = frames(video).stream().map(Stage::number).toList();
            assertThat(numbers).isSorted();
            assertThat(numbers.getLast() - numbers.getFirst()).isBetween(20, 60);
        }
    }

    @Test
    void picturesThatNobodyTakesAreNotSentAndComeAgainWhenSomebodyDoes() {
        try (RoomGuest alice = RoomGuest.join(server, "a", "alice")) {
            alice.tell("video 320 240");
            stage.put(server.room("a"));
            Subscription held = stage.subscribe(STREAM, Topic.VIDEO);
            held.pause();
            stage.awaitState(StreamStatus.State.LIVE, "");
            List<String> sent = new ArrayList<>();
            Await.until("alice need not send any more", Duration.ofSeconds(40), () -> {
                sent.add(alice.tell("sent"));
                return sent.size() > 200 && sent.get(sent.size() - 200).equals(sent.getLast());
            });
            assertThat(stage.status().state()).isEqualTo(StreamStatus.State.LIVE);
            assertThat(stage.meter("mediamesh.livekit.tracks")).isEqualTo(1);
            assertThat(stage.meter("mediamesh.livekit.tracks.paused")).isEqualTo(1);
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 10);
            assertThat(number(frames(video).getLast())).isGreaterThan(Integer.parseInt(sent.getLast()) + 5);
        }
    }

    @Test
    void twentyVisitsLeaveNoThreadAndNoFile() throws IOException {
        try (RoomGuest alice = RoomGuest.join(server, "c", "alice")) {
            alice.tell("video 320 240");
            alice.tell("audio 1000");
            stage.put(server.room("c"));
            for (int warmUp = 0; warmUp < 3; warmUp++) {
                visit();
            }
            int threads = threads();
            long files = files();
            for (int round = 0; round < 20; round++) {
                visit();
            }
            Await.until("no thread more", () -> threads() <= threads);
            assertThat(files()).isLessThanOrEqualTo(files + 2);
            assertThat(server.ours("c")).isEmpty();
        }
    }

    private void visit() {
        Subscription video = stage.subscribe(STREAM, Topic.VIDEO);
        List<Delivery> pictures = TestMesh.collect(video);
        Await.until("a picture", () -> !frames(pictures).isEmpty());
        Await.result(video.close());
        Await.until("we have left", () -> server.ours("c").isEmpty());
    }

    /** Those of libwebrtc too: the kernel's list of this process. */
    private static int threads() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return (int) tasks.count();
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private static long files() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
