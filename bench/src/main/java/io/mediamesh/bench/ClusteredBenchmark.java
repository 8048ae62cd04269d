package io.mediamesh.bench;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;

/** One stream to 20 viewers out of six processes, beside the same out of one. */
final class ClusteredBenchmark implements Benchmark {
    private static final String STREAM = "bench";
    private static final String URL = "test:?size=640x480&fps=30";
    private static final int VIEWERS = 20;
    private static final long WARM_UP_MILLIS = 15_000;
    private static final long WINDOW_MILLIS = 8_000;
    private static final double GOAL_CPU_RATIO = 1.6;
    private static final double GOAL_MORE_MILLIS = 15;

    @Override
    public String name() {
        return "clustered";
    }

    @Override
    public String summary() {
        return "CPU and delay of one stream to 20 viewers, from six processes beside one";
    }

    private record Round(double cpuMillisPerSecond, double p95Millis) {}

    /** What the processes' CPU time is. */
    private interface Cpu {
        Duration used() throws IOException;
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Round> together = new ArrayList<>();
        List<Round> apart = new ArrayList<>();
        try (Product product = Product.ready(lab, Map.of());
                Members members = Members.start(
                        lab, 1, List.of("ingest", "vision", "audio", "tracking", "recorder", "gateway"))) {
            product.putStream(STREAM, URL);
            members.putStream(STREAM, URL);
            int port = members.member("gateway-1").port();
            lab.say("warming up");
            round(lab, product.port(), () -> ProcFs.cpuTime(product.pid()), WARM_UP_MILLIS);
            round(lab, port, members::cpuTime, WARM_UP_MILLIS);
            for (int number = 1; number <= lab.rounds(); number++) {
                together.add(round(lab, product.port(), () -> ProcFs.cpuTime(product.pid()), WINDOW_MILLIS));
                apart.add(round(lab, port, members::cpuTime, WINDOW_MILLIS));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.0f ms of CPU a second, p95 %.1f ms; in one process %.0f ms, %.1f ms",
                        number,
                        lab.rounds(),
                        apart.getLast().cpuMillisPerSecond,
                        apart.getLast().p95Millis,
                        together.getLast().cpuMillisPerSecond,
                        together.getLast().p95Millis));
            }
        }
        double p95 = Medians.of(apart.stream().map(Round::p95Millis).toList());
        double p95Together = Medians.of(together.stream().map(Round::p95Millis).toList());
        return new Outcome(
                List.of(
                        Figure.beside(
                                "CPU of all six processes",
                                "ms/s",
                                Medians.of(apart.stream()
                                        .map(Round::cpuMillisPerSecond)
                                        .toList()),
                                new Figure.Peer(
                                        "one process",
                                        Medians.of(together.stream()
                                                .map(Round::cpuMillisPerSecond)
                                                .toList())),
                                new Goal.RatioAtMost(GOAL_CPU_RATIO)),
                        Figure.beside(
                                "capture to viewer, p95",
                                "ms",
                                p95,
                                new Figure.Peer("one process", p95Together),
                                new Goal.None()),
                        Figure.alone(
                                "p95 more than in one process",
                                "ms",
                                p95 - p95Together,
                                new Goal.ValueAtMost(GOAL_MORE_MILLIS))),
                List.of());
    }

    private static Round round(Lab lab, int port, Cpu cpu, long millis) throws IOException, InterruptedException {
        ConcurrentHistogram micros = new ConcurrentHistogram(3);
        List<TopicViewer> viewers = new ArrayList<>();
        try {
            for (int viewer = 0; viewer < VIEWERS; viewer++) {
                viewers.add(TopicViewer.open(
                                lab.vertx(),
                                port,
                                Product.topicPath(STREAM, "video"),
                                (header, jpeg) -> micros.recordValue(Math.max(0, ageMicros(header))))
                        .await());
            }
            lab.pause(1_000);
            micros.reset();
            Duration before = cpu.used();
            long begin = System.nanoTime();
            lab.pause(millis);
            double seconds = (System.nanoTime() - begin) / 1e9;
            double used = cpu.used().minus(before).toNanos() / 1e6;
            if (micros.getTotalCount() < VIEWERS * seconds * 25) {
                throw new IllegalStateException("only " + micros.getTotalCount() + " frames came in " + seconds + " s");
            }
            return new Round(used / seconds, micros.getValueAtPercentile(95) / 1e3);
        } finally {
            Future.join(viewers.stream().map(TopicViewer::close).toList()).await();
        }
    }

    private static long ageMicros(JsonObject header) {
        Instant now = Instant.now();
        return Math.round(now.getEpochSecond() * 1e6 + now.getNano() / 1e3 - header.getDouble("timestamp") * 1e6);
    }
}
