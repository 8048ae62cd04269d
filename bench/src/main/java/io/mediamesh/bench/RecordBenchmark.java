package io.mediamesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/**
 * What recording costs: pictures encoded anew beside the ffmpeg program of the same build of the same libraries, and
 * coded pictures of an RTSP server that are kept as they come.
 */
final class RecordBenchmark implements Benchmark {
    /** For each kind: the JVM compiles what runs some ten times a second only after minutes. */
    private static final long WARM_UP_MILLIS = 60_000;

    /** What is kept is so little work that a minute of one stream would not do. */
    private static final List<String> CAMERAS = List.of("camera", "camera2", "camera3", "camera4");

    private static final long SETTLE_MILLIS = 4_000;
    private static final long WINDOW_MILLIS = 12_000;
    private static final String BITRATE = "4000000";

    @Override
    public String name() {
        return "record";
    }

    @Override
    public String summary() {
        return "CPU of recording 1280×720 at 30 fps, beside the ffmpeg program, and of keeping an RTSP server's H.264";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        String program = Loader.load(ffmpeg.class);
        Path clip = clip(lab, program);
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> kept = new ArrayList<>();
        try (RtspPeer camera = RtspPeer.start(lab);
                Product product = Product.ready(
                        lab,
                        Map.of(
                                "MEDIAMESH_RECORDER_BIT_RATE_KBPS",
                                "4000",
                                "MEDIAMESH_INGEST_ALLOWED_ADDRESSES",
                                "127.0.0.1"))) {
            product.putStream("clip", clip.toUri().toString(), true);
            for (String stream : CAMERAS) {
                product.putStream(stream, camera.url(), false);
            }
            lab.say("warming up");
            warmUp(lab, product, List.of("clip"));
            warmUp(lab, product, CAMERAS);
            for (int number = 1; number <= lab.rounds(); number++) {
                ours.add(recording(lab, product, "clip"));
                theirs.add(peer(lab, program, clip));
                kept.add(recording(lab, product, CAMERAS.getFirst()));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.1f %% of a core, ffmpeg %.1f %%, kept as it comes %.2f %%",
                        number,
                        lab.rounds(),
                        ours.getLast(),
                        theirs.getLast(),
                        kept.getLast()));
            }
        }
        return new Outcome(
                List.of(
                        Figure.beside(
                                "recording 720p30",
                                "% of a core",
                                Medians.of(ours),
                                new Figure.Peer("ffmpeg", Medians.of(theirs)),
                                new Goal.RatioAtMost(1.1)),
                        Figure.alone(
                                "keeping an RTSP stream's H.264",
                                "% of a core",
                                Medians.of(kept),
                                new Goal.ValueAtMost(2))),
                List.of("single rounds: " + Medians.spread(ours) + ", ffmpeg " + Medians.spread(theirs) + ", kept "
                        + Medians.spread(kept) + " % of a core"));
    }

    private static void warmUp(Lab lab, Product product, List<String> streams)
            throws IOException, InterruptedException {
        List<String> recordings = new ArrayList<>();
        for (String stream : streams) {
            recordings.add(product.record(stream, "video"));
        }
        lab.pause(WARM_UP_MILLIS);
        for (String recording : recordings) {
            product.stopRecording(recording);
        }
    }

    /** Some seconds of pictures that are not coded, for both to encode. */
    private static Path clip(Lab lab, String program) throws IOException, InterruptedException {
        Path clip = lab.scratch().resolve("clip.y4m");
        try (Child maker = Child.silent(
                lab,
                "clip",
                List.of(
                        program,
                        "-nostdin",
                        "-v",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=1280x720:rate=30:duration=4",
                        "-vf",
                        "noise=alls=6:allf=t,format=yuv420p",
                        "-y",
                        clip.toString()),
                Map.of())) {
            maker.expectSuccess(120);
        }
        return clip;
    }

    private static double recording(Lab lab, Product product, String stream) throws IOException, InterruptedException {
        String recording = product.record(stream, "video");
        lab.pause(SETTLE_MILLIS);
        double percent = percentOfACore(lab, product.pid());
        product.stopRecording(recording);
        return percent;
    }

    private static double peer(Lab lab, String program, Path clip) throws IOException, InterruptedException {
        List<String> command = List.of(
                program,
                "-nostdin",
                "-v",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                clip.toString(),
                "-an",
                "-c:v",
                "libopenh264",
                "-b:v",
                BITRATE,
                "-g",
                "30",
                "-threads",
                "1",
                "-movflags",
                "frag_keyframe+empty_moov+default_base_moof",
                "-f",
                "mp4",
                "-y",
                "peer.mp4");
        try (Child child = Child.silent(lab, "ffmpeg", command, Map.of())) {
            lab.pause(SETTLE_MILLIS);
            double percent = percentOfACore(lab, child.pid());
            if (!child.isAlive()) {
                throw child.failure("ended by itself");
            }
            return percent;
        }
    }

    private static double percentOfACore(Lab lab, long pid) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Duration before = ProcFs.cpuTime(pid);
        lab.pause(WINDOW_MILLIS);
        Duration used = ProcFs.cpuTime(pid).minus(before);
        return 100.0 * used.toNanos() / (System.nanoTime() - begin);
    }
}
