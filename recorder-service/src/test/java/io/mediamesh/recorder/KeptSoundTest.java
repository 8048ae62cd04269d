package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.MediaPacket.Track;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound that another program (Debian's ffmpeg) coded in AAC is kept as it is. */
@Tag("slow")
final class KeptSoundTest {
    private static final int RATE = 44_100;
    private static final double FRAME_SECONDS = 1024.0 / RATE;
    private static final double FPS = 25;
    // LC, 44100 Hz, 2 channels (ISO/IEC 14496-3, 1.6.2.1).
    private static final Bytes STEREO = Bytes.takeOver(new byte[] {0x12, 0x10});

    private final Path folder;
    private final Path source;
    private long packetSequence;

    KeptSoundTest(@TempDir Path directory) throws Exception {
        this.source = directory.resolve("source.aac");
        this.folder = Files.createDirectory(directory.resolve("recording"));
    }

    /** Frames of a tone, without the headers that ffmpeg puts before them. */
    private List<MediaPacket> frames(int seconds) throws Exception {
        Probe.text(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=1000:sample_rate=44100",
                "-t",
                String.valueOf(seconds),
                "-ac",
                "2",
                "-c:a",
                "aac",
                source.toString());
        return read(Files.readAllBytes(source));
    }

    private static List<MediaPacket> read(byte[] stream) {
        CodedFormat format = new CodedFormat(Track.AUDIO, "aac", STEREO, 0, 0, RATE, 2);
        List<MediaPacket> packets = new ArrayList<>();
        int at = 0;
        while (at < stream.length) {
            int length = ((stream[at + 3] & 3) << 11) | ((stream[at + 4] & 0xff) << 3) | ((stream[at + 5] & 0xe0) >> 5);
            Bytes frame = Bytes.takeOver(Arrays.copyOfRange(stream, at + 7, at + length));
            packets.add(new MediaPacket(format, true, 0, 0, frame));
            at += length;
        }
        return packets;
    }

    /** Gives pictures up to a moment. */
    private static int pictures(Bench bench, int from, double until) {
        int index = from;
        while (index / FPS <= until) {
            bench.engine.picture(
                    Synthetic.stamp(1, index, index / FPS),
                    Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, index));
            index++;
        }
        return index;
    }

    private void give(Bench bench, MediaPacket packet, double seconds) {
        bench.engine.soundPacket(Synthetic.stamp(1, packetSequence++, seconds), packet);
    }

    private Bench bench(Map<String, String> settings) {
        Bench bench = Bench.of(folder, true, settings);
        bench.engine.expectPackets(true);
        return bench;
    }

    /** MD5 sums of the packets, as ffprobe makes them. */
    private static List<String> hashes(Path file) {
        return Probe.json(file, "-show_packets", "-select_streams", "a:0", "-show_data_hash", "md5")
                .getJsonArray("packets")
                .stream()
                .map(packet -> ((JsonObject) packet).getString("data_hash"))
                .toList();
    }

    /** The same frames without headers, as ffmpeg puts them into a file without encoding. */
    private List<String> sourceHashes() {
        Path plain = source.resolveSibling("plain.mp4");
        Probe.text("ffmpeg", "-v", "error", "-y", "-i", source.toString(), "-c", "copy", plain.toString());
        return hashes(plain);
    }

    @Test
    void codedSoundIsKeptByteForByteBesideTheDecoded() throws Exception {
        List<MediaPacket> frames = frames(6);
        try (Bench bench = bench(Map.of())) {
            int picture = 0;
            for (int index = 0; index < frames.size(); index++) {
                double seconds = index * FRAME_SECONDS;
                picture = pictures(bench, picture, seconds);
                bench.engine.sound(Synthetic.stamp(1, index, seconds), Synthetic.tone(RATE, 1000, index * 1024L, 1024));
                give(bench, frames.get(index), seconds);
            }
            bench.finish();
            assertThat(bench.journal.recording().files().getFirst().codecs()).isEqualTo("h264,aac");
        }
        Path file = folder.resolve("video-0001.mp4");
        assertThat(hashes(file)).isEqualTo(sourceHashes());
        List<Probe.Packet> sound = Probe.packets(file, "a:0");
        for (int index = 0; index < sound.size(); index++) {
            assertThat(sound.get(index).pts()).isCloseTo(index * FRAME_SECONDS, within(0.001));
        }
        assertThat(Probe.stream(file, "a:0").getInteger("channels")).isEqualTo(2);
        assertThat(Probe.stream(file, "a:0").getString("sample_rate")).isEqualTo("44100");
        assertThat(Probe.sound(folder.resolve("audio-0001.wav"))).hasSizeBetween(6 * RATE, 6 * RATE + 4096);
    }

    /** RFC 3640: an RTP packet has several frames of AAC and one time, and not every demultiplexer reckons the others'. */
    @Test
    void framesThatCameTogetherUnderOneTimeAreAllKept() throws Exception {
        List<MediaPacket> frames = frames(4);
        try (Bench bench = bench(Map.of())) {
            int picture = 0;
            for (int index = 0; index < frames.size(); index++) {
                picture = pictures(bench, picture, index * FRAME_SECONDS);
                give(bench, frames.get(index), index / 7 * 7 * FRAME_SECONDS);
            }
            bench.finish();
        }
        Path file = folder.resolve("video-0001.mp4");
        assertThat(hashes(file)).isEqualTo(sourceHashes());
        List<Probe.Packet> sound = Probe.packets(file, "a:0");
        for (int index = 0; index < sound.size(); index++) {
            assertThat(sound.get(index).pts()).isCloseTo(index * FRAME_SECONDS, within(0.001));
        }
    }

    @Test
    void aHoleInCodedSoundStaysWhereItWas() throws Exception {
        List<MediaPacket> frames = frames(4);
        try (Bench bench = bench(Map.of())) {
            int picture = 0;
            for (int index = 0; index < frames.size(); index++) {
                picture = pictures(bench, picture, index * FRAME_SECONDS);
                if (index < 60 || index >= 80) {
                    give(bench, frames.get(index), index * FRAME_SECONDS);
                }
            }
            bench.finish();
        }
        List<Probe.Packet> sound = Probe.packets(folder.resolve("video-0001.mp4"), "a:0");
        assertThat(sound).hasSize(frames.size() - 20);
        assertThat(sound.get(59).pts()).isCloseTo(59 * FRAME_SECONDS, within(0.001));
        assertThat(sound.get(60).pts()).isCloseTo(80 * FRAME_SECONDS, within(0.001));
    }

    /** A clock of the sound that is 0.3 % off, either way: some ten times what a bad sound card has. */
    @Test
    void codedSoundKeepsToItsPicturesAlthoughItsClockRunsOtherwise() throws Exception {
        List<MediaPacket> frames = frames(60);
        for (double clock : new double[] {1.003, 0.997}) {
            Path part = folder.resolve("clock-" + clock);
            Files.createDirectory(part);
            try (Bench bench = Bench.of(part, true, Map.of())) {
                bench.engine.expectPackets(true);
                packetSequence = 0;
                int picture = 0;
                for (int index = 0; index < frames.size(); index++) {
                    double seconds = index * FRAME_SECONDS * clock;
                    picture = pictures(bench, picture, seconds);
                    give(bench, frames.get(index), seconds);
                }
                bench.finish();
            }
            Path file = part.resolve("video-0001.mp4");
            List<String> hashes = hashes(file);
            List<String> all = sourceHashes();
            List<Probe.Packet> sound = Probe.packets(file, "a:0");
            int at = 0;
            for (int index = 0; index < hashes.size(); index++) {
                while (!all.get(at).equals(hashes.get(index))) {
                    at++;
                }
                assertThat(sound.get(index).pts()).isCloseTo(at * FRAME_SECONDS * clock, within(0.040));
                at++;
            }
            // 180 ms too much are eight frames.
            assertThat(all.size() - hashes.size()).isBetween(0, clock < 1 ? 9 : 0);
        }
    }

    @Test
    void partsShareTheFramesOfCodedSound() throws Exception {
        List<MediaPacket> frames = frames(6);
        try (Bench bench = bench(Map.of("recorder.part_length", "2s"))) {
            int picture = 0;
            for (int index = 0; index < frames.size(); index++) {
                picture = pictures(bench, picture, index * FRAME_SECONDS);
                give(bench, frames.get(index), index * FRAME_SECONDS);
            }
            bench.finish();
        }
        List<String> joined = new ArrayList<>();
        for (int part = 1; part <= 4; part++) {
            Path file = folder.resolve("video-000" + part + ".mp4");
            joined.addAll(hashes(file));
            assertThat(Probe.packets(file, "a:0").getFirst().pts()).isBetween(0.0, FRAME_SECONDS);
        }
        assertThat(joined).isEqualTo(sourceHashes());
    }

    @Test
    void soundThatCantBeKeptIsEncoded() throws Exception {
        CodedFormat opus = new CodedFormat(Track.AUDIO, "opus", Bytes.takeOver(new byte[0]), 0, 0, RATE, 1);
        try (Bench bench = bench(Map.of())) {
            int picture = 0;
            for (int index = 0; index < 100; index++) {
                double seconds = index * FRAME_SECONDS;
                picture = pictures(bench, picture, seconds);
                give(bench, new MediaPacket(opus, true, 0, 0, Bytes.takeOver(new byte[] {1})), seconds);
                bench.engine.sound(Synthetic.stamp(1, index, seconds), Synthetic.tone(RATE, 1000, index * 1024L, 1024));
            }
            bench.finish();
            assertThat(bench.engine.wantsSoundPackets()).isFalse();
        }
        assertThat(Probe.stream(folder.resolve("video-0001.mp4"), "a:0").getString("codec_name"))
                .isEqualTo("aac");
        assertThat(Probe.packets(folder.resolve("video-0001.mp4"), "a:0")).hasSizeGreaterThan(95);
    }
}
