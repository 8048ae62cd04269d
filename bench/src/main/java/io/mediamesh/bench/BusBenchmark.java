package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pictures of 50 KB from one JVM to another as fast as the mesh takes them, beside the same pictures, each behind its
 * length, over a Vert.x NetSocket between the same two JVMs; and how long control requests take meanwhile.
 */
final class BusBenchmark implements Benchmark {
    private static final double GOAL_RATIO = 0.7;
    private static final double GOAL_CONTROL_MILLIS = 10;

    /** Both ways: for items that come by the gigabyte, the heap of a laptop's {@code up} is all collector. */
    private static final List<String> HEAP =
            List.of("-Xmx1g", "-XX:SoftMaxHeapSize=1g", "-XX:MaxDirectMemorySize=512m");

    /** As long as the compilers of both JVMs take on two cores. */
    private static final int WARM_UP_ROUNDS = 5;

    @Override
    public String name() {
        return "bus";
    }

    @Override
    public String summary() {
        return "throughput of 50 KB items between two JVMs beside a NetSocket, and control requests meanwhile";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        int clusterPort = Lab.freePort();
        int rawPort = Lab.freePort();
        try (Child source = member(lab, "source", clusterPort, rawPort)) {
            expectReady(source);
            try (Child sink = member(lab, "sink", clusterPort, rawPort)) {
                expectReady(sink);
                lab.say("warming up");
                for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                    ask(sink, "mesh");
                    ask(sink, "raw");
                }
                List<JsonObject> mesh = new ArrayList<>();
                List<JsonObject> raw = new ArrayList<>();
                for (int round = 1; round <= lab.rounds(); round++) {
                    mesh.add(ask(sink, "mesh"));
                    raw.add(ask(sink, "raw"));
                    lab.say(String.format(
                            Locale.ROOT,
                            "round %d of %d: %.0f MB/s, NetSocket %.0f MB/s",
                            round,
                            lab.rounds(),
                            mesh.getLast().getDouble("megabytes_per_second"),
                            raw.getLast().getDouble("megabytes_per_second")));
                }
                return outcome(mesh, raw);
            }
        }
    }

    private static Child member(Lab lab, String role, int clusterPort, int rawPort) throws IOException {
        List<String> command = new ArrayList<>(Product.jvm());
        command.addAll(HEAP);
        command.add(BusMember.class.getName());
        command.addAll(List.of(role, String.valueOf(clusterPort), String.valueOf(rawPort)));
        return Child.talking(lab, "bus-" + role, command, Map.of());
    }

    private static void expectReady(Child member) throws InterruptedException {
        String line = member.expectLine();
        if (!line.equals(BusMember.READY)) {
            throw member.failure("said " + line);
        }
    }

    private static JsonObject ask(Child sink, String way) throws IOException, InterruptedException {
        sink.tell(way);
        return new JsonObject(sink.expectLine());
    }

    static Outcome outcome(List<JsonObject> mesh, List<JsonObject> raw) {
        List<Double> rates = all(mesh, "megabytes_per_second");
        List<Double> rawRates = all(raw, "megabytes_per_second");
        List<Double> p99 = all(mesh, "control_p99_millis");
        return new Outcome(
                List.of(
                        Figure.beside(
                                "throughput",
                                "MB/s",
                                Medians.of(rates),
                                new Figure.Peer("NetSocket", Medians.of(rawRates)),
                                new Goal.RatioAtLeast(GOAL_RATIO)),
                        Figure.beside(
                                "control request meanwhile, p99",
                                "ms",
                                Medians.of(p99),
                                new Figure.Peer("NetSocket", Medians.of(all(raw, "control_p99_millis"))),
                                new Goal.ValueAtMost(GOAL_CONTROL_MILLIS)),
                        Figure.beside(
                                "control request meanwhile, p50",
                                "ms",
                                Medians.of(all(mesh, "control_p50_millis")),
                                new Figure.Peer("NetSocket", Medians.of(all(raw, "control_p50_millis"))),
                                new Goal.None())),
                List.of("single rounds: " + Medians.spread(rates) + " MB/s, NetSocket " + Medians.spread(rawRates)
                        + " MB/s, control p99 " + Medians.spread(p99) + " ms"));
    }

    private static List<Double> all(List<JsonObject> rounds, String field) {
        return rounds.stream().map(round -> round.getDouble(field)).toList();
    }
}
