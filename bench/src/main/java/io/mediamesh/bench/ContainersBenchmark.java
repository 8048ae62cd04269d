package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The images of the services: how large each is; how long it takes from {@code docker run} until a service that joins a
 * mesh takes work; and the resident memory of its process when nobody has asked it for anything yet.
 */
final class ContainersBenchmark implements Benchmark {
    private static final double GOAL_SECONDS = 4;
    private static final double GOAL_MEGABYTES = 450;
    private static final double GOAL_GATEWAY_MEGABYTES = 300;
    private static final double GOAL_LIGHT_MEBIBYTES = 250;
    private static final double GOAL_HEAVY_MEBIBYTES = 400;
    private static final List<String> LIGHT = List.of("gateway", "audio", "recorder");
    private static final List<String> HEAVY = List.of("ingest", "vision", "tracking");
    private static final long SETTLE_MILLIS = 5_000;

    /** What was measured of one service. */
    private record Rounds(List<Double> seconds, List<Double> mebibytes) {
        Rounds() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public String name() {
        return "containers";
    }

    @Override
    public String summary() {
        return "size of each service's image, from docker run until it takes work, and its idle memory";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        Map<String, Rounds> all = new LinkedHashMap<>();
        try (ContainerMesh mesh = ContainerMesh.open(lab)) {
            // The one to join, as in a mesh that runs.
            mesh.start("audio", "first").awaitReady();
            for (int round = 0; round < lab.rounds(); round++) {
                for (String service : services()) {
                    Rounds rounds = all.computeIfAbsent(service, first -> new Rounds());
                    try (ContainerMesh.Container container = mesh.start(service, "measured")) {
                        rounds.seconds.add(container.awaitReady());
                        lab.pause(SETTLE_MILLIS);
                        rounds.mebibytes.add(container.residentBytes() / (double) (1 << 20));
                    }
                }
                lab.say("round " + (round + 1) + " of " + lab.rounds());
            }
            return outcome(mesh, all);
        }
    }

    private static List<String> services() {
        List<String> all = new ArrayList<>(LIGHT);
        all.addAll(HEAVY);
        return all;
    }

    private static Outcome outcome(ContainerMesh mesh, Map<String, Rounds> all) throws IOException {
        List<Figure> figures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Map.Entry<String, Rounds> one : all.entrySet()) {
            String service = one.getKey();
            Rounds rounds = one.getValue();
            figures.add(Figure.alone(
                    service + ": ready", "s", Medians.of(rounds.seconds), new Goal.ValueAtMost(GOAL_SECONDS)));
            figures.add(Figure.alone(
                    service + ": idle memory",
                    "MiB",
                    Medians.of(rounds.mebibytes),
                    new Goal.ValueAtMost(LIGHT.contains(service) ? GOAL_LIGHT_MEBIBYTES : GOAL_HEAVY_MEBIBYTES)));
            figures.add(Figure.alone(
                    service + ": image",
                    "MB",
                    mesh.imageBytes(service) / 1e6,
                    new Goal.ValueAtMost(service.equals("gateway") ? GOAL_GATEWAY_MEGABYTES : GOAL_MEGABYTES)));
            notes.add(service + ", single rounds: " + Medians.spread(rounds.seconds) + " s, "
                    + Medians.spread(rounds.mebibytes) + " MiB");
        }
        return new Outcome(figures, notes);
    }
}
