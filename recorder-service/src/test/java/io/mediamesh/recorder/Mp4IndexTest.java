package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Mp4IndexTest {
    private static final int SECONDS = 40;
    private static final int FPS = 25;
    private static final int RATE = 48_000;

    private final Path folder;
    private final Path file;

    /** What a {@code sidx} says of a stretch of the file. */
    private record Entry(int offset, int bytes, double begin, double duration) {}

    Mp4IndexTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("video-0001.mp4");
    }

    @BeforeEach
    void record() {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int picture = 0; picture < SECONDS * FPS; picture++) {
                bench.engine.picture(
                        Synthetic.stamp(1, picture, picture / (double) FPS),
                        Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture));
                for (int block = 2 * picture; block < 2 * picture + 2; block++) {
                    bench.engine.sound(
                            Synthetic.stamp(1, block, block / 50.0), Synthetic.tone(RATE, 1000, block * 960L, 960));
                }
            }
            bench.finish();
        }
    }

    private static int find(byte[] bytes, String box) {
        int at = 0;
        while (!name(bytes, at).equals(box)) {
            at += ByteBuffer.wrap(bytes).getInt(at);
        }
        return at;
    }

    private static String name(byte[] bytes, int at) {
        return new String(bytes, at + 4, 4, StandardCharsets.US_ASCII);
    }

    /** As ISO/IEC 14496-12, section 8.16.3, lays it out. */
    private static List<Entry> entries(byte[] bytes, int track) {
        int at = find(bytes, "sidx");
        for (int before = 1; before < track; before++) {
            at += ByteBuffer.wrap(bytes).getInt(at);
        }
        ByteBuffer sidx = ByteBuffer.wrap(bytes, at, ByteBuffer.wrap(bytes).getInt(at))
                .slice()
                .position(12);
        assertThat(sidx.getInt()).isEqualTo(track);
        double scale = sidx.getInt();
        long ticks = sidx.getLong();
        int offset = Math.toIntExact(at + sidx.capacity() + sidx.getLong());
        sidx.getShort();
        List<Entry> entries = new ArrayList<>();
        for (int count = sidx.getShort(); count > 0; count--) {
            int size = sidx.getInt();
            int duration = sidx.getInt();
            assertThat(sidx.getInt() >>> 28)
                    .as("begins with a keyframe of type 1")
                    .isEqualTo(9);
            entries.add(new Entry(offset, size, ticks / scale, duration / scale));
            offset += size;
            ticks += duration;
        }
        return entries;
    }

    private double secondsBySeek(Path from) {
        return Double.parseDouble(
                Probe.json(from, "-show_packets", "-select_streams", "v:0", "-read_intervals", "30%+#1")
                        .getJsonArray("packets")
                        .getJsonObject(0)
                        .getString("pts_time"));
    }

    @Test
    void theIndexOfAFinishedFileNamesItsKeyframes() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        List<Entry> entries = entries(bytes, 1);
        List<Probe.Packet> sound = Probe.packets(file, "a:0");
        assertThat(entries(bytes, 2)).hasSameSizeAs(entries).allSatisfy(entry -> assertThat(sound)
                .anyMatch(packet -> Math.abs(packet.pts() - entry.begin()) < 1e-4));
        List<Probe.Packet> keyframes =
                Probe.packets(file, "v:0").stream().filter(Probe.Packet::key).toList();

        assertThat(entries).hasSizeGreaterThanOrEqualTo(SECONDS);
        for (Entry entry : entries) {
            assertThat(keyframes).anyMatch(keyframe -> Math.abs(keyframe.pts() - entry.begin()) < 1e-4);
            assertThat(name(bytes, entry.offset())).isEqualTo("moof");
        }
        Entry last = entries.getLast();
        assertThat(last.offset() + last.bytes()).isEqualTo(bytes.length);
        assertThat(last.begin() + last.duration()).isCloseTo(SECONDS, within(1e-4));
        for (String track : List.of("v:0", "a:0")) {
            assertThat(Double.parseDouble(Probe.stream(file, track).getString("duration")))
                    .isCloseTo(SECONDS, within(0.03));
        }
    }

    @Test
    void aPlayerThatGoesToATimeDoesNotReadWhatLiesBefore() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        List<Entry> entries = entries(bytes, 1);
        Arrays.fill(bytes, entries.get(3).offset(), entries.get(28).offset(), (byte) 0);
        Path holed = folder.resolve("holed.mp4");
        Files.write(holed, bytes);

        assertThat(secondsBySeek(holed)).isCloseTo(30, within(1e-4));
        // Without the index the same player does not get there: it looks for the fragments one by one.
        System.arraycopy("free".getBytes(StandardCharsets.US_ASCII), 0, bytes, find(bytes, "sidx") + 4, 4);
        Files.write(holed, bytes);
        assertThat(Probe.json(holed, "-show_packets", "-select_streams", "v:0", "-read_intervals", "30%+#1")
                        .getJsonArray("packets")
                        .stream()
                        .filter(packet -> packet.toString().contains("\"30.0")))
                .isEmpty();
    }

    @Test
    void aFileThatNobodyFinishedHasRoomInItsPlaceAndCanBePlayed() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        int at = find(bytes, "sidx");
        System.arraycopy(Mp4Index.room(), 0, bytes, at, Mp4Index.ROOM_BYTES);
        Path unfinished = folder.resolve("unfinished.mp4");
        Files.write(unfinished, Arrays.copyOf(bytes, bytes.length - 1));

        assertThat(Repair.mp4(unfinished).orElse(0)).isCloseTo(SECONDS, within(1.1));
        assertThat(Probe.packets(unfinished, "v:0").size()).isBetween((SECONDS - 1) * FPS, SECONDS * FPS);
    }

    @Test
    void aLongFileHasItsEntriesFartherApart() {
        Mp4Index index = new Mp4Index();
        for (int second = 0; second < 5_000; second++) {
            index.keyframe(new Mp4Index.Moment(second * Ticks.PER_SECOND, second * (long) RATE), 1_000);
            index.more(500);
        }
        byte[] whole =
                index.complete(new Mp4Index.Moment(5_000 * Ticks.PER_SECOND, 5_000L * RATE), OptionalInt.of(RATE));

        assertThat(whole).hasSize(Mp4Index.ROOM_BYTES);
        List<Entry> entries = entries(whole, 1);
        assertThat(entries.stream().mapToInt(Entry::bytes).sum()).isEqualTo(5_000 * 1_500);
        assertThat(entries.stream().mapToDouble(Entry::duration).sum()).isEqualTo(5_000);
        assertThat(entries.stream().mapToDouble(Entry::duration)).allMatch(seconds -> seconds <= 8);
        int rest = 2 * ByteBuffer.wrap(whole).getInt(0);
        assertThat(name(whole, rest)).isEqualTo("free");
        assertThat(rest + ByteBuffer.wrap(whole).getInt(rest)).isEqualTo(Mp4Index.ROOM_BYTES);
    }

    @Test
    void fragmentsBeforeTheFirstKeyframeArePassedOver() {
        Mp4Index index = new Mp4Index();
        index.more(700);
        index.keyframe(new Mp4Index.Moment(9_000, 0), 1_000);
        byte[] whole = index.complete(new Mp4Index.Moment(18_000, 0), OptionalInt.empty());

        assertThat(entries(whole, 1)).containsExactly(new Entry(Mp4Index.ROOM_BYTES + 700, 1_000, 0.1, 0.1));
    }
}
