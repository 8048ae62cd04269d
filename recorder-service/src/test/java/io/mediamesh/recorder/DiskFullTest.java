package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings on a small file system in memory, which becomes full or can only be read. */
final class DiskFullTest {
    private static final int RATE = 192_000;

    private final Path disk;
    private final Vertx timers = Vertx.vertx();

    DiskFullTest(@TempDir Path directory) {
        this.disk = directory;
    }

    @BeforeEach
    void mount() throws Exception {
        Assumptions.assumeTrue(
                succeeds("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString()),
                "a file system of 32 MiB can't be mounted: only root may");
    }

    @AfterEach
    void unmount() throws Exception {
        succeeds("umount", "-l", disk.toString());
        Await.result(timers.close());
    }

    private static boolean succeeds(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private static State stateOnDisk(Path folder) {
        try {
            return Manifest.read(folder).recording().state();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Tag("slow")
    @Test
    void aFullDiskEndsTheRecordingAndNothingElse() throws Exception {
        // Sound of many seconds in each moment: the disk is soon full.
        SyntheticSource sound =
                SyntheticSource.manual(timers, index -> Synthetic.tone(RATE, 440, index * RATE / 5, RATE / 5));
        SyntheticSource camera = SyntheticSource.camera(timers, 160, 96, 25);
        try (Recorder recorder = Recorder.start(disk, Map.of(), Recorder.media(camera, sound))) {
            recorder.addStream("cam");
            recorder.addStream("other");
            Recording doomed = recorder.start("cam", "video", "audio");
            Await.until("pictures are there", () -> recorder.get(doomed.id()).durationSeconds() > 2.5);
            CaptureTime begin = CaptureTime.now();
            AtomicInteger blocks = new AtomicInteger();
            Recording failed = Await.until(
                    "the disk is full",
                    () -> {
                        for (int block = 0; block < 5; block++) {
                            sound.emitAt(begin.plusNanos(200_000_000L * blocks.getAndIncrement()));
                        }
                        return recorder.get(doomed.id());
                    },
                    one -> one.state() != State.RECORDING);
            assertThat(failed.state()).isEqualTo(State.FAILED);
            assertThat(failed.reason()).contains("No space left on device");
            assertThat(recorder.mesh
                            .meters()
                            .counter("mediamesh.recorder.failures")
                            .count())
                    .isEqualTo(1);
            Path folder = disk.resolve("cam").resolve(doomed.id());
            Path video = folder.resolve("video-0001.mp4");
            assertThat(Probe.luma(video).length).isPositive();
            Await.until("the manifest says so too", () -> stateOnDisk(folder) == State.FAILED);

            Files.delete(folder.resolve("audio-0002.wav"));
            Recording next = recorder.start("other", "video");
            Await.until("there is room again", () -> recorder.get(next.id()).durationSeconds() > 1);
            assertThat(recorder.stop(next.id()).state()).isEqualTo(State.FINISHED);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedAndNothingIsBegun() throws Exception {
        SyntheticSource camera = SyntheticSource.camera(timers, 160, 96, 25);
        try (Recorder recorder = Recorder.start(disk, Map.of(), Map.of(Topic.VIDEO, camera))) {
            recorder.addStream("cam");
            assertThat(succeeds("mount", "-o", "remount,ro", disk.toString())).isTrue();
            MeshException refusal = recorder.refusal(
                    new RecorderProtocol.Start(new StreamId("cam"), new TreeSet<>(Set.of(Topic.VIDEO)), false, ""));
            assertThat(refusal.code()).isEqualTo(FailureCode.UNAVAILABLE);
            assertThat(refusal).hasMessageContaining(disk.toString()).hasMessageContaining("recorder.directory");
            assertThat(recorder.all()).isEmpty();
            assertThat(camera.starts()).isEqualTo(camera.stops());

            assertThat(succeeds("mount", "-o", "remount,rw", disk.toString())).isTrue();
            Recording begun = recorder.start("cam", Topic.VIDEO);
            Await.until("it is recorded", () -> recorder.get(begun.id()).durationSeconds() > 1);
            assertThat(recorder.stop(begun.id()).state()).isEqualTo(State.FINISHED);
        }
    }
}
