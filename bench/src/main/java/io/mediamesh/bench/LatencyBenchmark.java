package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** From the capture of a frame of the test source to the last byte of its JPEG at a WebSocket client. */
final class LatencyBenchmark implements Benchmark {
    private static final long WARM_UP_MILLIS = 4_000;
    private static final long WINDOW_MILLIS = 8_000;
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
        try (Product product = Product.ready(lab, Map.of())) {
            product.putStream("latency", "test:");
            List<Double> p50 = new ArrayList<>();
            List<Double> p95 = new ArrayList<>();
            try (LatencyProbe probe = new LatencyProbe(lab, product, "latency")) {
                lab.say("warming up");
                lab.pause(WARM_UP_MILLIS);
                for (int round = 0; round < lab.rounds(); round++) {
                    Histogram seen = probe.microsOver(WINDOW_MILLIS);
                    p50.add(seen.getValueAtPercentile(50) / 1e3);
                    p95.add(seen.getValueAtPercentile(95) / 1e3);
                }
            }
            return new Outcome(
                    List.of(
                            Figure.alone(
                                    "capture to client, p95", "ms", Medians.of(p95), new Goal.ValueAtMost(GOAL_MILLIS)),
                            Figure.alone("capture to client, p50", "ms", Medians.of(p50), new Goal.None())),
                    List.of("p95 of single rounds of 8 s: " + Medians.spread(p95) + " ms"));
        }
    }
}
