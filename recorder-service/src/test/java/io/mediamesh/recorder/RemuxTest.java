package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.MediaPacket.Track;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that another program (Debian's ffmpeg with x264) coded are kept as they are. */
@Tag("slow")
final class RemuxTest {
    private final Path folder;
    private final Path source;

    RemuxTest(@TempDir Path directory) throws Exception {
        this.source = directory.resolve("source.mp4");
        this.folder = Files.createDirectory(directory.resolve("recording"));
    }

    private record Source(List<MediaPacket> packets, List<Double> seconds) {}

    /** Packets of a clip; as a byte stream with parameter sets in it, or as an MP4 file has them. */
    private Source clip(boolean byteStream, int bFrames, String size) throws Exception {
        Probe.text(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=" + size + ":rate=25",
                "-t",
                "8",
                "-c:v",
                "libx264",
                "-g",
                "50",
                "-bf",
                String.valueOf(bFrames),
                "-pix_fmt",
                "yuv420p",
                source.toString());
        return read(byteStream);
    }

    private Source read(boolean byteStream) throws Exception {
        Path annexB = source.resolveSibling("source.h264");
        Probe.text("ffmpeg", "-v", "error", "-y", "-i", source.toString(), "-c", "copy", annexB.toString());
        byte[] stream = Files.readAllBytes(annexB);
        List<Probe.Packet> probed = Probe.packets(source, "v:0");
        List<byte[]> pictures = pictures(stream);
        assertThat(pictures).hasSameSizeAs(probed);
        Bytes configuration = byteStream ? Bytes.takeOver(new byte[0]) : Mp4Configuration.of(pictures.getFirst());
        var json = Probe.stream(source, "v:0");
        CodedFormat format = new CodedFormat(
                Track.VIDEO, "h264", configuration, json.getInteger("width"), json.getInteger("height"), 0, 0);
        List<MediaPacket> packets = new ArrayList<>();
        for (int index = 0; index < probed.size(); index++) {
            Probe.Packet picture = probed.get(index);
            Bytes data = Bytes.takeOver(pictures.get(index));
            long reorder = Math.round((picture.pts() - picture.dts()) * 1e9);
            Bytes kept = byteStream
                    ? data
                    : NalUnits.inMp4(new TrackFormats.Pictures("h264", 16, 16, Bytes.takeOver(new byte[0])), data);
            packets.add(new MediaPacket(format, picture.key(), reorder, 40_000_000, kept));
        }
        return new Source(packets, probed.stream().map(Probe.Packet::pts).toList());
    }

    /** Access units: a new one begins with an SPS, an SEI message or a slice after a slice (baseline of one slice). */
    private static List<byte[]> pictures(byte[] stream) {
        List<byte[]> pictures = new ArrayList<>();
        int begin = 0;
        boolean slice = false;
        for (NalUnits.Range unit : NalUnits.units(stream)) {
            int type = stream[unit.start()] & 0x1f;
            boolean firstSlice = (type == 1 || type == 5) && (stream[unit.start() + 1] & 0x80) != 0;
            if (slice && (type == 7 || type == 8 || type == 6 || type == 9 || firstSlice)) {
                int end = stream[unit.start() - 4] == 0 ? unit.start() - 4 : unit.start() - 3;
                pictures.add(Arrays.copyOfRange(stream, begin, end));
                begin = end;
                slice = false;
            }
            slice |= type == 1 || type == 5;
        }
        pictures.add(Arrays.copyOfRange(stream, begin, stream.length));
        return pictures;
    }

    private static String frames(Path file) {
        return Probe.text("ffmpeg", "-v", "error", "-i", file.toString(), "-map", "0:v", "-f", "framemd5", "-")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.lastIndexOf(',')))
                .reduce("", (a, b) -> a + b);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void codedPicturesAreKeptByteForByte(boolean byteStream) throws Exception {
        Source clip = clip(byteStream, 0, "320x240");
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int index = 0; index < clip.packets().size(); index++) {
                bench.engine.picturePacket(
                        Synthetic.stamp(1, index, clip.seconds().get(index)),
                        clip.packets().get(index));
            }
            bench.finish();
        }
        Path file = folder.resolve("video-0001.mp4");
        assertThat(frames(file)).isEqualTo(frames(source));
        assertThat(slices(file)).isEqualTo(slices(source));
    }

    /** The coded pictures alone: parameter sets may lie beside or between them. */
    private static byte[] slices(Path file) {
        return Probe.run(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-c",
                "copy",
                "-bsf:v",
                "filter_units=pass_types=1|5",
                "-f",
                "h264",
                "-"));
    }

    @Test
    void picturesThatAreShownInAnotherOrderKeepTheirTimes() throws Exception {
        Source clip = clip(false, 2, "320x240");
        assertThat(clip.packets()).anyMatch(packet -> packet.reorderNanos() > 40_000_000);
        double first = clip.seconds().stream().min(Double::compare).orElseThrow();
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int index = 0; index < clip.packets().size(); index++) {
                bench.engine.picturePacket(
                        Synthetic.stamp(1, index, clip.seconds().get(index)),
                        clip.packets().get(index));
            }
            bench.finish();
        }
        Path file = folder.resolve("video-0001.mp4");
        assertThat(frames(file)).isEqualTo(frames(source));
        List<Double> times =
                Probe.packets(file, "v:0").stream().map(Probe.Packet::pts).toList();
        for (int index = 0; index < times.size(); index++) {
            assertThat(times.get(index)).isCloseTo(clip.seconds().get(index) - first, within(0.001));
        }
    }

    @Test
    void theyBeginWithAKeyframeAndAfterALossWithTheNext() throws Exception {
        Source clip = clip(true, 0, "320x240");
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int index = 10; index < clip.packets().size(); index++) {
                if (index != 120) {
                    bench.engine.picturePacket(
                            Synthetic.stamp(1, index, clip.seconds().get(index)),
                            clip.packets().get(index));
                }
            }
            bench.finish();
            assertThat(bench.lines("gap")).hasSize(1);
        }
        // Keyframes are at 0, 50, 100, 150; without 120 nothing can be decoded until 150.
        List<Probe.Packet> pictures = Probe.packets(folder.resolve("video-0001.mp4"), "v:0");
        assertThat(pictures).hasSize(70 + 50);
        assertThat(pictures.get(70).key()).isTrue();
        assertThat(pictures.get(70).pts()).isCloseTo((150 - 50) / 25.0, within(0.001));
        Probe.luma(folder.resolve("video-0001.mp4"));
    }

    @Test
    void fragmentsAreShortAlsoWhereKeyframesAreFarApart() throws Exception {
        Source clip = clip(true, 0, "320x240");
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int index = 0; index < clip.packets().size(); index++) {
                bench.engine.picturePacket(
                        Synthetic.stamp(1, index, clip.seconds().get(index)),
                        clip.packets().get(index));
            }
            bench.finish();
        }
        Mp4Scan scan = Mp4Scan.of(folder.resolve("video-0001.mp4"));
        assertThat(scan.seconds()).isCloseTo(8, within(0.001));
        assertThat(scan.fragments()).isGreaterThanOrEqualTo(15);
    }

    @Test
    void pictureOfAnotherSizeBeginAPart() throws Exception {
        Source first = clip(true, 0, "320x240");
        Source second = clip(true, 0, "160x120");
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int index = 0; index < 60; index++) {
                bench.engine.picturePacket(
                        Synthetic.stamp(1, index, index / 25.0), first.packets().get(index));
            }
            for (int index = 0; index < 60; index++) {
                bench.engine.picturePacket(
                        Synthetic.stamp(2, index, 3 + index / 25.0),
                        second.packets().get(index));
            }
            bench.finish();
            assertThat(bench.journal.recording().parts()).hasSize(2);
        }
        assertThat(Probe.luma(folder.resolve("video-0001.mp4"))).hasSize(60 * 320 * 240);
        assertThat(Probe.luma(folder.resolve("video-0002.mp4"))).hasSize(60 * 160 * 120);
    }
}
