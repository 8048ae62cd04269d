package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether those who watch a stream notice that it is recorded: the time to a viewer with a recording beside without. */
final class RecordedLatencyBenchmark implements Benchmark {
    private static final String STREAM = "recorded";
    private static final long WARM_UP_MILLIS = 15_000;
    private static final long SETTLE_MILLIS = 2_000;
    private static final long WINDOW_MILLIS = 8_000;

    @Override
    public String name() {
        return "recorded";
    }

    @Override
    public String summary() {
        return "time from capture to a WebSocket client while the stream is recorded, beside without";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        try (Product product = Product.ready(lab, Map.of())) {
            product.putStream(STREAM, "test:");
            try (LatencyProbe probe = new LatencyProbe(lab, product, STREAM)) {
                lab.say("warming up");
                String warm = product.record(STREAM, "video");
                lab.pause(WARM_UP_MILLIS);
                product.stopRecording(warm);
                for (int round = 0; round < lab.rounds(); round++) {
                    lab.pause(SETTLE_MILLIS);
                    without.add(probe.microsOver(WINDOW_MILLIS).getValueAtPercentile(95) / 1e3);
                    String recording = product.record(STREAM, "video");
                    lab.pause(SETTLE_MILLIS);
                    with.add(probe.microsOver(WINDOW_MILLIS).getValueAtPercentile(95) / 1e3);
                    product.stopRecording(recording);
                }
            }
        }
        return new Outcome(
                List.of(Figure.beside(
                        "capture to client while recorded, p95",
                        "ms",
                        Medians.of(with),
                        new Figure.Peer("not recorded", Medians.of(without)),
                        new Goal.RatioAtMost(1.1))),
                List.of("single rounds of 8 s: " + Medians.spread(with) + ", not recorded " + Medians.spread(without)
                        + " ms"));
    }
}
