package io.mediamesh.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** How long topics stay away when a process that serves them is killed, or stands still. Every service is there twice. */
final class FailoverBenchmark implements Benchmark {
    private static final String STREAM = "bench";
    private static final List<String> SERVICES =
            List.of("ingest", "vision", "audio", "tracking", "recorder", "gateway");
    private static final double KILLED_GOAL_MILLIS = 3_000;
    private static final double FROZEN_GOAL_MILLIS = 8_000;
    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final long POLL_MILLIS = 2;
    private static final long STEADY_ITEMS = 20;

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String summary() {
        return "how long topics stay away when the process that serves them is killed or frozen";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        Map<String, List<Double>> killed = new LinkedHashMap<>();
        Map<String, List<Double>> frozen = new LinkedHashMap<>();
        try (Members members = Members.start(lab, 2, SERVICES)) {
            members.putStream(STREAM, "test:?size=640x480&fps=30&tone=1000");
            Map<String, String> topics = new LinkedHashMap<>();
            topics.put("video", "ingest");
            topics.put("intensity", "vision");
            topics.put("levels", "audio");
            topics.put("tracks", "tracking");
            for (int round = 1; round <= lab.rounds(); round++) {
                for (String topic : topics.keySet()) {
                    add(lab, killed, "kill -9 of " + topics.get(topic), away(lab, members, topic, "KILL"));
                }
                add(lab, killed, "kill -9 of a gateway", gateway(lab, members));
                add(lab, killed, "kill -9 of a recorder", recorder(lab, members));
                for (String topic : List.of("video", "intensity")) {
                    add(lab, frozen, "freeze of " + topics.get(topic), away(lab, members, topic, "STOP"));
                }
                lab.say(String.format(Locale.ROOT, "round %d of %d", round, lab.rounds()));
            }
        }
        List<Figure> figures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        tell(killed, KILLED_GOAL_MILLIS, figures, notes);
        tell(frozen, FROZEN_GOAL_MILLIS, figures, notes);
        notes.add(
                "to the first item of another process at a viewer, the slowest round; for a gateway, to the first item at"
                        + " another one; for a recorder, what is missing between the two parts");
        return new Outcome(figures, notes);
    }

    private static void add(Lab lab, Map<String, List<Double>> all, String what, double millis) {
        lab.say(String.format(Locale.ROOT, "%s: %.0f ms", what, millis));
        all.computeIfAbsent(what, first -> new ArrayList<>()).add(millis);
    }

    private static void tell(
            Map<String, List<Double>> all, double goalMillis, List<Figure> figures, List<String> notes) {
        all.forEach((what, millis) -> {
            figures.add(Figure.alone(
                    what + ", back after", "ms", Medians.percentile(100, millis), new Goal.ValueAtMost(goalMillis)));
            notes.add(what + ": " + Medians.spread(millis) + " ms");
        });
    }

    private static double away(Lab lab, Members members, String topic, String signal)
            throws IOException, InterruptedException {
        Members.Member gateway = members.gatewayBesides("");
        try (ResumingViewer viewer = ResumingViewer.open(lab, STREAM, topic, gateway::port)) {
            await(lab, topic + " flows", () -> viewer.items() >= STEADY_ITEMS);
            Members.Member victim = members.producer(gateway, STREAM, topic);
            int losses = viewer.losses();
            long begin = System.nanoTime();
            Members.signal(victim, signal);
            await(lab, topic + " is back", () -> viewer.losses() > losses && viewer.backNanos() != 0);
            double millis = (viewer.backNanos() - begin) / 1e6;
            if (signal.equals("KILL")) {
                members.awaitEnd(victim);
                members.replace(victim);
            } else {
                Members.signal(victim, "CONT");
                members.awaitAll();
            }
            return millis;
        }
    }

    private static double gateway(Lab lab, Members members) throws IOException, InterruptedException {
        Members.Member victim = members.member("gateway-1");
        Members.Member other = members.gatewayBesides("gateway-1");
        try (ResumingViewer viewer = ResumingViewer.open(
                lab, STREAM, "video", () -> victim.child().isAlive() ? victim.port() : other.port())) {
            await(lab, "video flows", () -> viewer.items() >= STEADY_ITEMS);
            long begin = System.nanoTime();
            Members.signal(victim, "KILL");
            LongSupplier first = viewer::firstOnConnectionNanos;
            await(lab, "video is back", () -> viewer.connectedNanos() > begin && first.getAsLong() > begin);
            double millis = (first.getAsLong() - begin) / 1e6;
            members.awaitEnd(victim);
            members.replace(victim);
            return millis;
        }
    }

    private static double recorder(Lab lab, Members members) throws IOException, InterruptedException {
        Members.Member gateway = members.gatewayBesides("");
        JsonObject what = new JsonObject().put("topics", List.of("video")).put("events", false);
        JsonObject recording = members.send(gateway, "POST", "/api/v1/streams/" + STREAM + "/recordings", what, 201);
        String path = "/api/v1/recordings/" + recording.getString("id");
        awaitPart(lab, members, gateway, path, 1);
        String holder = members.get(gateway, path).orElseThrow().getString("node");
        Members.Member victim = members.get(gateway, "/api/v1/cluster").orElseThrow().getJsonArray("members").stream()
                .map(JsonObject.class::cast)
                .filter(member -> member.getString("id").equals(holder))
                .map(member -> members.member(member.getString("name")))
                .findFirst()
                .orElseThrow();
        Members.signal(victim, "KILL");
        awaitPart(lab, members, gateway, path, 2);
        JsonArray parts = members.send(gateway, "POST", path + "/stop", new JsonObject(), 200)
                .getJsonArray("parts");
        members.awaitEnd(victim);
        members.replace(victim);
        JsonObject before = parts.getJsonObject(0);
        return 1_000
                * (parts.getJsonObject(1).getDouble("start")
                        - before.getDouble("start")
                        - before.getDouble("duration"));
    }

    private static void awaitPart(Lab lab, Members members, Members.Member gateway, String path, int part)
            throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (System.nanoTime() < deadline) {
            JsonArray parts = members.get(gateway, path)
                    .map(recording -> recording.getJsonArray("parts"))
                    .orElse(new JsonArray());
            if (parts.size() >= part && parts.getJsonObject(part - 1).getDouble("duration") > 2) {
                return;
            }
            lab.pause(50);
        }
        throw new IllegalStateException("there is no part " + part + " of the recording");
    }

    private static void await(Lab lab, String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited a minute in vain: " + what);
            }
            lab.pause(POLL_MILLIS);
        }
    }
}
