package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One round of WebRTC peers that send video and hear of its light: what the peers counted and the CPU time that the
 * server took meanwhile.
 *
 * @param took how long was counted
 * @param cpu of the server in that time
 * @param cpuByThreads the same by the names of its threads, without those that did nothing
 * @param messagesPerSecond that each peer got
 */
record PeerLoad(Duration took, Duration cpu, Map<String, Duration> cpuByThreads, List<Double> messagesPerSecond) {
    private static final long GRACE_SECONDS = 20;

    /** Copies the collections. */
    PeerLoad {
        cpuByThreads = Map.copyOf(cpuByThreads);
        messagesPerSecond = List.copyOf(messagesPerSecond);
        if (messagesPerSecond.isEmpty()) {
            throw new IllegalArgumentException("a load has peers");
        }
    }

    /**
     * Runs peers and watches the server that they send to.
     *
     * @param options of {@code load.py}
     */
    static PeerLoad run(Lab lab, String offerUrl, long serverPid, List<String> options)
            throws IOException, InterruptedException {
        try (Child load = PythonPeers.load(lab, offerUrl, options)) {
            expect("counting", load);
            long begin = System.nanoTime();
            Duration cpuBefore = ProcFs.cpuTime(serverPid);
            Map<String, Duration> threadsBefore = ProcFs.cpuTimeByThreads(serverPid);
            expect("counted", load);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            Duration cpu = ProcFs.cpuTime(serverPid).minus(cpuBefore);
            Map<String, Duration> threads = difference(threadsBefore, ProcFs.cpuTimeByThreads(serverPid));
            int peers = expect("second", load).getJsonArray("peers").size();
            List<Double> rates = new ArrayList<>();
            while (rates.size() < peers) {
                rates.add(expect("summary", load).getDouble("messages_per_second"));
            }
            load.expectSuccess(GRACE_SECONDS);
            return new PeerLoad(took, cpu, threads, rates);
        }
    }

    /** Connects peers one after the other: milliseconds from the offer of each to its first message. */
    static List<Double> offers(Lab lab, String offerUrl, int count, List<String> options)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--offers", String.valueOf(count)));
        List<Double> millis = new ArrayList<>();
        try (Child load = PythonPeers.load(lab, offerUrl, all)) {
            while (millis.size() < count) {
                millis.add(expect("offer", load).getDouble("offer_to_first_message_ms"));
            }
            load.expectSuccess(GRACE_SECONDS);
        }
        return millis;
    }

    /** The next line of an event; lines of others before it are passed over. */
    private static JsonObject expect(String event, Child load) throws InterruptedException {
        while (true) {
            JsonObject line = new JsonObject(load.expectLine());
            if (event.equals(line.getString("event"))) {
                return line;
            }
        }
    }

    static Map<String, Duration> difference(Map<String, Duration> before, Map<String, Duration> after) {
        Map<String, Duration> spent = new TreeMap<>();
        after.forEach((name, time) -> {
            Duration more = time.minus(before.getOrDefault(name, Duration.ZERO));
            if (more.isPositive()) {
                spent.put(name, more);
            }
        });
        return spent;
    }

    /** CPU of the server for each peer, in percent of a core. */
    double cpuPercentPerPeer() {
        return percentPerPeer(cpu);
    }

    private double percentPerPeer(Duration time) {
        return 100.0 * time.toNanos() / took.toNanos() / messagesPerSecond.size();
    }

    /** The peer that got the fewest messages. */
    double slowestPerSecond() {
        return messagesPerSecond.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** The busiest threads with their percent of a core for each peer, for people. */
    String busiestThreads(int most) {
        return cpuByThreads.entrySet().stream()
                .sorted(Map.Entry.<String, Duration>comparingByValue(Comparator.reverseOrder()))
                .limit(most)
                .map(entry -> String.format(Locale.ROOT, "%s %.2f", entry.getKey(), percentPerPeer(entry.getValue())))
                .collect(Collectors.joining(", "));
    }
}
