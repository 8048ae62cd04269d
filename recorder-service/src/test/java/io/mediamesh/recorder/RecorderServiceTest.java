package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.ProducerFactory;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.BlockedThreadGuard;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(BlockedThreadGuard.class)
final class RecorderServiceTest {
    private final Path root;
    private final Vertx timers = Vertx.vertx();
    private final SyntheticSource camera = SyntheticSource.camera(timers, 320, 240, 25);
    private final SyntheticSource tone = SyntheticSource.tone(timers, 1000);
    private Recorder recorder;

    RecorderServiceTest(@TempDir Path root) {
        this.root = root;
        this.recorder = start(Map.of());
    }

    private Recorder start(Map<String, String> settings) {
        return Recorder.start(root, settings, Recorder.media(camera, tone));
    }

    @BeforeEach
    void addStream() {
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
                recording -> recording.durationSeconds() >= seconds || recording.state() != State.RECORDING);
    }

    private static List<String> names(Recording recording) {
        return recording.files().stream().map(Entry::name).toList();
    }

    /** A track's duration by what the file says; of packets, ffprobe tells the usual one where the last stays longer. */
    private static double seconds(Path file, String track) {
        return Double.parseDouble(Probe.stream(file, track).getString("duration"));
    }

    @Test
    void aRecordingHasPicturesSoundAndWhatTheyAre() throws Exception {
        Recording begun = recorder.start("cam", "video", "audio");
        assertThat(begun.state()).isEqualTo(State.RECORDING);
        assertThat(begun.id()).matches("\\d{8}T\\d{6}Z-cam-[a-z2-7]{4}");
        awaitSeconds(begun.id(), 2);
        Recording ended = recorder.stop(begun.id());

        assertThat(ended.state()).isEqualTo(State.FINISHED);
        assertThat(ended.reason()).isEmpty();
        assertThat(names(ended)).containsExactlyInAnyOrder("video-0001.mp4", "audio-0001.wav", "events.jsonl");
        assertThat(ended.files()).allSatisfy(file -> assertThat(file.sha256()).hasSize(64));
        Path folder = root.resolve("cam").resolve(begun.id());
        assertThat(Path.of(ended.path())).isEqualTo(folder.toRealPath().resolve("video-0001.mp4"));
        for (Entry file : ended.files()) {
            String sum = Probe.text("sha256sum", folder.resolve(file.name()).toString());
            assertThat(sum).startsWith(file.sha256());
            assertThat(Files.size(folder.resolve(file.name()))).isEqualTo(file.sizeBytes());
        }
        double videoEnd = seconds(folder.resolve("video-0001.mp4"), "v:0");
        double soundEnd = seconds(folder.resolve("video-0001.mp4"), "a:0");
        assertThat(videoEnd).isCloseTo(soundEnd, within(0.041));
        assertThat(ended.durationSeconds()).isCloseTo(videoEnd, within(0.041));
        Recording kept = Recording.ofJson(new JsonObject(Files.readString(folder.resolve("manifest.json"))));
        assertThat(kept).isEqualTo(ended);
    }

    @Test
    void theSourceIsOpenAsLongAsItIsRecorded() {
        Recording begun = recorder.start("cam", "video", "audio");
        assertThat(camera.starts()).isEqualTo(1);
        awaitSeconds(begun.id(), 0.5);
        recorder.stop(begun.id());
        Await.until("both are closed", () -> camera.stops() == 1 && tone.stops() == 1);
    }

    @Test
    void severalRecordingsOfAStreamAreWrittenAtOnce() {
        Recording first = recorder.start("cam", "video");
        Recording second = recorder.start("cam", "audio");
        awaitSeconds(first.id(), 1);
        awaitSeconds(second.id(), 1);
        assertThat(recorder.all()).extracting(Recording::id).containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(camera.starts()).isEqualTo(1);
        assertThat(names(recorder.stop(first.id()))).contains("video-0001.mp4").doesNotContain("audio-0001.wav");
        assertThat(names(recorder.stop(second.id()))).contains("audio-0001.wav").doesNotContain("video-0001.mp4");
    }

    @Test
    void stoppingAgainAnswersAsTheFirstTime() {
        Recording begun = recorder.start("cam", "audio");
        awaitSeconds(begun.id(), 0.5);
        assertThat(recorder.stop(begun.id())).isEqualTo(recorder.stop(begun.id()));
    }

    @Test
    void filesAreReadInPiecesWhileTheyAreWritten() throws Exception {
        Recording begun = recorder.start("cam", "video");
        awaitSeconds(begun.id(), 1.5);
        Buffer early = (Buffer)
                Await.result(recorder.ask(new RecorderProtocol.Read(begun.id(), "video-0001.mp4", 0, 512 * 1024)));
        assertThat(early.length()).isPositive();
        assertThat(early.getString(4, 8)).isEqualTo("ftyp");
        Path copy = Files.write(root.resolve("copy.mp4"), early.getBytes());
        assertThat(Probe.luma(copy).length).isPositive();

        Recording ended = recorder.stop(begun.id());
        Path file = Path.of(ended.path());
        Buffer all = Buffer.buffer();
        while (true) {
            Buffer piece = (Buffer) Await.result(
                    recorder.ask(new RecorderProtocol.Read(begun.id(), "video-0001.mp4", all.length(), 1000)));
            all.appendBuffer(piece);
            if (piece.length() < 1000) {
                break;
            }
        }
        assertThat(all.getBytes()).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void onlyFilesOfTheRecordingAreRead() {
        Recording begun = recorder.start("cam", "audio");
        awaitSeconds(begun.id(), 0.5);
        assertThat(recorder.refusal(new RecorderProtocol.Read(begun.id(), "../../secret", 0, 10))
                        .code())
                .isEqualTo(FailureCode.NOT_FOUND);
        assertThat(recorder.refusal(new RecorderProtocol.Read(begun.id(), "audio-0001.wav", -1, 10)))
                .hasMessageContaining("offset");
        assertThat(recorder.refusal(new RecorderProtocol.Read(begun.id(), "audio-0001.wav", 0, 1 << 20)))
                .hasMessageContaining("length");
        assertThat(recorder.refusal(new RecorderProtocol.Read("nothing", "audio-0001.wav", 0, 10))
                        .code())
                .isEqualTo(FailureCode.NOT_FOUND);
    }

    @Test
    void aRecordingIsDeletedOnlyWhenItHasEnded() {
        Recording begun = recorder.start("cam", "audio");
        awaitSeconds(begun.id(), 0.5);
        assertThat(recorder.refusal(new RecorderProtocol.Delete(begun.id())).code())
                .isEqualTo(FailureCode.CONFLICT);
        recorder.stop(begun.id());
        Await.result(recorder.ask(new RecorderProtocol.Delete(begun.id())));
        assertThat(recorder.refusal(new RecorderProtocol.Get(begun.id())).code())
                .isEqualTo(FailureCode.NOT_FOUND);
        assertThat(root.resolve("cam")).doesNotExist();
        assertThat(recorder.refusal(new RecorderProtocol.Delete(begun.id())).code())
                .isEqualTo(FailureCode.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../else", "/tmp/else", "a/../../b", "link/x", "link", "a\\b", "a\nb", "./a"})
    void aDirectoryOutsideTheRootIsRefusedByName(String directory) throws Exception {
        Files.createDirectories(root);
        if (!Files.exists(root.resolve("link"))) {
            Files.createSymbolicLink(root.resolve("link"), Path.of("/tmp"));
        }
        var refusal = recorder.refusal(
                new RecorderProtocol.Start(new StreamId("cam"), new TreeSet<>(List.of("audio")), false, directory));
        assertThat(refusal.code()).isEqualTo(FailureCode.INVALID);
        assertThat(refusal).hasMessageContaining("directory");
        assertThat(recorder.all()).isEmpty();
    }

    @Test
    void aDirectoryBelowTheRootIsMade() {
        Recording begun = recorder.recording(
                new RecorderProtocol.Start(new StreamId("cam"), new TreeSet<>(List.of("audio")), false, "day/one"));
        awaitSeconds(begun.id(), 0.5);
        assertThat(root.resolve("day/one/cam").resolve(begun.id()).resolve("manifest.json"))
                .exists();
        recorder.stop(begun.id());
        recorder.restart();
        assertThat(recorder.get(begun.id()).state()).isEqualTo(State.FINISHED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "packets", "intensity", "video,annotated", "detections,audio", "tracks", "hub"})
    void whatIsNoPictureAndNoSoundIsNotRecorded(String topics) {
        TreeSet<String> kinds = new TreeSet<>(topics.isEmpty() ? List.of() : List.of(topics.split(",")));
        var refusal = recorder.refusal(new RecorderProtocol.Start(new StreamId("cam"), kinds, false, ""));
        assertThat(refusal.code()).isEqualTo(FailureCode.INVALID);
        assertThat(refusal).hasMessageContaining("audio");
    }

    @Test
    void anUnknownStreamLeavesNothingBehind() {
        var refusal = recorder.refusal(
                new RecorderProtocol.Start(new StreamId("nobody"), new TreeSet<>(List.of("audio")), false, ""));
        assertThat(refusal.code()).isEqualTo(FailureCode.NOT_FOUND);
        assertThat(recorder.all()).isEmpty();
        assertThat(root.resolve("nobody")).doesNotExist();
    }

    @Test
    void moreRecordingsThanAllowedAreRefused() {
        recorder.close();
        recorder = start(Map.of("recorder.max_recordings", "1"));
        recorder.addStream("cam");
        Recording first = recorder.start("cam", "audio");
        var refusal = recorder.refusal(
                new RecorderProtocol.Start(new StreamId("cam"), new TreeSet<>(List.of("audio")), false, ""));
        assertThat(refusal.code()).isEqualTo(FailureCode.UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("recorder.max_recordings");
        recorder.stop(first.id());
        recorder.stop(recorder.start("cam", "audio").id());
    }

    @Test
    void theEndOfTheStreamIsTheEndOfItsRecording() {
        Recording begun = recorder.start("cam", "video", "audio");
        awaitSeconds(begun.id(), 0.5);
        Await.result(recorder.mesh.directory().remove(new StreamId("cam")));
        Recording ended =
                Await.until("it has ended", () -> recorder.get(begun.id()), one -> one.state() != State.RECORDING);
        assertThat(ended.state()).isEqualTo(State.FINISHED);
        assertThat(ended.reason()).isNotEmpty();
    }

    @Test
    void aStreamWithoutSoundIsRecordedWithoutIt() {
        ProducerFactory silent = publisher -> Future.failedFuture(
                new io.mediamesh.contracts.MeshException(FailureCode.NOT_FOUND, "the stream has no sound"));
        recorder.close();
        recorder = Recorder.start(root, Map.of(), Recorder.media(camera, silent));
        recorder.addStream("cam");
        Recording begun = recorder.start("cam", "video", "audio");
        awaitSeconds(begun.id(), 1);
        Recording ended = recorder.stop(begun.id());
        assertThat(names(ended)).contains("video-0001.mp4").doesNotContain("audio-0001.wav");
    }

    @Test
    void whatWaitsForTheEncoderWhenARecordingIsStoppedIsInIt() {
        SyntheticSource manual = SyntheticSource.manual(timers, index -> Synthetic.counting(1280, 720, index));
        recorder.close();
        recorder = Recorder.start(root, Map.of(), Map.of(Topic.VIDEO, manual));
        recorder.addStream("cam");
        Recording begun = recorder.start("cam", "video");
        CaptureTime first = CaptureTime.now();
        // As many as may wait; there are credits for three.
        for (int index = 0; index < 24; index++) {
            manual.emitAt(first.plusNanos(index * 40_000_000L));
        }
        Recording ended = recorder.stop(begun.id());
        int[] counts = Synthetic.counts(Probe.luma(Path.of(ended.path())), 1280, 720);
        assertThat(counts).containsExactly(IntStream.range(0, 24).toArray());
    }
}
