package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.MediaPacket.Track;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Prints what recording costs: {@code encode clip.yuv} the CPU time of encoding 720p30 pictures of a raw file, to be
 * held against the ffmpeg command; {@code remux clip.yuv} the share of a core that keeping coded pictures takes.
 */
final class RecordingCost {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    private static final int FPS = 30;
    private static final int REMUX_SECONDS = 20;

    private RecordingCost() {}

    public static void main(String[] arguments) throws Exception {
        Path clip = Path.of(arguments[1]);
        if (arguments[0].equals("encode")) {
            for (int run = 1; run <= 3; run++) {
                encode(run, clip);
            }
        } else {
            remux(clip);
        }
    }

    private static double cpuSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }

    private static VideoFrame read(FileChannel file) throws IOException {
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        ByteBuffer target = ByteBuffer.wrap(planes);
        while (target.hasRemaining() && file.read(target) >= 0) {}
        return VideoFrame.of(new I420(WIDTH, HEIGHT, I420.Range.LIMITED, Bytes.takeOver(planes)));
    }

    private static void encode(int run, Path clip) throws Exception {
        Path folder = Files.createTempDirectory("cost");
        long pictures = Files.size(clip) / I420.sizeBytes(WIDTH, HEIGHT);
        double before = cpuSeconds();
        try (Bench bench = Bench.of(folder, true, Map.of("recorder.fsync", "fragment"));
                FileChannel file = FileChannel.open(clip)) {
            for (int picture = 0; picture < pictures; picture++) {
                bench.engine.picture(Synthetic.stamp(1, picture, picture / (double) FPS), read(file));
            }
            bench.finish();
        }
        double used = cpuSeconds() - before;
        System.out.printf(
                "run %d: %.2f s of CPU for %d pictures, %.2f ms each%n", run, used, pictures, 1000 * used / pictures);
    }

    private static void remux(Path clip) throws Exception {
        List<MediaPacket> packets = packets(clip);
        Vertx timers = Vertx.vertx();
        SyntheticSource coded = SyntheticSource.manual(timers, index -> packets.get((int) (index % packets.size())));
        timers.setPeriodic(1000 / FPS, tick -> coded.emit(1));
        Path root = Files.createTempDirectory("cost");
        try (Recorder recorder = Recorder.start(root, Map.of(), Map.of(Topic.PACKETS, coded, Topic.VIDEO, coded))) {
            recorder.addStream("cam");
            String id = recorder.start("cam", "video").id();
            TimeUnit.SECONDS.sleep(REMUX_SECONDS);
            double before = cpuSeconds();
            TimeUnit.SECONDS.sleep(REMUX_SECONDS);
            double used = cpuSeconds() - before;
            System.out.printf(
                    "%.2f %% of a core, the source's timer and all, for %s%n",
                    100 * used / REMUX_SECONDS, recorder.stop(id).remuxed() ? "kept pictures" : "encoded ones");
        }
        timers.close();
    }

    private static List<MediaPacket> packets(Path clip) throws Exception {
        List<MediaPacket> packets = new ArrayList<>();
        PictureEncoder.Shape shape = new PictureEncoder.Shape(WIDTH, HEIGHT, I420.Range.LIMITED, FPS);
        try (PictureEncoder encoder = PictureEncoder.open("libopenh264", shape, 0);
                FileChannel file = FileChannel.open(clip)) {
            CodedFormat format =
                    new CodedFormat(Track.VIDEO, "h264", Mp4Configuration.of(encoder.format()), WIDTH, HEIGHT, 0, 0);
            for (int picture = 0; picture < 5 * FPS; picture++) {
                encoder.encode(
                        read(file).picture(new OpenCvPictureCodec()),
                        picture * Ticks.PER_SECOND / FPS,
                        picture % (2 * FPS) == 0,
                        one -> packets.add(new MediaPacket(format, one.keyframe(), 0, 0, one.data())));
            }
        }
        return packets;
    }
}
