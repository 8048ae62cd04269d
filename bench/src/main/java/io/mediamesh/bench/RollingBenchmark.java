package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Every process of a mesh is replaced, one after the other, under requests and viewers. What stands before the gateways asks
 * five times a second which of them is ready, and asks another one where a connection breaks.
 */
final class RollingBenchmark implements Benchmark {
    private static final String STREAM = "bench";
    private static final List<String> SERVICES = List.of("ingest", "vision", "recorder", "gateway");
    private static final List<String> PATHS = List.of(
            "/api/v1/streams", "/api/v1/streams/bench", "/api/v1/topics", "/api/v1/cluster", "/api/v1/recordings");
    private static final int VIEWERS = 20;
    private static final int REQUESTS_PER_SECOND = 50;
    private static final long LOOK_MILLIS = 200;
    private static final double GOAL_RESUME_MILLIS = 2_000;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger retried = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger serverErrors = new AtomicInteger();

    @Override
    public String name() {
        return "rolling";
    }

    @Override
    public String summary() {
        return "every process replaced in turn under 50 requests a second and 20 viewers";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        try (Members members = Members.start(lab, 2, SERVICES)) {
            members.putStream(STREAM, "test:?size=320x240&fps=20");
            AtomicReference<List<Members.Member>> ready = new AtomicReference<>(gateways(members));
            AtomicInteger turn = new AtomicInteger();
            List<ResumingViewer> viewers = new ArrayList<>();
            ExecutorService load = Executors.newVirtualThreadPerTaskExecutor();
            try {
                load.submit(() -> look(members, ready));
                for (int viewer = 0; viewer < VIEWERS; viewer++) {
                    viewers.add(ResumingViewer.open(
                            lab, STREAM, "video", () -> next(ready, turn).port()));
                }
                lab.pause(5_000);
                load.submit(() -> ask(load, members, ready, turn));
                viewers.forEach(ResumingViewer::resetGap);
                double worst = 0;
                for (Members.Member member : members.all()) {
                    Members.signal(member, "TERM");
                    members.awaitEnd(member);
                    members.replace(member);
                    lab.pause(1_000);
                    double gap = viewers.stream()
                            .mapToDouble(ResumingViewer::longestGapMillis)
                            .max()
                            .orElseThrow();
                    lab.say(String.format(
                            Locale.ROOT, "%s replaced; longest gap of a viewer %.0f ms", member.name(), gap));
                    worst = Math.max(worst, gap);
                    viewers.forEach(ResumingViewer::resetGap);
                }
                return outcome(worst);
            } finally {
                load.shutdownNow();
                viewers.forEach(ResumingViewer::close);
            }
        }
    }

    private Outcome outcome(double worstGapMillis) {
        return new Outcome(
                List.of(
                        Figure.alone("answers 5xx", "requests", serverErrors.get(), new Goal.ValueAtMost(0)),
                        Figure.alone("requests that failed twice", "requests", failed.get(), new Goal.ValueAtMost(0)),
                        Figure.alone(
                                "a viewer without pictures, at most",
                                "ms",
                                worstGapMillis,
                                new Goal.ValueAtMost(GOAL_RESUME_MILLIS)),
                        Figure.alone("requests", "requests", asked.get(), new Goal.None()),
                        Figure.alone("of these asked again", "requests", retried.get(), new Goal.None())),
                List.of("a gateway serves on for gateway.drain_wait (2 s) after it has said that it is not ready"));
    }

    private static List<Members.Member> gateways(Members members) {
        return members.all().stream()
                .filter(member -> member.service().equals("gateway"))
                .toList();
    }

    private static Members.Member next(AtomicReference<List<Members.Member>> ready, AtomicInteger turn) {
        List<Members.Member> all = Objects.requireNonNull(ready.get());
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    private static Void look(Members members, AtomicReference<List<Members.Member>> ready) throws InterruptedException {
        while (true) {
            List<Members.Member> now = new ArrayList<>();
            for (Members.Member gateway : gateways(members)) {
                if (members.isReady(gateway)) {
                    now.add(gateway);
                }
            }
            if (!now.isEmpty()) {
                ready.set(List.copyOf(now));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private Void ask(
            ExecutorService load, Members members, AtomicReference<List<Members.Member>> ready, AtomicInteger turn)
            throws InterruptedException {
        for (int index = 0; true; index++) {
            String path = PATHS.get(index % PATHS.size());
            load.submit(() -> {
                asked.incrementAndGet();
                int status = members.status(next(ready, turn), path);
                if (status == 0) {
                    retried.incrementAndGet();
                    status = members.status(next(ready, turn), path);
                }
                if (status == 0) {
                    failed.incrementAndGet();
                } else if (status >= 500) {
                    serverErrors.incrementAndGet();
                }
                return null;
            });
            TimeUnit.MILLISECONDS.sleep(1_000 / REQUESTS_PER_SECOND);
        }
    }
}
