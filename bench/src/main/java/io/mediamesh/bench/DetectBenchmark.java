package io.mediamesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Detection with a model of the user: how much of what ONNX Runtime alone could do comes to a client, from one stream and
 * from eight; whether their video keeps its rate meanwhile; and annotated pictures beside a server on FastAPI, OpenCV and
 * ONNX Runtime.
 */
final class DetectBenchmark implements Benchmark {
    private static final String ALONE = "ONNX Runtime alone";
    private static final int STREAMS = 8;
    private static final int SOURCE_FPS = 30;
    private static final long WARM_UP_MILLIS = 15_000;
    private static final long SETTLE_MILLIS = 2_000;
    private static final long WINDOW_MILLIS = 6_000;
    private static final double GOAL_SHARE = 0.95;
    private static final double GOAL_UNFAIR_PERCENT = 10;
    private static final double GOAL_BESIDE_DEFAULTS = 2;
    private static final double GOAL_BESIDE_TUNED = 1.1;

    /** One thread looks at pictures, with one thread in ONNX Runtime, as often as it can. */
    private static Map<String, String> settings(Lab lab, int maxRateHz) {
        Map<String, String> settings = new HashMap<>();
        settings.put("MEDIAMESH_VISION_MODELS", "yolo=" + DetectionPeer.model(lab));
        settings.put("MEDIAMESH_VISION_DETECTORS", "yolo");
        settings.put("MEDIAMESH_VISION_THREADS", "1");
        settings.put("MEDIAMESH_VISION_MODEL_THREADS", "1");
        settings.put("MEDIAMESH_VISION_MAX_RATE", String.valueOf(maxRateHz));
        return settings;
    }

    @Override
    public String name() {
        return "detect";
    }

    @Override
    public String summary() {
        return "detections of YOLOX-Nano beside ONNX Runtime alone, and annotated pictures beside a FastAPI server";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try (Child runtime = DetectionPeer.runtime(lab)) {
            one(lab, runtime, figures, notes);
            many(lab, runtime, figures, notes);
        }
        beside(lab, figures, notes);
        return new Outcome(figures, notes);
    }

    private static double alone(Child runtime) throws IOException, InterruptedException {
        runtime.tell(String.valueOf(WINDOW_MILLIS));
        return Double.parseDouble(runtime.expectLine());
    }

    private static void one(Lab lab, Child runtime, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (Product product = Product.ready(lab, settings(lab, 120))) {
            product.putStream("fast", "test:?size=640x480&fps=120");
            for (int round = 0; round <= lab.rounds(); round++) {
                double rate;
                try (MessageCounter found =
                        MessageCounter.open(lab.vertx(), product.port(), Product.topicPath("fast", "detections"))) {
                    lab.pause(round == 0 ? WARM_UP_MILLIS : SETTLE_MILLIS);
                    rate = sum(MessageCounter.rates(lab, List.of(found), WINDOW_MILLIS)
                            .values());
                }
                lab.pause(SETTLE_MILLIS);
                double runtimeRate = alone(runtime);
                if (round > 0) {
                    ours.add(rate);
                    theirs.add(runtimeRate);
                    say(lab, round, "one stream", rate, runtimeRate);
                }
            }
        }
        figures.add(Figure.beside(
                "detections of one stream",
                "/s",
                Medians.of(ours),
                new Figure.Peer(ALONE, Medians.of(theirs)),
                new Goal.RatioAtLeast(GOAL_SHARE)));
        notes.add("one stream in single rounds: " + Medians.spread(ours) + ", " + ALONE + " " + Medians.spread(theirs));
    }

    private static void say(Lab lab, int round, String what, double ours, double theirs) {
        lab.say(String.format(
                Locale.ROOT,
                "round %d of %d: %s %.1f detections a second, %s %.1f",
                round,
                lab.rounds(),
                what,
                ours,
                ALONE,
                theirs));
    }

    private static double sum(Collection<Double> rates) {
        return rates.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static void many(Lab lab, Child runtime, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> unfair = new ArrayList<>();
        List<Double> video = new ArrayList<>();
        List<Double> videoAlone = new ArrayList<>();
        try (Product product = Product.ready(lab, settings(lab, 120))) {
            for (int stream = 0; stream < STREAMS; stream++) {
                product.putStream("cam" + stream, "test:?size=640x480&fps=" + SOURCE_FPS);
            }
            FrameCounter watched = FrameCounter.open(lab, product, "cam0");
            for (int round = 0; round <= lab.rounds(); round++) {
                List<MessageCounter> counters = new ArrayList<>();
                for (int stream = 0; stream < STREAMS; stream++) {
                    counters.add(MessageCounter.open(
                            lab.vertx(), product.port(), Product.topicPath("cam" + stream, "detections")));
                }
                lab.pause(round == 0 ? WARM_UP_MILLIS : SETTLE_MILLIS);
                watched.begin();
                Collection<Double> rates =
                        MessageCounter.rates(lab, counters, WINDOW_MILLIS).values();
                double saturatedFps = watched.perSecond();
                counters.forEach(MessageCounter::close);
                lab.pause(SETTLE_MILLIS);
                watched.begin();
                lab.pause(SETTLE_MILLIS);
                double quietFps = watched.perSecond();
                double runtimeRate = alone(runtime);
                if (round > 0) {
                    ours.add(sum(rates));
                    theirs.add(runtimeRate);
                    double mean = sum(rates) / STREAMS;
                    unfair.add(100 * Math.max(Collections.max(rates) - mean, mean - Collections.min(rates)) / mean);
                    video.add(saturatedFps);
                    videoAlone.add(quietFps);
                    say(lab, round, STREAMS + " streams", sum(rates), runtimeRate);
                }
            }
            watched.close();
        }
        figures.add(Figure.beside(
                "detections of " + STREAMS + " streams",
                "/s",
                Medians.of(ours),
                new Figure.Peer(ALONE, Medians.of(theirs)),
                new Goal.RatioAtLeast(GOAL_SHARE)));
        figures.add(Figure.alone(
                "the stream farthest from their mean",
                "%",
                Medians.of(unfair),
                new Goal.ValueAtMost(GOAL_UNFAIR_PERCENT)));
        figures.add(Figure.beside(
                "video of one of them meanwhile",
                "fps",
                Medians.of(video),
                new Figure.Peer("without detection", Medians.of(videoAlone)),
                new Goal.RatioAtLeast(0.99)));
        notes.add(STREAMS + " streams in single rounds: " + Medians.spread(ours) + ", " + ALONE + " "
                + Medians.spread(theirs));
    }

    /** What one client of annotated pictures got. */
    private record Annotated(double perCpuSecond, double perSecond, double p95Millis) {}

    private static void beside(Lab lab, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        Path clip = DetectionPeer.clip(lab);
        List<Annotated> ours = new ArrayList<>();
        List<Annotated> plain = new ArrayList<>();
        List<Annotated> tuned = new ArrayList<>();
        try (Product product = Product.ready(lab, settings(lab, 15));
                DetectionPeer.Server defaults = DetectionPeer.server(lab, clip, false);
                DetectionPeer.Server careful = DetectionPeer.server(lab, clip, true)) {
            product.putStream("clip", clip.toUri().toString(), true);
            String path = "/ws/video-stream";
            lab.say("warming up");
            watch(lab, product.port(), path + "?stream=clip", product.pid(), 4 * WARM_UP_MILLIS);
            for (int round = 1; round <= lab.rounds(); round++) {
                ours.add(watch(lab, product.port(), path + "?stream=clip", product.pid(), SETTLE_MILLIS));
                plain.add(watch(lab, defaults.port(), path, defaults.child().pid(), SETTLE_MILLIS));
                tuned.add(watch(lab, careful.port(), path, careful.child().pid(), SETTLE_MILLIS));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.1f annotated pictures for a second of CPU, FastAPI %.1f, tuned %.1f",
                        round,
                        lab.rounds(),
                        ours.getLast().perCpuSecond,
                        plain.getLast().perCpuSecond,
                        tuned.getLast().perCpuSecond));
            }
        }
        figures.addAll(besideFigures(ours, plain, tuned));
        notes.add(String.format(
                Locale.ROOT,
                "annotated pictures a second: %.1f, FastAPI %.1f, tuned %.1f; for a second of CPU in single rounds %s, %s, %s",
                Medians.of(ours.stream().map(Annotated::perSecond).toList()),
                Medians.of(plain.stream().map(Annotated::perSecond).toList()),
                Medians.of(tuned.stream().map(Annotated::perSecond).toList()),
                Medians.spread(ours.stream().map(Annotated::perCpuSecond).toList()),
                Medians.spread(plain.stream().map(Annotated::perCpuSecond).toList()),
                Medians.spread(tuned.stream().map(Annotated::perCpuSecond).toList())));
    }

    private static List<Figure> besideFigures(List<Annotated> ours, List<Annotated> plain, List<Annotated> tuned) {
        double perCpu = Medians.of(ours.stream().map(Annotated::perCpuSecond).toList());
        return List.of(
                Figure.beside(
                        "annotated pictures for a second of CPU",
                        "",
                        perCpu,
                        new Figure.Peer(
                                "FastAPI",
                                Medians.of(plain.stream()
                                        .map(Annotated::perCpuSecond)
                                        .toList())),
                        new Goal.RatioAtLeast(GOAL_BESIDE_DEFAULTS)),
                Figure.beside(
                        "the same",
                        "",
                        perCpu,
                        new Figure.Peer(
                                "FastAPI, tuned",
                                Medians.of(tuned.stream()
                                        .map(Annotated::perCpuSecond)
                                        .toList())),
                        new Goal.RatioAtLeast(GOAL_BESIDE_TUNED)),
                Figure.beside(
                        "capture to client, annotated, p95",
                        "ms",
                        Medians.of(ours.stream().map(Annotated::p95Millis).toList()),
                        new Figure.Peer(
                                "FastAPI, tuned",
                                Medians.of(
                                        tuned.stream().map(Annotated::p95Millis).toList())),
                        new Goal.RatioAtMost(1)));
    }

    private static Annotated watch(Lab lab, int port, String path, long pid, long settleMillis)
            throws IOException, InterruptedException {
        try (MessageCounter pictures = MessageCounter.open(lab.vertx(), port, path)) {
            lab.pause(settleMillis);
            Duration before = ProcFs.cpuTime(pid);
            pictures.takeAges();
            long count = pictures.messages();
            long begin = System.nanoTime();
            lab.pause(WINDOW_MILLIS);
            Histogram ages = pictures.takeAges();
            double frames = pictures.messages() - count;
            return new Annotated(
                    frames * 1e9 / ProcFs.cpuTime(pid).minus(before).toNanos(),
                    frames * 1e9 / (System.nanoTime() - begin),
                    ages.getValueAtPercentile(95) / 1e3);
        }
    }

    /** Counts the pictures of a stream that come to a client. */
    private static final class FrameCounter implements AutoCloseable {
        private final AtomicLong frames = new AtomicLong();
        private final TopicViewer viewer;
        private long beginNanos;

        private FrameCounter(Lab lab, Product product, String stream) {
            this.viewer = TopicViewer.open(
                            lab.vertx(),
                            product.port(),
                            Product.topicPath(stream, "video"),
                            (header, jpeg) -> frames.incrementAndGet())
                    .await();
        }

        static FrameCounter open(Lab lab, Product product, String stream) {
            return new FrameCounter(lab, product, stream);
        }

        void begin() {
            frames.set(0);
            beginNanos = System.nanoTime();
        }

        double perSecond() {
            return frames.get() * 1e9 / (System.nanoTime() - beginNanos);
        }

        @Override
        public void close() {
            viewer.close().await();
        }
    }
}
