package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From the capture of a frame of the test source to the last byte of its JPEG at a WebSocket client: how old the
 * capture time in the frame's header is when the picture has come. Both ends read the same wall clock.
 */
final class LatencyBenchmark implements Benchmark {
    private static final long WARM_UP_MILLIS = 4_000;
    private static final long WINDOW_MILLIS = 8_000;
    private static final int MIN_FRAMES = 60;
    private static final double GOAL_MILLIS = 60;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String summary() {
        return "time from capture to a WebSocket client, test source of 640×480";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        ConcurrentHistogram micros = new ConcurrentHistogram(3);
        try (Product product = Product.ready(lab, Map.of())) {
            product.putStream("latency", "test:");
            TopicViewer viewer = TopicViewer.open(
                            lab.vertx(),
                            product.port(),
                            Product.topicPath("latency", "video"),
                            (header, jpeg) -> micros.recordValue(Math.max(0, ageMicros(header))))
                    .await();
            lab.say("warming up");
            lab.pause(WARM_UP_MILLIS);
            List<Double> p50 = new ArrayList<>();
            List<Double> p95 = new ArrayList<>();
            for (int round = 0; round < lab.rounds(); round++) {
                micros.reset();
                lab.pause(WINDOW_MILLIS);
                Histogram seen = micros.copy();
                if (seen.getTotalCount() < MIN_FRAMES) {
                    product.expectAlive();
                    throw new IllegalStateException("only " + seen.getTotalCount() + " frames came in "
                            + WINDOW_MILLIS / 1000 + " s from the test source");
                }
                p50.add(seen.getValueAtPercentile(50) / 1e3);
                p95.add(seen.getValueAtPercentile(95) / 1e3);
            }
            viewer.close().await();
            return new Outcome(
                    List.of(
                            Figure.alone(
                                    "capture to client, p95", "ms", Medians.of(p95), new Goal.ValueAtMost(GOAL_MILLIS)),
                            Figure.alone("capture to client, p50", "ms", Medians.of(p50), new Goal.None())),
                    List.of("p95 of single rounds of 8 s: " + Medians.spread(p95) + " ms"));
        }
    }

    private static long ageMicros(JsonObject header) {
        Instant now = Instant.now();
        double capturedMicros = header.getDouble("timestamp") * 1e6;
        return Math.round(now.getEpochSecond() * 1e6 + now.getNano() / 1e3 - capturedMicros);
    }
}
