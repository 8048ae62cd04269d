package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of recordings when their recorder is started again. */
@Tag("slow")
final class ResumptionTest {
    private final Path root;
    private final Vertx timers = Vertx.vertx();
    private final SyntheticSource camera = SyntheticSource.camera(timers, 160, 96, 25);
    private final SyntheticSource tone = SyntheticSource.tone(timers, 1000);
    private final Recorder recorder;

    ResumptionTest(@TempDir Path root) {
        this.root = root;
        this.recorder = Recorder.start(root, Map.of("recorder.resume_wait", "1s"), Recorder.media(camera, tone));
        recorder.addStream("cam");
    }

    @AfterEach
    void stop() {
        recorder.close();
        Await.result(timers.close());
    }

    private Recording awaitSeconds(String id, double seconds) {
        return Await.until(
                "the recording has " + seconds + " s",
                () -> recorder.get(id),
                recording -> recording.durationSeconds() >= seconds);
    }

    @Test
    void aRecordingGoesOnInANewPartAfterARestart() throws Exception {
        Recording begun = recorder.start("cam", "video", "audio");
        double before = awaitSeconds(begun.id(), 1.5).durationSeconds();
        recorder.restart();
        Recording between = recorder.get(begun.id());
        assertThat(between.durationSeconds()).isGreaterThanOrEqualTo(before);
        awaitSeconds(begun.id(), between.durationSeconds() + 1.5);
        Recording ended = recorder.stop(begun.id());

        assertThat(ended.state()).isEqualTo(State.FINISHED);
        assertThat(ended.reason()).isEmpty();
        assertThat(ended.parts()).hasSize(2);
        var first = ended.parts().get(0);
        var second = ended.parts().get(1);
        assertThat(second.reason()).isEqualTo("the recorder was started again");
        assertThat(second.startSeconds()).isGreaterThanOrEqualTo(first.durationSeconds());
        assertThat(second.startedUnixSeconds() - first.startedUnixSeconds())
                .isCloseTo(second.startSeconds(), within(0.05));
        Path folder = root.resolve("cam").resolve(begun.id());
        for (int part = 1; part <= 2; part++) {
            assertThat(Probe.luma(folder.resolve("video-000" + part + ".mp4")).length)
                    .isPositive();
            assertThat(Probe.sound(folder.resolve("audio-000" + part + ".wav")).length)
                    .isPositive();
        }
        assertThat(Files.readAllLines(folder.resolve("events.jsonl")))
                .allSatisfy(line -> assertThat(new JsonObject(line).size()).isPositive());
    }

    @Test
    void aRecordingWhoseStreamIsGoneStaysInterrupted() {
        Recording begun = recorder.start("cam", "video");
        awaitSeconds(begun.id(), 1.5);
        Await.result(recorder.service().stop());
        Await.result(recorder.mesh.directory().remove(new StreamId("cam")));
        recorder.restart();
        assertThat(recorder.get(begun.id()).reason()).contains("goes on when its stream is there");
        Recording ended =
                Await.until("it is given up", () -> recorder.get(begun.id()), one -> one.state() == State.INTERRUPTED);
        assertThat(ended.reason()).contains("stream is not there");
        assertThat(ended.endedUnixSeconds()).isPresent();
        recorder.restart();
        assertThat(recorder.get(begun.id()).state()).isEqualTo(State.INTERRUPTED);
    }

    @Test
    void aRecordingThatIsDeletedWhileItWaitsForItsStreamDoesNotComeBack() throws Exception {
        List<String> ids = Stream.of(recorder.start("cam", "video"), recorder.start("cam", "video"))
                .map(Recording::id)
                .sorted()
                .toList();
        ids.forEach(id -> awaitSeconds(id, 0.5));
        Await.result(recorder.service().stop());
        // The first in line, so that the other is given up behind it.
        String doomed = ids.getFirst();
        String other = ids.getLast();
        Path folder = root.resolve("cam").resolve(doomed);
        // A recorder that is killed does not tidy up.
        Reserve.keep(folder);
        Await.result(recorder.mesh.directory().remove(new StreamId("cam")));
        recorder.restart();
        Await.result(recorder.ask(new RecorderProtocol.Delete(doomed)));
        assertThat(folder).doesNotExist();
        Await.until("the other is given up", () -> recorder.get(other).state() == State.INTERRUPTED);
        assertThat(recorder.all()).extracting(Recording::id).containsExactly(other);
        recorder.restart();
        assertThat(recorder.all()).extracting(Recording::id).containsExactly(other);
        assertThat(folder).doesNotExist();
    }

    @Test
    void aRecordingThatIsStoppedWhileItWaitsForItsStreamIsFinished() {
        Recording begun = recorder.start("cam", "video");
        awaitSeconds(begun.id(), 1);
        Await.result(recorder.service().stop());
        Await.result(recorder.mesh.directory().remove(new StreamId("cam")));
        recorder.restart();
        assertThat(recorder.get(begun.id()).state()).isEqualTo(State.RECORDING);
        Recording ended = recorder.stop(begun.id());
        assertThat(ended.state()).isEqualTo(State.FINISHED);
        assertThat(ended.parts()).hasSize(1);
        recorder.addStream("cam");
        Recording later = recorder.start("cam", "video");
        awaitSeconds(later.id(), 1);
        assertThat(recorder.get(begun.id()).parts()).hasSize(1);
        recorder.restart();
        assertThat(recorder.get(begun.id()).state()).isEqualTo(State.FINISHED);
        assertThat(recorder.get(later.id()).state()).isEqualTo(State.RECORDING);
    }

    @Test
    void aStreamThatIsLoadedLateIsWaitedFor() {
        Recording begun = recorder.start("cam", "video");
        awaitSeconds(begun.id(), 1);
        Await.result(recorder.service().stop());
        Await.result(recorder.mesh.directory().remove(new StreamId("cam")));
        recorder.restart();
        recorder.addStream("cam");
        Await.until("it goes on", () -> recorder.get(begun.id()).parts().size() == 2);
        recorder.stop(begun.id());
    }

    @Test
    void aFolderThatCantBeReadIsLeftAsItIs() throws Exception {
        Path broken = Files.createDirectories(root.resolve("cam/20200101T000000Z-cam-abcd"));
        Files.writeString(broken.resolve("manifest.json"), "{\"format\":1");
        recorder.restart();
        assertThat(recorder.all()).isEmpty();
        assertThat(broken.resolve("manifest.json")).exists();
    }
}
