package io.mediamesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Four WebRTC peers that send 640×480 at 30 fps and hear the intensity of every picture on a data channel. Beside
 * mediamesh the same is done by a server on aiortc, once as everybody writes it, with a conversion to grey, and once as
 * cheaply as it can be written, from the luma plane alone. One program is the peers of all three.
 */
final class WebRtcBenchmark implements Benchmark {
    private static final String USUAL = "aiortc, gray";
    private static final String CHEAPEST = "aiortc, luma plane";
    private static final String SECONDS = "12";
    private static final int MIN_OFFERS = 40;
    private static final double FULL_RATE = 29.5;
    private static final double GOAL_MILLIS = 250;
    private static final int SHOWN_THREADS = 8;

    /** Small pictures and many, so that what a JVM compiles after thousands of them is compiled when counting begins. */
    private static final List<String> WARM_UP =
            List.of("--peers", "8", "--fps", "60", "--size", "320x240", "--bitrate", "300000", "--seconds", "60");

    @Override
    public String name() {
        return "webrtc";
    }

    @Override
    public String summary() {
        return "CPU for a WebRTC peer whose light is measured, and the time to its first message, beside aiortc";
    }

    /** One round of each, one after the other. */
    record Round(PeerLoad ours, PeerLoad usual, PeerLoad cheapest) {
        /** Whether all three did all of the work: only then their CPU can be compared. */
        boolean isFair() {
            return ours.slowestPerSecond() >= FULL_RATE
                    && usual.slowestPerSecond() >= FULL_RATE
                    && cheapest.slowestPerSecond() >= FULL_RATE;
        }
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        try (PythonPeers.Server usual = PythonPeers.intensityServer(lab, "aiortc-gray");
                PythonPeers.Server cheapest = PythonPeers.intensityServer(lab, "aiortc-luma", "--luma-plane");
                Product product = Product.ready(lab, Map.of())) {
            List<Round> rounds = new ArrayList<>();
            List<Double> ourMillis = new ArrayList<>();
            List<Double> usualMillis = new ArrayList<>();
            lab.say("warming up");
            PeerLoad.run(lab, product.offerUrl(), product.pid(), named("warm", WARM_UP));
            PeerLoad.run(lab, usual.offerUrl(), usual.pid(), named("warm", load()));
            PeerLoad.run(lab, cheapest.offerUrl(), cheapest.pid(), named("warm", load()));
            int offers = Math.max(10, Math.ceilDiv(MIN_OFFERS, lab.rounds()));
            for (int number = 1; number <= lab.rounds(); number++) {
                List<String> peers = named("round" + number, load());
                Round round = new Round(
                        PeerLoad.run(lab, product.offerUrl(), product.pid(), peers),
                        PeerLoad.run(lab, usual.offerUrl(), usual.pid(), peers),
                        PeerLoad.run(lab, cheapest.offerUrl(), cheapest.pid(), peers));
                rounds.add(round);
                List<String> callers = named("caller" + number, List.of());
                ourMillis.addAll(PeerLoad.offers(lab, product.offerUrl(), offers, callers));
                usualMillis.addAll(PeerLoad.offers(lab, usual.offerUrl(), offers, callers));
                lab.say(told(number, lab.rounds(), round));
            }
            return outcome(rounds, ourMillis, usualMillis);
        }
    }

    private static List<String> load() {
        return List.of("--peers", "4", "--fps", "30", "--size", "640x480", "--seconds", SECONDS);
    }

    /** Ids of connections that no other load has: a server may take a moment to forget one. */
    private static List<String> named(String id, List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--connection-id", id));
        return all;
    }

    private static String told(int number, int rounds, Round round) {
        return String.format(
                Locale.ROOT,
                "round %d of %d: %.2f %% of a core for a peer, %s %.2f %%, %s %.2f %%%s",
                number,
                rounds,
                round.ours.cpuPercentPerPeer(),
                USUAL,
                round.usual.cpuPercentPerPeer(),
                CHEAPEST,
                round.cheapest.cpuPercentPerPeer(),
                round.isFair() ? "" : "; not valid: a peer got fewer than " + FULL_RATE + " messages a second");
    }

    static Outcome outcome(List<Round> rounds, List<Double> ourMillis, List<Double> usualMillis) {
        List<Round> fair = rounds.stream().filter(Round::isFair).toList();
        // The median of a few lucky rounds would be no median.
        List<Round> counted = 2 * fair.size() > rounds.size() ? fair : List.of();
        double ours = median(counted, round -> round.ours.cpuPercentPerPeer());
        List<Figure> figures = List.of(
                Figure.beside(
                        "CPU for a peer",
                        "% of a core",
                        ours,
                        new Figure.Peer(USUAL, median(counted, round -> round.usual.cpuPercentPerPeer())),
                        new Goal.RatioAtMost(0.65)),
                Figure.beside(
                        "CPU for a peer",
                        "% of a core",
                        ours,
                        new Figure.Peer(CHEAPEST, median(counted, round -> round.cheapest.cpuPercentPerPeer())),
                        new Goal.RatioAtMost(0.9)),
                Figure.beside(
                        "messages to the slowest peer",
                        "/s",
                        median(rounds, round -> round.ours.slowestPerSecond()),
                        new Figure.Peer(USUAL, median(rounds, round -> round.usual.slowestPerSecond())),
                        new Goal.ValueAtLeast(FULL_RATE)),
                Figure.beside(
                        "offer to first message, p95",
                        "ms",
                        Medians.percentile(95, ourMillis),
                        new Figure.Peer(USUAL, Medians.percentile(95, usualMillis)),
                        new Goal.ValueAtMost(GOAL_MILLIS)),
                Figure.beside(
                        "offer to first message, p50",
                        "ms",
                        Medians.of(ourMillis),
                        new Figure.Peer(USUAL, Medians.of(usualMillis)),
                        new Goal.None()));
        return new Outcome(figures, notes(rounds, fair, ourMillis.size()));
    }

    private static List<String> notes(List<Round> rounds, List<Round> fair, int offers) {
        List<String> notes = new ArrayList<>();
        if (fair.size() < rounds.size()) {
            notes.add((rounds.size() - fair.size()) + " of " + rounds.size() + " rounds not counted: a peer got fewer"
                    + " than " + FULL_RATE + " messages a second"
                    + (2 * fair.size() > rounds.size() ? "" : ", so the CPU is not comparable"));
        }
        notes.add("single rounds: "
                + spread(fair, round -> round.ours.cpuPercentPerPeer()) + ", "
                + USUAL + " " + spread(fair, round -> round.usual.cpuPercentPerPeer()) + ", "
                + CHEAPEST + " " + spread(fair, round -> round.cheapest.cpuPercentPerPeer()) + " % of a core; "
                + offers + " offers to each");
        notes.add("threads of mediamesh in the last round, % of a core for a peer: "
                + rounds.getLast().ours.busiestThreads(SHOWN_THREADS));
        return notes;
    }

    private static double median(List<Round> rounds, Function<Round, Double> value) {
        return Medians.of(rounds.stream().map(value).toList());
    }

    private static String spread(List<Round> rounds, Function<Round, Double> value) {
        return Medians.spread(rounds.stream().map(value).toList());
    }
}
