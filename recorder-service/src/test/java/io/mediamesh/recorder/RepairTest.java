package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.RecorderProtocol.State;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepairTest {
    private static final int RATE = 48_000;

    private final Path folder;

    RepairTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static void feed(RecordingEngine engine, int fromPicture, int toPicture) {
        for (int picture = fromPicture; picture < toPicture; picture++) {
            engine.picture(
                    Synthetic.stamp(1, picture, picture / 25.0),
                    Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture));
            for (int block = 2 * picture; block < 2 * picture + 2; block++) {
                engine.sound(Synthetic.stamp(1, block, block / 50.0), Synthetic.tone(RATE, 1000, block * 960L, 960));
            }
        }
    }

    /** Ends of the fragments, found without any code of ours but this: boxes are a length and a name. */
    private static List<Integer> fragmentEnds(byte[] file) {
        List<Integer> ends = new ArrayList<>();
        int at = 0;
        while (at < file.length) {
            int length = ByteBuffer.wrap(file).getInt(at);
            String name = new String(file, at + 4, 4, StandardCharsets.US_ASCII);
            at += length;
            if (name.equals("mdat") || name.equals("moov")) {
                ends.add(at);
            }
        }
        return ends;
    }

    @Test
    void aFileCutAnywhereKeepsEveryWholeFragment() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 0, 125);
            bench.finish();
        }
        byte[] whole = Files.readAllBytes(folder.resolve("video-0001.mp4"));
        List<Integer> ends = fragmentEnds(whole);
        assertThat(ends).hasSizeGreaterThan(9);
        int[] all = Synthetic.counts(Probe.luma(folder.resolve("video-0001.mp4")), Synthetic.WIDTH, Synthetic.HEIGHT);
        assertThat(all).containsExactly(IntStream.range(0, 125).toArray());
        Path torn = folder.resolve("torn.mp4");
        int decoded = 0;
        for (int bytes = 0; bytes <= whole.length; bytes += 1024) {
            Files.write(torn, Arrays.copyOf(whole, bytes));
            Repair.mp4(torn);
            int limit = bytes;
            int expected = ends.stream()
                    .filter(end -> end <= limit)
                    .max(Integer::compare)
                    .orElse(0);
            assertThat(Files.size(torn)).isEqualTo(expected);
            assertThat(Files.readAllBytes(torn)).isEqualTo(Arrays.copyOf(whole, expected));
            // Decoding is slow, and the same for cuts in the same fragment.
            if (expected > ends.getFirst() && bytes - expected < 1024) {
                int[] counts = Synthetic.counts(Probe.luma(torn), Synthetic.WIDTH, Synthetic.HEIGHT);
                assertThat(counts).containsExactly(Arrays.copyOf(all, counts.length));
                double seconds = Mp4Scan.of(torn).seconds();
                assertThat(counts.length / 25.0).isCloseTo(seconds, within(0.1));
                decoded++;
            }
        }
        assertThat(decoded).isGreaterThanOrEqualTo(9);
    }

    @Test
    void aWavFileSaysHowMuchThereIsAfterEveryCut() throws Exception {
        Path file = folder.resolve("audio-0001.wav");
        try (Bench bench = Bench.of(folder, false, Map.of())) {
            for (int block = 0; block < 50; block++) {
                bench.engine.sound(
                        Synthetic.stamp(1, block, block / 50.0), Synthetic.tone(RATE, 1000, block * 960L, 960));
            }
            bench.finish();
        }
        byte[] whole = Files.readAllBytes(file);
        for (int bytes = 44; bytes <= whole.length; bytes += 1023) {
            Files.write(file, Arrays.copyOf(whole, bytes));
            Repair.wav(file);
            int frames = (bytes - 44) / 2;
            assertThat(Files.size(file)).isEqualTo(44 + 2L * frames);
            assertThat(ByteBuffer.wrap(Files.readAllBytes(file))
                            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                            .getInt(40))
                    .isEqualTo(2 * frames);
        }
        assertThat(Probe.sound(file)).hasSizeGreaterThan(47_000);
    }

    @Test
    void aLineWithoutAnEndIsCutOff() throws Exception {
        Path file = folder.resolve("events.jsonl");
        String lines = "{\"a\":1}\n{\"b\":2}\n";
        Files.writeString(file, lines + "{\"c\":" + "3".repeat(100_000));
        Repair.lines(file);
        assertThat(Files.readString(file)).isEqualTo(lines);
        Files.writeString(file, "{\"a\"");
        Repair.lines(file);
        assertThat(file).isEmptyFile();
    }

    @Test
    void whatWasCutOffGoesOnInANewPartOnTheSameTime() throws Exception {
        Bench cut = Bench.of(folder, true, Map.of());
        cut.disk.then(() -> cut.journal.manifest().writeTo(folder));
        feed(cut.engine, 0, 75);
        // As after a crash: nothing is finished, and the last fragment is torn.
        cut.close();
        Path first = folder.resolve("video-0001.mp4");
        Files.write(
                first, new byte[] {0, 0, 1, 0, 'm', 'o', 'o', 'f', 1, 2, 3}, java.nio.file.StandardOpenOption.APPEND);
        try (Bench again = Bench.again(folder, Map.of())) {
            assertThat(again.journal.recording().state()).isEqualTo(State.RECORDING);
            feed(again.engine, 150, 200);
            again.finish();
            var parts = again.journal.recording().parts();
            assertThat(parts).hasSize(2);
            assertThat(parts.get(0).durationSeconds()).isCloseTo(3, within(0.6));
            assertThat(parts.get(1).startSeconds()).isCloseTo(6, within(0.001));
            assertThat(parts.get(1).reason()).contains("started again");
        }
        int[] counts = Synthetic.counts(Probe.luma(first), Synthetic.WIDTH, Synthetic.HEIGHT);
        assertThat(counts.length).isGreaterThan(60);
        assertThat(Synthetic.counts(Probe.luma(folder.resolve("video-0002.mp4")), Synthetic.WIDTH, Synthetic.HEIGHT))
                .containsExactly(IntStream.range(150, 200).toArray());
        var manifest = new JsonObject(Files.readString(folder.resolve("manifest.json")));
        assertThat(manifest.getJsonArray("files").stream()
                        .map(file -> ((JsonObject) file).getString("sha256"))
                        .toList())
                .hasSize(5)
                .allSatisfy(sum -> assertThat(sum).hasSize(64));
    }
}
