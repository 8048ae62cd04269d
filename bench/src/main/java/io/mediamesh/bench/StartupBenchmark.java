package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * From {@code ./mediamesh up}, with everything built, to the first frame at a client that tries to connect all the
 * time; and the resident memory of the product when that client has watched for a while.
 */
final class StartupBenchmark implements Benchmark {
    private static final String STREAM = "test";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long RETRY_MILLIS = 20;
    private static final long WATCH_MILLIS = 20_000;
    private static final double GOAL_SECONDS = 5;
    private static final double GOAL_MEBIBYTES = 450;

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String summary() {
        return "from ./mediamesh up to the first frame at a client, and resident memory with one stream";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        List<Double> mebibytes = new ArrayList<>();
        lab.say("starting once, so that everything is built and the libraries are unpacked");
        round(lab, 0, new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round < lab.rounds(); round++) {
            round(lab, WATCH_MILLIS, seconds, mebibytes);
        }
        return new Outcome(
                List.of(
                        Figure.alone("up to first frame", "s", Medians.of(seconds), new Goal.ValueAtMost(GOAL_SECONDS)),
                        Figure.alone(
                                "resident memory, one stream",
                                "MiB",
                                Medians.of(mebibytes),
                                new Goal.ValueAtMost(GOAL_MEBIBYTES))),
                List.of("single rounds: " + Medians.spread(seconds) + " s, " + Medians.spread(mebibytes) + " MiB"));
    }

    private static void round(Lab lab, long watchMillis, List<Double> seconds, List<Double> mebibytes)
            throws IOException, InterruptedException {
        CountDownLatch firstFrame = new CountDownLatch(1);
        long begin = System.nanoTime();
        try (Product product = Product.byCommand(lab)) {
            TopicViewer viewer = connect(lab, product, begin, firstFrame);
            if (!firstFrame.await(begin + PATIENCE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                product.expectAlive();
                throw new IllegalStateException("no frame came from the stream " + STREAM);
            }
            double taken = (System.nanoTime() - begin) / 1e9;
            lab.pause(watchMillis);
            double resident = ProcFs.residentBytes(product.pid()) / (double) (1 << 20);
            viewer.close().await();
            seconds.add(taken);
            mebibytes.add(resident);
        }
    }

    private static TopicViewer connect(Lab lab, Product product, long begin, CountDownLatch firstFrame)
            throws InterruptedException {
        while (true) {
            product.expectAlive();
            try {
                return TopicViewer.open(
                                lab.vertx(),
                                product.port(),
                                Product.topicPath(STREAM, "video"),
                                (header, jpeg) -> firstFrame.countDown())
                        .await();
            } catch (Exception notYet) {
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw new IllegalStateException("nobody could connect to the started product", notYet);
                }
                lab.pause(RETRY_MILLIS);
            }
        }
    }
}
