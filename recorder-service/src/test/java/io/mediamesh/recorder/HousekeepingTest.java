package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HousekeepingTest {
    private static final int MIB = 1 << 20;

    private final Path root;
    private final Vertx timers = Vertx.vertx();
    private final SyntheticSource tone = SyntheticSource.tone(timers, 1000);

    HousekeepingTest(@TempDir Path root) {
        this.root = root;
    }

    @AfterEach
    void stop() {
        Await.result(timers.close());
    }

    private Recorder start(Map<String, String> settings) {
        Recorder recorder = Recorder.start(root, settings, Map.of("audio", tone));
        recorder.addStream("cam");
        return recorder;
    }

    /** A recording of a MiB that ended so many days ago. */
    private void put(String id, int daysAgo) throws Exception {
        Path folder = Files.createDirectories(root.resolve("cam").resolve(id));
        Files.write(folder.resolve("audio-0001.wav"), new byte[MIB]);
        double began = Instant.now().getEpochSecond() - 86_400.0 * daysAgo;
        Recording recording = new Recording(
                id,
                new StreamId("cam"),
                new TreeSet<>(List.of("audio")),
                false,
                State.FINISHED,
                "",
                "m",
                began,
                Optional.of(began + 10),
                10,
                MIB,
                "",
                false,
                List.of(),
                List.of(new Entry("audio-0001.wav", "audio/wav", 1, "pcm_s16le", MIB, "00")));
        new Manifest(recording, new Manifest.Gaps(0, 0, 0), new JsonObject(), 0).writeTo(folder);
    }

    private static void awaitLeft(Recorder recorder, String... ids) {
        Await.until(
                "these are left: " + List.of(ids),
                () -> recorder.all().stream().map(Recording::id).toList(),
                left -> left.equals(List.of(ids)));
    }

    @Test
    void whatIsTooOldIsDeleted() throws Exception {
        put("a", 1);
        put("b", 8);
        put("c", 30);
        try (Recorder recorder = start(Map.of("recorder.retention.age", "7d"))) {
            awaitLeft(recorder, "a");
            for (String old : List.of("b", "c")) {
                Await.until(
                        "its folder is gone",
                        () -> !Files.exists(root.resolve("cam").resolve(old)));
            }
            assertThat(root.resolve("cam/a/audio-0001.wav")).exists();
        }
    }

    @Test
    void whatCantBeDeletedIsListedAgainAndCanBeDeletedLater() throws Exception {
        put("a", 1);
        Path file = root.resolve("cam/a/audio-0001.wav");
        Files.delete(file);
        Path obstacle = Files.createFile(Files.createDirectory(file).resolve("of somebody else"));
        try (Recorder recorder = start(Map.of())) {
            RecorderProtocol.Delete delete = new RecorderProtocol.Delete("a");
            assertThat(recorder.refusal(delete)).isNotNull();
            awaitLeft(recorder, "a");
            Files.delete(obstacle);
            Await.result(recorder.ask(delete));
            assertThat(recorder.all()).isEmpty();
            assertThat(root.resolve("cam")).doesNotExist();
        }
    }

    @Test
    void theOldestGoFirstWhenAllTakeTooMuch() throws Exception {
        put("z", 5);
        put("y", 4);
        put("x", 3);
        put("w", 2);
        try (Recorder recorder = start(Map.of("recorder.retention.total_mib", "2"))) {
            awaitLeft(recorder, "w", "x");
        }
    }

    @Test
    void whatIsBeingWrittenStaysHoweverLittleRoomThereIs() throws Exception {
        put("old", 5);
        try (Recorder recorder = start(Map.of())) {
            String id = recorder.start("cam", "audio").id();
            Await.until("it lasts", () -> recorder.get(id).durationSeconds() > 1);
            recorder.restart();
            Await.until("it goes on", () -> recorder.get(id).parts().size() == 2);
            recorder.stop(id);
        }
        // More than any disk has.
        String scarce = String.valueOf(Integer.MAX_VALUE);
        try (Recorder recorder = start(Map.of("recorder.retention.free_mib", scarce))) {
            awaitLeft(recorder);
            var refusal = recorder.refusal(
                    new RecorderProtocol.Start(new StreamId("cam"), new TreeSet<>(List.of("audio")), false, ""));
            assertThat(refusal.code()).isEqualTo(FailureCode.UNAVAILABLE);
            assertThat(refusal).hasMessageContaining("recorder.retention.free_mib");
        }
    }
}
