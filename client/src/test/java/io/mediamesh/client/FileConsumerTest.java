package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileConsumerTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int MEGABYTE = 1_000_000;

    private final Path folder;
    private final Path path;
    private final List<AudioError> errors = new CopyOnWriteArrayList<>();

    FileConsumerTest(@TempDir Path folder) {
        this.folder = folder;
        this.path = folder.resolve("sound.jsonl");
    }

    private static FileConsumerOptions options(int megabytes, int files, Duration flushEvery) {
        return new FileConsumerOptions(megabytes, files, flushEvery);
    }

    /** A result whose message has so many bytes. */
    private static AudioData ofSize(long sequence, int bytes) {
        String json = FakeSoundServer.message("loudness", sequence, "{\"note\":\"\"}");
        String filled = json.replace("\"note\":\"", "\"note\":\"" + "x".repeat(bytes - json.length()));
        return AudioData.ofJson(new JsonObject(filled), filled);
    }

    private List<String> lines() throws IOException {
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    private List<Long> sequencesIn(Path file) throws IOException {
        List<Long> sequences = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            sequences.add(new JsonObject(line).getJsonObject("metadata").getLong("sequence"));
        }
        return sequences;
    }

    @Test
    void eachResultIsALineOfJsonAsItCame() throws IOException {
        try (FileConsumer consumer = new FileConsumer(path)) {
            consumer.accept(AudioSamples.levels(1));
            consumer.accept(AudioSamples.levels(2));
        }

        assertThat(lines()).containsExactly(FakeSoundServer.levels(1), FakeSoundServer.levels(2));
    }

    @Test
    void aFileThatIsThereIsContinued() throws IOException {
        Files.writeString(path, "{\"old\":1}\n");
        try (FileConsumer consumer = new FileConsumer(path)) {
            consumer.accept(AudioSamples.levels(1));
        }

        assertThat(lines()).containsExactly("{\"old\":1}", FakeSoundServer.levels(1));
    }

    @Test
    void withoutAPauseEachLineIsWrittenAtOnce() {
        try (FileConsumer consumer = new FileConsumer(path, options(1, 2, Duration.ZERO))) {
            consumer.accept(AudioSamples.levels(1));
            Await.until("the line", () -> consumer.statistics().handled() == 1);
            consumer.accept(AudioSamples.levels(2));
            Await.until("the next line", () -> consumer.statistics().handled() == 2);
        }
    }

    @Test
    void withAPauseLinesAreWrittenAfterIt() {
        try (FileConsumer consumer = new FileConsumer(path, options(1, 2, Duration.ofMillis(50)))) {
            consumer.accept(AudioSamples.levels(1));
            Await.until("the line", () -> consumer.statistics().handled() == 1);
            consumer.accept(AudioSamples.levels(2));
            Await.until(
                    "the line after the next pause", () -> consumer.statistics().handled() == 2);
        }
    }

    @Test
    void whatWaitsIsWrittenAtTheEnd() throws IOException {
        FileConsumer consumer = new FileConsumer(path, options(1, 2, NEVER));
        consumer.accept(AudioSamples.levels(1));
        Await.until("it was taken", () -> consumer.statistics().waiting() == 0);
        assertThat(lines()).isEmpty();

        consumer.close();
        consumer.close();

        assertThat(lines()).hasSize(1);
        consumer.accept(AudioSamples.levels(2));
        assertThat(consumer.statistics()).isEqualTo(new ConsumerStatistics(1, 1, 0, 0, 0, 0));
    }

    @Test
    void aFileThatHasItsSizeIsSetAsideAndTheOldestDeleted() throws IOException {
        try (FileConsumer consumer = new FileConsumer(path, options(1, 3, Duration.ZERO))) {
            // Four of them fill a megabyte with their line feeds; 22 make six files.
            for (long sequence = 1; sequence <= 22; sequence++) {
                consumer.accept(ofSize(sequence, MEGABYTE / 4 - 1));
            }
        }

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("sound.jsonl", "sound.jsonl.1", "sound.jsonl.2");
        }
        assertThat(sequencesIn(path)).containsExactly(21L, 22L);
        assertThat(sequencesIn(folder.resolve("sound.jsonl.1"))).containsExactly(17L, 18L, 19L, 20L);
        assertThat(sequencesIn(folder.resolve("sound.jsonl.2"))).containsExactly(13L, 14L, 15L, 16L);
        assertThat(Files.size(folder.resolve("sound.jsonl.1"))).isEqualTo(MEGABYTE);
    }

    @Test
    void withOneFileTheFullOneIsBegunAgain() throws IOException {
        try (FileConsumer consumer = new FileConsumer(path, options(1, 1, Duration.ZERO))) {
            for (long sequence = 1; sequence <= 5; sequence++) {
                consumer.accept(ofSize(sequence, MEGABYTE / 4 - 1));
            }
        }

        assertThat(sequencesIn(path)).containsExactly(5L);
    }

    @Test
    void aDiskThatIsFullIsReportedAndTheNextResultsAreTriedAgain() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "there is no /dev/full");
        FileConsumer consumer = new FileConsumer(full, options(1, 2, Duration.ZERO));
        consumer.addErrorListener(errors::add);
        consumer.accept(AudioSamples.levels(1));
        consumer.accept(AudioSamples.levels(2));
        consumer.close();

        assertThat(errors).hasSize(2).allSatisfy(error -> assertThat(error.message())
                .contains("/dev/full", "No space left"));
        assertThat(consumer.statistics()).isEqualTo(new ConsumerStatistics(2, 0, 2, 0, 0, 0));
    }

    @Test
    void aFolderThatComesLaterIsUsedFromThenOn() throws IOException {
        Path later = folder.resolve("later");
        try (FileConsumer consumer = new FileConsumer(later.resolve("sound.jsonl"), options(1, 2, Duration.ZERO))) {
            consumer.addErrorListener(errors::add);
            consumer.accept(AudioSamples.levels(1));
            Await.until("it is reported", () -> errors.size() == 1);
            Files.createDirectory(later);
            consumer.accept(AudioSamples.levels(2));
        }

        assertThat(sequencesIn(later.resolve("sound.jsonl"))).containsExactly(2L);
    }

    @ParameterizedTest
    @CsvSource({"0, 10, maxFileMegabytes", "1000001, 10, maxFileMegabytes", "1, 0, maxFiles", "1, 10001, maxFiles"})
    void optionsThatCantBeAreRefusedByName(int megabytes, int files, String name) {
        assertThatThrownBy(() -> options(megabytes, files, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }
}
