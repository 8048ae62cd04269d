package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed while they record. */
@Tag("slow")
final class KilledRecorderTest {
    private static final int ROUNDS = 10;
    private static final int AT_ONCE = 3;
    private static final double FPS = 25;
    /** Pictures after which the latest kill comes: half of them within the first two seconds. */
    private static final int LATEST_KILL = 100;

    private static final double MOST_LOST_SECONDS = 1;

    private final Path root;

    KilledRecorderTest(@TempDir Path root) {
        this.root = root;
    }

    private record Killed(Path folder, long made) {}

    private static Process start(Path folder) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecordingProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Kills it when it has said so many pictures, and reads what it said to the end. */
    private static Killed kill(Path folder, Process process, long pictures, long microsMore) throws Exception {
        long made = 0;
        long lines = 0;
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            while (line != null) {
                boolean number = !line.isEmpty() && line.chars().allMatch(Character::isDigit);
                made = number ? Long.parseLong(line) : made;
                lines += number ? 1 : 0;
                if (lines == pictures) {
                    TimeUnit.MICROSECONDS.sleep(microsMore);
                    process.toHandle().destroyForcibly();
                }
                line = output.readLine();
            }
        }
        process.waitFor();
        return new Killed(folder, made);
    }

    @Test
    void aKillAtAnyMomentLosesNoMoreThanASecond() throws Exception {
        Random random = new Random(5);
        List<Killed> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Thread> threads = new ArrayList<>();
            for (int one = 0; one < AT_ONCE; one++) {
                Path folder = root.resolve(round + "-" + one);
                int pictures = 1 + random.nextInt(LATEST_KILL);
                int micros = random.nextInt(40_000);
                Process process = start(folder);
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        Killed killed = kill(folder, process, pictures, micros);
                        synchronized (all) {
                            all.add(killed);
                        }
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(all).hasSize(ROUNDS * AT_ONCE);
        for (Killed killed : all) {
            double made = killed.made() / FPS;
            Path folder = new RecordingFolders(killed.folder()).all().getFirst();
            Repair.of(folder, Manifest.read(folder), "test-member");
            assertThat(made - pictureSeconds(folder))
                    .as("seconds lost of " + made)
                    .isLessThanOrEqualTo(MOST_LOST_SECONDS);
            assertThat(made - soundSeconds(folder)).as("sound lost of " + made).isLessThanOrEqualTo(MOST_LOST_SECONDS);
        }
    }

    /** The time of the last picture that can be seen; 0 where the kill came before the first was on the disk. */
    private static double pictureSeconds(Path folder) throws IOException {
        Path video = folder.resolve("video-0001.mp4");
        if (!Files.exists(video) || Mp4Scan.of(video).fragments() == 0) {
            return 0;
        }
        int[] counts = Synthetic.counts(Probe.luma(video), Synthetic.WIDTH, Synthetic.HEIGHT);
        assertThat(counts).isSorted();
        int last = counts[counts.length - 1] + 1;
        assertThat(last - counts.length)
                .as("pictures that a busy machine cost are written down")
                .isLessThanOrEqualTo(gapItems(folder));
        return last / FPS;
    }

    private static double soundSeconds(Path folder) {
        Path sound = folder.resolve("audio-0001.wav");
        return Files.exists(sound) ? Probe.sound(sound).length / 48_000.0 : 0;
    }

    private static int gapItems(Path folder) throws IOException {
        Path events = folder.resolve("events.jsonl");
        if (!Files.exists(events)) {
            return 0;
        }
        return Files.readAllLines(events).stream()
                .map(JsonObject::new)
                .filter(line -> "gap".equals(line.getString("type")))
                .mapToInt(line -> line.getInteger("items"))
                .sum();
    }
}
