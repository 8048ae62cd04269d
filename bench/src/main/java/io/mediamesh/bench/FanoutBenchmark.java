package io.mediamesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One stream of 40 KB JPEGs at 30 fps to 100 viewers, passed through. Both hubs get the frames from the same program,
 * which also is the viewers; mediamesh pulls them as MJPEG over HTTP, the Go hub gets them over a WebSocket.
 */
final class FanoutBenchmark implements Benchmark {
    private static final String HUB = "gorilla-hub";
    private static final List<String> LOAD = List.of("-viewers", "100", "-fps", "30", "-bytes", "40960");

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String summary() {
        return "CPU time for each 40 KB frame passed on to 100 WebSocket viewers, beside a Go hub";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        Path generator = GoPeers.viewers(lab);
        Path hubBinary = GoPeers.gorillaHub(lab);
        int sourcePort = Lab.freePort();
        try (Child hub = Child.talking(lab, HUB, List.of(hubBinary.toString()), Map.of());
                Product product = Product.ready(lab, Map.of("MEDIAMESH_INGEST_ALLOW_PRIVATE_ADDRESSES", "true"))) {
            String hubAddress = hub.expectLine().replace("http://", "ws://");
            product.putStream("bench", "http://127.0.0.1:" + sourcePort + "/video.mjpeg");
            List<String> toProduct = with(
                    "-mjpeg",
                    "127.0.0.1:" + sourcePort,
                    "-url",
                    "ws://127.0.0.1:" + product.port() + Product.topicPath("bench", "video"));
            List<String> toHub = with("-publish", hubAddress + "/publish", "-url", hubAddress + "/viewer");

            lab.say("warming up");
            Load.run(lab, generator, longer(toProduct), product.pid());
            Load.run(lab, generator, longer(toHub), hub.pid());
            List<Load> ours = new ArrayList<>();
            List<Load> theirs = new ArrayList<>();
            for (int round = 1; round <= lab.rounds(); round++) {
                ours.add(Load.run(lab, generator, toProduct, product.pid()));
                theirs.add(Load.run(lab, generator, toHub, hub.pid()));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.1f µs a frame, %s %.1f µs",
                        round,
                        lab.rounds(),
                        ours.getLast().cpuMicrosPerFrame(),
                        HUB,
                        theirs.getLast().cpuMicrosPerFrame()));
            }
            return outcome(ours, theirs);
        }
    }

    private static List<String> with(String... arguments) {
        List<String> all = new ArrayList<>(LOAD);
        all.addAll(List.of(arguments));
        return all;
    }

    /** At four times the rate, so that what a JVM compiles after thousands of frames is compiled when counting begins. */
    private static List<String> longer(List<String> load) {
        List<String> all = new ArrayList<>(load);
        all.addAll(List.of("-duration", "60s", "-fps", "120"));
        return all;
    }

    static Outcome outcome(List<Load> ours, List<Load> theirs) {
        List<Double> micros = ours.stream().map(Load::cpuMicrosPerFrame).toList();
        List<Double> peerMicros = theirs.stream().map(Load::cpuMicrosPerFrame).toList();
        return new Outcome(
                List.of(
                        Figure.beside(
                                "CPU for a delivered frame",
                                "µs",
                                Medians.of(micros),
                                new Figure.Peer(HUB, Medians.of(peerMicros)),
                                new Goal.RatioAtMost(1)),
                        Load.delivered(ours, HUB, theirs),
                        Figure.beside(
                                "source to viewer, p99",
                                "ms",
                                p99(ours),
                                new Figure.Peer(HUB, p99(theirs)),
                                new Goal.None()),
                        Load.altered(ours)),
                List.of("µs in single rounds: " + Medians.spread(micros) + ", " + HUB + " "
                        + Medians.spread(peerMicros)));
    }

    private static double p99(List<Load> rounds) {
        return Medians.of(rounds.stream().map(Load::p99Millis).toList());
    }
}
