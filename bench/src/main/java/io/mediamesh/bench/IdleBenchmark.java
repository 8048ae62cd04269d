package io.mediamesh.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What 100 streams cost that nobody watches; beside it the product with one. */
final class IdleBenchmark implements Benchmark {
    private static final int STREAMS = 100;
    private static final long WINDOW_MILLIS = 10_000;
    private static final long SETTLE_MILLIS = 10_000;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String summary() {
        return "CPU of the product with 100 idle streams without subscribers";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        try (Product many = Product.ready(lab, Map.of());
                Product one = Product.ready(lab, Map.of())) {
            for (int stream = 0; stream < STREAMS; stream++) {
                many.putStream("idle" + stream, "test:");
            }
            lab.say("settling");
            lab.pause(SETTLE_MILLIS);
            List<Double> percents = new ArrayList<>();
            List<Double> onePercents = new ArrayList<>();
            for (int round = 0; round < lab.rounds(); round++) {
                percents.add(percentOfACore(lab, many));
                onePercents.add(percentOfACore(lab, one));
            }
            return new Outcome(
                    List.of(Figure.beside(
                            "CPU with 100 idle streams",
                            "% of a core",
                            Medians.of(percents),
                            new Figure.Peer("with 1", Medians.of(onePercents)),
                            new Goal.ValueAtMost(1))),
                    List.of("single rounds of 10 s: " + Medians.spread(percents) + ", with 1 stream "
                            + Medians.spread(onePercents)));
        }
    }

    private static double percentOfACore(Lab lab, Product product) throws IOException, InterruptedException {
        product.expectAlive();
        long begin = System.nanoTime();
        Duration before = ProcFs.cpuTime(product.pid());
        lab.pause(WINDOW_MILLIS);
        Duration used = ProcFs.cpuTime(product.pid()).minus(before);
        return 100.0 * used.toNanos() / (System.nanoTime() - begin);
    }
}
