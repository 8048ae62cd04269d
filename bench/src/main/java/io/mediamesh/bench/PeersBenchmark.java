package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Twenty WebRTC peers at once, each with 320×240 at 15 fps: whether every one of them hears of every picture. The
 * server and the peers share the machine.
 */
final class PeersBenchmark implements Benchmark {
    private static final String PEER = "aiortc, gray";
    private static final double GOAL_PER_SECOND = 14.5;
    private static final List<String> LOAD =
            List.of("--peers", "20", "--fps", "15", "--size", "320x240", "--bitrate", "300000", "--seconds", "12");

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String summary() {
        return "messages a second at each of 20 WebRTC peers of 320×240 at 15 fps, beside aiortc";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        try (PythonPeers.Server server = PythonPeers.intensityServer(lab, "aiortc-gray");
                Product product = Product.ready(lab, Map.of())) {
            lab.say("warming up");
            PeerLoad.run(lab, product.offerUrl(), product.pid(), named("warm"));
            PeerLoad.run(lab, server.offerUrl(), server.pid(), named("warm"));
            List<PeerLoad> ours = new ArrayList<>();
            List<PeerLoad> theirs = new ArrayList<>();
            for (int number = 1; number <= lab.rounds(); number++) {
                ours.add(PeerLoad.run(lab, product.offerUrl(), product.pid(), named("round" + number)));
                theirs.add(PeerLoad.run(lab, server.offerUrl(), server.pid(), named("round" + number)));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.2f messages a second at the slowest peer, %s %.2f",
                        number,
                        lab.rounds(),
                        ours.getLast().slowestPerSecond(),
                        PEER,
                        theirs.getLast().slowestPerSecond()));
            }
            return outcome(ours, theirs, Runtime.getRuntime().availableProcessors());
        }
    }

    private static List<String> named(String id) {
        List<String> all = new ArrayList<>(LOAD);
        all.addAll(List.of("--connection-id", id));
        return all;
    }

    static Outcome outcome(List<PeerLoad> ours, List<PeerLoad> theirs, int cores) {
        return new Outcome(
                List.of(
                        Figure.beside(
                                "messages to the slowest peer of all rounds",
                                "/s",
                                slowest(ours),
                                new Figure.Peer(PEER, slowest(theirs)),
                                new Goal.ValueAtLeast(GOAL_PER_SECOND)),
                        Figure.beside(
                                "CPU for a peer",
                                "% of a core",
                                cpu(ours),
                                new Figure.Peer(PEER, cpu(theirs)),
                                new Goal.None())),
                List.of("server and peers together have " + cores + " cores"));
    }

    private static double slowest(List<PeerLoad> rounds) {
        return rounds.stream().mapToDouble(PeerLoad::slowestPerSecond).min().orElse(Double.NaN);
    }

    private static double cpu(List<PeerLoad> rounds) {
        return Medians.of(rounds.stream().map(PeerLoad::cpuPercentPerPeer).toList());
    }
}
