package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that are none, or damaged. */
class FileFaultsTest extends FileFixture {
    private static void playToTheEnd(byte[] content, int length) throws IOException {
        Path file = folder.resolve("damaged.mkv");
        Files.write(file, Arrays.copyOf(content, length));
        try (Recording recording = play(file, false)) {
            recording.awaitOver();
            assertThat(recording.state()).matches("(?s)(ended|failed): .*");
        }
    }

    @Test
    void aTextFileFailsWithAReason() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "dear diary\n".repeat(500));
        try (Recording recording = play(text, false)) {
            recording.awaitOver();
            assertThat(recording.state())
                    .isEqualTo("failed: it is neither video nor audio in a format that can be read");
        }
        Path renamed = Files.copy(text, folder.resolve("notes.mp4"));
        try (Recording recording = play(renamed, false)) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: it is neither video nor audio");
        }
    }

    @Test
    void aPlaylistThatNamesOtherFilesIsRefused() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("target.mp4"), 0.4);
        Path list = Files.writeString(folder.resolve("list.ffconcat"), "ffconcat version 1.0\nfile " + clip + "\n");
        Path hls = Files.writeString(
                folder.resolve("list.m3u8"),
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + clip + "\n#EXT-X-ENDLIST\n");
        for (Path playlist : List.of(list, hls)) {
            try (Recording recording = play(playlist, false)) {
                recording.awaitOver();
                assertThat(recording.state()).startsWith("failed: ");
                assertThat(recording.pictures).isEmpty();
            }
        }
    }

    @Test
    void aMissingFileAndAFolderFail() {
        try (Recording recording = play(folder.resolve("nowhere.mp4"), false)) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: no such file: ");
        }
        try (Recording recording = play(folder, false)) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: ").contains("not a regular file");
        }
    }

    @Test
    void aFileLargerThanAllowedFails() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("large.mp4"), 0.4);
        try (Recording recording = Recording.of(TestConfigs.source(
                vertx, clip.toUri().toString(), false, TestConfigs.local("ingest.max_side", "200")))) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: ").contains("ingest.max_side");
        }
    }

    @Test
    @Tag("slow")
    void damagedFilesNeverDoMoreThanLoseFrames() throws Exception {
        Path clip = Clips.make(
                folder.resolve("whole.mkv"),
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=50:duration=0.4",
                "-f",
                "lavfi",
                "-i",
                "sine=duration=0.4",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-c:a",
                "aac");
        byte[] whole = Files.readAllBytes(clip);
        Random random = new Random(7);
        for (int round = 0; round < 12; round++) {
            byte[] damaged = whole.clone();
            for (int flip = 0; flip < 60; flip++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            playToTheEnd(damaged, damaged.length);
            playToTheEnd(whole, 1 + random.nextInt(whole.length));
        }
    }
}
