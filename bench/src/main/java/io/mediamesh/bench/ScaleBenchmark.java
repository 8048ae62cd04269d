package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A cluster of 100 members with 10,000 streams and 100,000 viewers, simulated in one process: the real directory,
 * ownership, placement and links over a bus and maps in memory, without media.
 */
final class ScaleBenchmark implements Benchmark {
    private static final int NODES = 100;
    private static final int STREAMS = 10_000;
    private static final int VIEWERS = 100_000;
    private static final long ARRIVAL_MILLIS = 70_000;
    private static final long WINDOW_MILLIS = 20_000;
    private static final double MAX_MISSED = 0.01;
    private static final double GOAL_BALANCE = 1.25;
    private static final double GOAL_MOVES_PERCENT = 1;
    private static final double MEBIBYTE = 1 << 20;
    private static final List<String> HEAP = List.of("-Xmx4g", "-XX:+UseParallelGC", "-Dvertx.disableDnsResolver=true");

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String summary() {
        return "a simulated cluster of 100 members, 10,000 streams and 100,000 viewers: balance, moves and traffic";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Product.jvm());
        // The product's collector takes processor time from the members to keep pauses short, which nobody sees here.
        command.removeIf(option -> option.startsWith("-XX:+UseZGC") || option.startsWith("-XX:-ZProactive"));
        command.addAll(HEAP);
        command.add(ScaleSimulation.class.getName());
        for (long argument : new long[] {NODES, STREAMS, VIEWERS, ARRIVAL_MILLIS, WINDOW_MILLIS}) {
            command.add(String.valueOf(argument));
        }
        try (Child child = Child.talking(lab, "scale", command, Map.of())) {
            JsonObject line = new JsonObject(child.expectLine());
            while (line.containsKey("step")) {
                lab.say(line.getString("step"));
                line = new JsonObject(child.expectLine());
            }
            return outcome(line);
        }
    }

    static Outcome outcome(JsonObject result) {
        double missed = result.getDouble("missed");
        if (missed > result.getDouble("subscriptions_per_node") * NODES * MAX_MISSED) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "this machine is too slow or too busy for so many members: they missed each other %.0f times"
                            + " although none had died",
                    missed));
        }
        double topics = result.getDouble("topics");
        double share = result.getDouble("dead_share");
        JsonObject messages = result.getJsonObject("messages_per_node_and_second");
        double all = messages.stream()
                .mapToDouble(entry -> ((Number) entry.getValue()).doubleValue())
                .sum();
        return new Outcome(
                List.of(
                        balance("fullest member against the mean", result, "fullest"),
                        balance("the same after a member died", result, "fullest_after_death"),
                        Figure.alone(
                                "moved when a member dies, beyond its own",
                                "% of all topics",
                                100 * (result.getDouble("moved_at_death") - share) / topics,
                                new Goal.ValueAtMost(GOAL_MOVES_PERCENT)),
                        told("its own", "% of all topics", 100 * share / topics),
                        told(
                                "moved when a member comes",
                                "% of all topics",
                                100 * result.getDouble("moved_at_birth") / topics),
                        told("messages to a member, without media", "/s", all),
                        told(
                                "map operations of a member",
                                "/s",
                                result.getDouble("map_operations_per_node_and_second")),
                        told("directory of streams", "MiB", result.getDouble("directory_bytes") / MEBIBYTE),
                        told("heap of a member", "MiB", result.getDouble("heap_bytes_per_node") / MEBIBYTE)),
                List.of(
                        String.format(
                                Locale.ROOT,
                                "%.0f active topics; a gateway holds %.0f subscriptions; messages: %.0f credits, %.0f requests,"
                                        + " %.0f answers, %.0f loads",
                                topics,
                                result.getDouble("subscriptions_per_node"),
                                messages.getDouble("credit"),
                                messages.getDouble("control"),
                                messages.getDouble("reply"),
                                messages.getDouble("load")),
                        String.format(
                                Locale.ROOT,
                                "all members share the processors of this machine, and missed each other %.0f times for it; after the"
                                        + " death every topic was back in %.1f s",
                                missed,
                                result.getDouble("recovery_seconds"))));
    }

    private static Figure balance(String what, JsonObject result, String field) {
        return Figure.alone(what, "x", result.getDouble(field), new Goal.ValueAtMost(GOAL_BALANCE));
    }

    private static Figure told(String what, String unit, double value) {
        return Figure.alone(what, unit, value, new Goal.None());
    }
}
