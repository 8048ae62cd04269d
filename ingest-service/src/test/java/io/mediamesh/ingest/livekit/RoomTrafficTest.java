package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static io.mediamesh.ingest.livekit.Stage.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.NoCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class RoomTrafficTest {
    private static LiveKitServer server;

    private Stage stage;

    @BeforeAll
    static void startServer() throws Exception {
        server = LiveKitServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void start() {
        stage = new Stage();
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP8", "VP9", "H264", "AV1"})
    void everyCodecIsSeen(String codec) {
        try (Publisher alice = Publisher.join(server, codec, "alice")) {
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
        try (Publisher alice = Publisher.join(server, "a", "alice")) {
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
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 10);
            assertThat(number(frames(video).getLast())).isGreaterThan(Integer.parseInt(sent.getLast()) + 5);
        }
    }

    @Test
    void picturesAndSoundThatBelongTogetherHaveTheSameTime() {
        try (Publisher alice = Publisher.join(server, "b", "alice")) {
            alice.tell("video 320 240");
            alice.tell("beeps");
            stage.put(server.room("b"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            List<Delivery> audio = stage.collect(STREAM, Topic.AUDIO);
            Await.until(
                    "twelve flashes",
                    Duration.ofSeconds(40),
                    () -> flashes(video).size() >= 12);
            List<Long> seen = flashes(video);
            List<Long> heard = beeps(audio);
            List<Double> apart = new ArrayList<>();
            for (long flash : seen.subList(2, seen.size())) {
                heard.stream()
                        .filter(beep -> Math.abs(beep - flash) < 500_000_000)
                        .findFirst()
                        .ifPresent(beep -> apart.add((beep - flash) / 1e6));
            }
            // What viewers accept, in milliseconds that sound is late: ITU-R BT.1359-1, figure 2.
            assertThat(apart).hasSizeGreaterThan(6);
            double middle = apart.stream().sorted().toList().get(apart.size() / 2);
            assertThat(middle).as("%s", apart).isBetween(-90.0, 185.0);
        }
    }

    /** When the lower half became white; the brightest of the grey before is 100. */
    private static List<Long> flashes(List<Delivery> video) {
        List<Long> found = new ArrayList<>();
        boolean before = true;
        for (Delivery.Data data : TestMesh.items(List.copyOf(video))) {
            I420 picture = ((VideoFrame) data.item().payload()).picture(NoCodec.INSTANCE);
            boolean white = picture.planes().unsignedAt(picture.widthPx() * picture.heightPx() * 3 / 4 + 5) > 170;
            if (white && !before) {
                found.add(data.item().stamp().capture().monotonicNanos());
            }
            before = white;
        }
        return found;
    }

    /** When the tone began: the first sample beyond a tenth of full scale after a silence. */
    private static List<Long> beeps(List<Delivery> audio) {
        List<Long> found = new ArrayList<>();
        int quiet = 0;
        for (Delivery.Data data : TestMesh.items(List.copyOf(audio))) {
            AudioBlock block = (AudioBlock) data.item().payload();
            for (int frame = 0; frame < block.frames(); frame++) {
                boolean loud = Math.abs(block.sample(frame, 0)) > 3_276;
                if (loud && quiet > block.sampleRateHz() / 4) {
                    found.add(data.item().stamp().capture().monotonicNanos()
                            + frame * 1_000_000_000L / block.sampleRateHz());
                }
                quiet = loud ? 0 : quiet + 1;
            }
        }
        return found;
    }

    @Test
    void twentyVisitsLeaveNoThreadAndNoFile() throws IOException {
        try (Publisher alice = Publisher.join(server, "c", "alice")) {
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
