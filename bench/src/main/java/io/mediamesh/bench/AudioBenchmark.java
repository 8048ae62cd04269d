package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What analyses of sound cost: all seven beside numpy, scipy and librosa over the same sound, in the running product for
 * many streams, and for a thousand consumers of one; and how old results are when they come.
 */
final class AudioBenchmark implements Benchmark {
    /** The analyses that both sides do. */
    static final List<String> TYPES = List.of(
            "levels", "fft_spectrum", "octave_spectrum", "pitch_tracker", "delay_estimator", "spectrogram", "scope");

    private static final String PEER = "numpy, scipy, librosa";
    private static final int STREAMS = 20;
    private static final long SETTLE_MILLIS = 15_000;
    /** A JVM compiles what runs some hundred times a second only after about a minute. */
    private static final long WARM_UP_MILLIS = 60_000;

    private static final long WINDOW_MILLIS = 8_000;
    private static final int CONSUMERS = 1_000;
    private static final double LEVELS_HZ = 50;
    private static final int CONSUMER_SECONDS = 10;
    private static final double GOAL_RATIO = 0.1;
    private static final double GOAL_STREAMS = 60;
    private static final double GOAL_MILLIS = 40;
    private static final double GOAL_CORES = 1.5;

    @Override
    public String name() {
        return "audio";
    }

    @Override
    public String summary() {
        return "CPU and delay of seven analyses of sound, beside numpy, scipy and librosa; a thousand consumers of one";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        JsonObject halfMillis = beside(lab, figures, notes);
        try (Product product = Product.ready(lab, Map.of())) {
            streams(lab, product, halfMillis, figures, notes);
        }
        try (Product product = Product.ready(lab, Map.of())) {
            consumers(lab, product, figures, notes);
        }
        return new Outcome(figures, notes);
    }

    /** The analyses alone; returns how much later than its time a result is complete, by type. */
    private static JsonObject beside(Lab lab, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        AudioFiles files = AudioFiles.make(lab.scratch());
        List<AudioPeer.Cpu> ours = new ArrayList<>();
        List<AudioPeer.Cpu> theirs = new ArrayList<>();
        JsonObject offer;
        try (Child child = AudioPeer.ours(lab, files)) {
            offer = new JsonObject(child.expectLine());
            for (int round = 1; round <= lab.rounds(); round++) {
                child.tell("measure");
                ours.add(AudioPeer.Cpu.of(new JsonObject(child.expectLine())));
                theirs.add(AudioPeer.python(lab, files, offer.getJsonObject("rates")));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.2f ms of CPU a second of sound, with JSON %.2f; %s %.1f, with JSON %.1f",
                        round,
                        lab.rounds(),
                        1e3 * ours.getLast().plain(),
                        1e3 * ours.getLast().withJson(),
                        PEER,
                        1e3 * theirs.getLast().plain(),
                        1e3 * theirs.getLast().withJson()));
            }
        }
        figures.add(Figure.beside(
                "CPU for a second of sound, seven analyses",
                "ms",
                1e3 * Medians.of(ours.stream().map(AudioPeer.Cpu::plain).toList()),
                new Figure.Peer(
                        PEER,
                        1e3
                                * Medians.of(theirs.stream()
                                        .map(AudioPeer.Cpu::plain)
                                        .toList())),
                new Goal.RatioAtMost(GOAL_RATIO)));
        figures.add(Figure.beside(
                "the same with JSON",
                "ms",
                1e3 * Medians.of(ours.stream().map(AudioPeer.Cpu::withJson).toList()),
                new Figure.Peer(
                        PEER,
                        1e3
                                * Medians.of(theirs.stream()
                                        .map(AudioPeer.Cpu::withJson)
                                        .toList())),
                new Goal.RatioAtMost(GOAL_RATIO)));
        notes.add("by type, with the clock that is read between them, ms: " + shares(ours.getLast()) + "; " + PEER
                + ": " + shares(theirs.getLast()));
        return offer.getJsonObject("half_millis");
    }

    private static String shares(AudioPeer.Cpu cpu) {
        return cpu.byType().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %.2f", entry.getKey(), 1e3 * (Double) entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    /**
     * Many streams with all analyses each, and the age of the results of one of them. A stream is a source with sound in two
     * channels, all that the seven analyses make of it at their usual rates, and one consumer that takes it over a WebSocket;
     * what the product takes with no stream at all is divided among them and told beside.
     */
    private static void streams(
            Lab lab, Product product, JsonObject halfMillis, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        String types = String.join(",", TYPES);
        lab.pause(SETTLE_MILLIS);
        double idlePercent = percent(lab, product);
        List<SoundViewer> viewers = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            product.putStream("sound" + stream, "test:?channels=2&tone=" + (220 + 20 * stream));
            viewers.add(SoundViewer.open(lab.vertx(), product.soundPort(), "sound" + stream, types)
                    .await());
        }
        lab.say(STREAMS + " streams with all analyses, warming up");
        lab.pause(WARM_UP_MILLIS);
        List<Double> percents = new ArrayList<>();
        TreeMap<String, List<Double>> p95 = new TreeMap<>();
        viewers.getFirst().takeAges(lab.vertx()).await();
        for (int round = 0; round < lab.rounds(); round++) {
            percents.add(percent(lab, product) / STREAMS);
            Map<String, List<Double>> ages =
                    viewers.getFirst().takeAges(lab.vertx()).await();
            for (String type : TYPES) {
                p95.computeIfAbsent(type, first -> new ArrayList<>())
                        .add(Medians.percentile(95, ages.getOrDefault(type, List.of())));
            }
        }
        for (SoundViewer viewer : viewers) {
            viewer.close().await();
        }
        product.expectAlive();
        figures.add(Figure.alone(
                "streams with all seven analyses for a core",
                "",
                100 / Medians.of(percents),
                new Goal.ValueAtLeast(GOAL_STREAMS)));
        p95.forEach((type, rounds) -> figures.add(Figure.alone(
                "captured to client, p95, " + type,
                "ms",
                Medians.of(rounds),
                new Goal.ValueAtMost(GOAL_MILLIS + halfMillis.getDouble(type)))));
        notes.add(String.format(
                Locale.ROOT,
                "one of %d streams took %s %% of a core in single rounds, its source, its messages and its share of the"
                        + " idle product included, which takes %.1f %%; goals of delays are %.0f ms after the sound that"
                        + " a result is about is complete",
                STREAMS,
                Medians.spread(percents),
                idlePercent,
                GOAL_MILLIS));
    }

    /** Of a core, over some seconds. */
    private static double percent(Lab lab, Product product) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Duration before = ProcFs.cpuTime(product.pid());
        lab.pause(WINDOW_MILLIS);
        Duration used = ProcFs.cpuTime(product.pid()).minus(before);
        return 100.0 * used.toNanos() / (System.nanoTime() - begin);
    }

    private static void consumers(Lab lab, Product product, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        Path generator = GoPeers.viewers(lab);
        product.putStream("levels", "test:");
        List<String> load = List.of(
                "-messages",
                "-viewers",
                String.valueOf(CONSUMERS),
                "-settle",
                "10s",
                "-duration",
                CONSUMER_SECONDS + "s",
                "-url",
                "ws://127.0.0.1:" + product.soundPort() + "/?stream=levels&types=levels");
        List<Double> cores = new ArrayList<>();
        List<Double> missing = new ArrayList<>();
        List<Double> fewest = new ArrayList<>();
        lab.say("warming up");
        Load.run(lab, generator, load, product.pid());
        for (int round = 1; round <= lab.rounds(); round++) {
            Load seen = Load.run(lab, generator, load, product.pid());
            cores.add(seen.cpu().toNanos() / 1e9 / seen.counts().getDouble("seconds"));
            missing.add(seen.counts().getDouble("missing"));
            fewest.add(seen.counts().getLong("fewest_frames") / seen.counts().getDouble("seconds"));
            lab.say(String.format(
                    Locale.ROOT,
                    "round %d of %d: %.2f cores, %.0f messages missing",
                    round,
                    lab.rounds(),
                    cores.getLast(),
                    missing.getLast()));
        }
        figures.add(
                Figure.alone("1000 consumers of levels", "cores", Medians.of(cores), new Goal.ValueAtMost(GOAL_CORES)));
        figures.add(Figure.alone(
                "messages that they missed, all rounds",
                "",
                missing.stream().mapToDouble(Double::doubleValue).sum(),
                new Goal.ValueAtMost(0)));
        figures.add(Figure.alone(
                "messages to the slowest of them", "/s", Medians.of(fewest), new Goal.ValueAtLeast(0.99 * LEVELS_HZ)));
        notes.add("cores in single rounds: " + Medians.spread(cores) + "; the consumers run on the same machine");
    }
}
