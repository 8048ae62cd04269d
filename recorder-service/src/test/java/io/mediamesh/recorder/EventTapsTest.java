package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class EventTapsTest {
    private final Path root;
    private final Vertx timers = Vertx.vertx();
    private final SyntheticSource camera =
            SyntheticSource.manual(timers, index -> Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, index));
    private final SyntheticSource analysis = SyntheticSource.manual(timers, index -> new Intensity(index, index, 1));
    private final Recorder recorder;
    private final long timer;

    EventTapsTest(@TempDir Path root) {
        this.root = root;
        this.recorder = Recorder.start(root, Map.of(), Map.of(Topic.VIDEO, camera, Topic.INTENSITY, analysis));
        this.timer = timers.setPeriodic(40, tick -> {
            CaptureTime now = CaptureTime.now();
            camera.emitAt(now);
            analysis.emitAt(now);
        });
    }

    @BeforeEach
    void addStream() {
        recorder.addStream("cam");
    }

    @AfterEach
    void stop() {
        timers.cancelTimer(timer);
        recorder.close();
        Await.result(timers.close());
    }

    private Subscription viewer() {
        Subscription viewer = Await.result(
                recorder.mesh.subscribe(Topic.of("cam", Topic.INTENSITY), SubscribeOptions.latest("viewer")));
        TestMesh.collect(viewer);
        return viewer;
    }

    private int subscribers() {
        return Await.result(recorder.mesh.topics()).stream()
                .filter(stats -> stats.topic().kind().equals(Topic.INTENSITY))
                .mapToInt(stats -> stats.subscribers())
                .sum();
    }

    private List<JsonObject> events(Recording recording) throws Exception {
        return Files.readAllLines(root.resolve("cam").resolve(recording.id()).resolve("events.jsonl")).stream()
                .map(JsonObject::new)
                .filter(line -> "intensity".equals(line.getString("topic")))
                .toList();
    }

    @Test
    void whatOthersWantIsWrittenDownWithTheTimeOfItsPicture() throws Exception {
        viewer();
        Recording begun = recorder.start("cam", "video");
        Await.until("the recorder listens", () -> subscribers() == 2);
        Await.until("it lasts", () -> recorder.get(begun.id()).durationSeconds() > 2.5);
        recorder.stop(begun.id());

        List<JsonObject> events = events(begun);
        assertThat(events).hasSizeGreaterThan(30);
        List<Probe.Packet> pictures =
                Probe.packets(root.resolve("cam").resolve(begun.id()).resolve("video-0001.mp4"), "v:0");
        int[] counts = Synthetic.counts(
                Probe.luma(root.resolve("cam").resolve(begun.id()).resolve("video-0001.mp4")),
                Synthetic.WIDTH,
                Synthetic.HEIGHT);
        // Both began to count with their first subscriber; what they differ by stays the same.
        Integer apart = null;
        for (JsonObject event : events) {
            double t = event.getDouble("t");
            // A machine that is late makes up for it with pictures that are close together.
            int picture = IntStream.range(0, counts.length)
                    .boxed()
                    .min(Comparator.comparingDouble(
                            index -> Math.abs(pictures.get(index).pts() - t)))
                    .orElseThrow();
            if (Math.abs(pictures.get(picture).pts() - t) < 0.001) {
                int value = event.getJsonObject("data").getInteger("current_intensity");
                int difference = (value - counts[picture]) & 0xff;
                apart = apart == null ? difference : apart;
                assertThat(difference).isEqualTo(apart);
                assertThat(event.getInteger("part")).isEqualTo(1);
            }
        }
        assertThat(apart).isNotNull();
    }

    @Test
    void anAnalysisThatNobodyWantsIsNotStarted() {
        Recording begun = recorder.start("cam", "video");
        Await.until("it lasts", () -> recorder.get(begun.id()).durationSeconds() > 2.5);
        assertThat(analysis.starts()).isZero();
        recorder.stop(begun.id());
    }

    @Test
    void anAnalysisEndsWithTheLastWhoWantsItAlthoughSeveralRecordingsListen() {
        Subscription viewer = viewer();
        Recording first = recorder.start("cam", "video");
        Recording second = recorder.start("cam", "video");
        Await.until("the recorder listens once for both", () -> subscribers() == 2);
        Await.result(viewer.close());
        Await.until("it has ended", () -> analysis.stops() == 1);
        assertThat(analysis.starts()).isEqualTo(1);
        recorder.stop(first.id());
        recorder.stop(second.id());
    }
}
