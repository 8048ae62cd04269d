package io.mediamesh.bench;

import io.mediamesh.contracts.Topic;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What happens in a cluster of many members: how evenly topics are spread, what members say to each other when nothing
 * happens, what moves when one of them dies and when one comes.
 *
 * @param nodes members at the beginning
 * @param streams described streams
 * @param viewers people, each of whom watches one stream at one gateway
 * @param arrivalMillis over which the viewers come
 * @param windowMillis how long traffic is counted
 */
record ScaleSimulation(int nodes, int streams, int viewers, long arrivalMillis, long windowMillis) {
    /** The same choices in every run. */
    private static final long SEED = 20_261_122;

    /** Longer than it takes members to notice a newcomer and to hand topics over. */
    private static final long SPREAD_MILLIS = 5_000;

    /**
     * Runs one in a process of its own and writes lines of JSON: how far it is, and at last what came out.
     *
     * @param arguments nodes, streams, viewers, milliseconds in which these come, milliseconds of counting
     */
    public static void main(String[] arguments) throws InterruptedException {
        ScaleSimulation simulation = new ScaleSimulation(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                Long.parseLong(arguments[3]),
                Long.parseLong(arguments[4]));
        JsonObject result = simulation.run(
                step -> System.out.println(new JsonObject().put("step", step).encode()));
        System.out.println(result.encode());
        System.exit(0);
    }

    /**
     * Runs it; takes a minute for 100 nodes.
     *
     * @param progress is told what is done, every few seconds
     */
    JsonObject run(Consumer<String> progress) throws InterruptedException {
        JsonObject result = new JsonObject();
        try (SimulatedCluster cluster = new SimulatedCluster()) {
            for (int node = 0; node < nodes; node++) {
                cluster.addNode();
            }
            // Members that have just come are handed topics, which would look like losses.
            TimeUnit.MILLISECONDS.sleep(SPREAD_MILLIS);
            progress.accept(nodes + " members");
            cluster.addStreams(streams);
            progress.accept(streams + " streams");
            cluster.addViewers(viewers, new Random(SEED), arrivalMillis);
            progress.accept(viewers + " viewers");
            Map<Topic, String> before = cluster.owners();
            result.put("topics", before.size())
                    .put("subscriptions_per_node", (double) cluster.subscriptions() / nodes)
                    .put("directory_bytes", cluster.directoryBytes())
                    .put("fullest", fullest(before.values(), nodes));
            traffic(cluster, result);
            progress.accept("traffic counted");
            death(cluster, before, result);
            progress.accept("a member died");
            birth(cluster, result);
            return result;
        }
    }

    /** How much the member with most of them has, as a multiple of the mean. */
    static double fullest(Collection<String> owners, int nodes) {
        Map<String, Integer> loads = new HashMap<>();
        owners.forEach(owner -> loads.merge(owner, 1, Integer::sum));
        return Collections.max(loads.values()) / ((double) owners.size() / nodes);
    }

    private void traffic(SimulatedCluster cluster, JsonObject result) throws InterruptedException {
        Map<SimulatedCluster.Traffic, Long> messagesBefore = cluster.messages();
        long mapsBefore = cluster.mapOperations();
        long began = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(windowMillis);
        // They run in real time, on the processors of one machine.
        result.put("missed", cluster.losses());
        double nodeSeconds = (System.nanoTime() - began) / 1e9 * cluster.size();
        JsonObject rates = new JsonObject();
        cluster.messages()
                .forEach((traffic, count) -> rates.put(
                        traffic.name().toLowerCase(Locale.ROOT),
                        (count - messagesBefore.getOrDefault(traffic, 0L)) / nodeSeconds));
        result.put("messages_per_node_and_second", rates)
                .put("map_operations_per_node_and_second", (cluster.mapOperations() - mapsBefore) / nodeSeconds);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        result.put("heap_bytes_per_node", (runtime.totalMemory() - runtime.freeMemory()) / cluster.size());
    }

    private static void death(SimulatedCluster cluster, Map<Topic, String> before, JsonObject result)
            throws InterruptedException {
        long began = System.nanoTime();
        String dead = cluster.kill(cluster.size() / 2);
        cluster.awaitLive();
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<Topic, String> after = cluster.owners();
        long share = before.values().stream().filter(dead::equals).count();
        long moved = after.entrySet().stream()
                .filter(owner -> !owner.getValue().equals(before.get(owner.getKey())))
                .count();
        result.put("dead_share", share)
                .put("moved_at_death", moved)
                .put("recovery_seconds", seconds)
                .put("fullest_after_death", fullest(after.values(), cluster.size()));
    }

    private static void birth(SimulatedCluster cluster, JsonObject result) throws InterruptedException {
        Map<Topic, String> before = cluster.owners();
        cluster.addNode();
        TimeUnit.MILLISECONDS.sleep(SPREAD_MILLIS);
        cluster.awaitLive();
        Map<Topic, String> after = cluster.owners();
        long moved = after.entrySet().stream()
                .filter(owner -> !owner.getValue().equals(before.get(owner.getKey())))
                .count();
        result.put("moved_at_birth", moved).put("fullest_after_birth", fullest(after.values(), cluster.size()));
    }
}
