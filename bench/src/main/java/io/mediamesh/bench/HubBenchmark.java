package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Broadcasts: passed on to many viewers beside a Go hub that gets and gives the same messages, to one viewer as fast as it
 * goes, and with an object that is followed; and the memory of many tracking sessions.
 */
final class HubBenchmark implements Benchmark {
    private static final String HUB = "gorilla-hub";
    private static final List<String> LOAD = List.of("-viewers", "50", "-fps", "30", "-bytes", "40960");
    private static final long WINDOW_MILLIS = 5_000;
    private static final long WARM_UP_MILLIS = 8_000;
    private static final int SESSIONS = 200;
    private static final double GOAL_FPS = 1_000;
    private static final double GOAL_TRACKED_FPS = 60;
    private static final double GOAL_SESSION_MIB = 2;

    @Override
    public String name() {
        return "hub";
    }

    @Override
    public String summary() {
        return "broadcasts to 50 viewers beside a Go hub, to one viewer, and with an object followed; memory of sessions";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        fanout(lab, figures, notes);
        try (Product product = Product.ready(lab, Map.of())) {
            paced(lab, product, figures, notes);
        }
        try (Product product = Product.ready(lab, Map.of())) {
            sessions(lab, product, figures, notes);
        }
        return new Outcome(figures, notes);
    }

    private static void fanout(Lab lab, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        Path generator = GoPeers.viewers(lab);
        Path hubBinary = GoPeers.gorillaHub(lab);
        try (Child hub = Child.talking(lab, HUB, List.of(hubBinary.toString()), Map.of());
                Product product = Product.ready(lab, Map.of())) {
            String theirAddress = hub.expectLine().replace("http://", "ws://") + "/broadcast";
            List<String> toProduct = load("ws://127.0.0.1:" + product.port());
            List<String> toHub = load(theirAddress);
            lab.say("warming up");
            Load.run(lab, generator, longer(toProduct), product.pid());
            List<Load> ours = new ArrayList<>();
            List<Load> theirs = new ArrayList<>();
            for (int round = 1; round <= lab.rounds(); round++) {
                ours.add(Load.run(lab, generator, toProduct, product.pid()));
                theirs.add(Load.run(lab, generator, toHub, hub.pid()));
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: %.0f frames for a second of CPU, %s %.0f",
                        round,
                        lab.rounds(),
                        perCpuSecond(ours.getLast()),
                        HUB,
                        perCpuSecond(theirs.getLast())));
            }
            figures.addAll(fanoutFigures(ours, theirs));
            notes.add(String.format(
                    Locale.ROOT,
                    "resident after it: %.0f MiB, %s %.0f MiB",
                    ProcFs.residentBytes(product.pid()) / 1048576.0,
                    HUB,
                    ProcFs.residentBytes(hub.pid()) / 1048576.0));
        }
    }

    private static List<String> load(String address) {
        List<String> all = new ArrayList<>(LOAD);
        all.addAll(List.of("-broadcast", address + "/broadcaster", "-url", address + "/viewer"));
        return all;
    }

    /** At four times the rate, until a JVM has compiled what it runs. */
    private static List<String> longer(List<String> load) {
        List<String> all = new ArrayList<>(load);
        all.addAll(List.of("-duration", "20s", "-fps", "120"));
        return all;
    }

    private static double perCpuSecond(Load load) {
        return 1e6 / load.cpuMicrosPerFrame();
    }

    static List<Figure> fanoutFigures(List<Load> ours, List<Load> theirs) {
        List<Double> rates = ours.stream().map(HubBenchmark::perCpuSecond).toList();
        List<Double> peerRates = theirs.stream().map(HubBenchmark::perCpuSecond).toList();
        return List.of(
                Figure.beside(
                        "frames of 40 KB to 50 viewers for a second of CPU",
                        "",
                        Medians.of(rates),
                        new Figure.Peer(HUB, Medians.of(peerRates)),
                        new Goal.RatioAtLeast(1)),
                Load.delivered(ours, HUB, theirs),
                Load.altered(ours));
    }

    private static void paced(Lab lab, Product product, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        List<String> pictures = MovingSquare.jpegs(80).stream()
                .map(file -> Base64.getEncoder().encodeToString(file))
                .toList();
        List<String> plain = pictures.stream()
                .map(text -> "{\"frame\":\"" + text + "\",\"hasrectangle\":false,\"rectangle\":{}}")
                .toList();
        JsonObject square = new JsonObject()
                .put("x1", MovingSquare.LEFT_PX)
                .put("y1", MovingSquare.TOP_PX)
                .put("x2", MovingSquare.LEFT_PX + MovingSquare.SIDE_PX)
                .put("y2", MovingSquare.TOP_PX + MovingSquare.SIDE_PX);
        List<String> tracked = pictures.stream()
                .map(text -> "{\"frame\":\"" + text + "\",\"hasrectangle\":true,\"rectangle\":" + square + "}")
                .toList();

        Paced without = paced(lab, product, "plain", plain);
        figures.add(Figure.alone(
                "frames to one viewer, each after the one before, without tracking",
                "/s",
                Medians.of(without.perSecond),
                new Goal.ValueAtLeast(GOAL_FPS)));
        Paced with = paced(lab, product, "tracked", tracked);
        figures.add(Figure.alone(
                "the same with one object of 100×100 followed, for a second of CPU",
                "",
                Medians.of(with.perCpuSecond),
                new Goal.ValueAtLeast(GOAL_TRACKED_FPS)));
        figures.add(Figure.alone("of these, by the clock", "/s", Medians.of(with.perSecond), new Goal.None()));
        figures.add(Figure.alone(
                "frames in which the object was found", "%", 100 * with.foundShare, new Goal.ValueAtLeast(99)));
        notes.add("frames a second in single rounds: " + Medians.spread(without.perSecond)
                + "; tracked, for a second of" + " CPU: " + Medians.spread(with.perCpuSecond));
    }

    private record Paced(List<Double> perSecond, List<Double> perCpuSecond, double foundShare) {}

    private static Paced paced(Lab lab, Product product, String stream, List<String> messages)
            throws IOException, InterruptedException {
        PacedBroadcast broadcast = PacedBroadcast.begin(lab.vertx(), product.port(), stream, messages);
        lab.say(stream + ": warming up");
        lab.pause(WARM_UP_MILLIS);
        List<Double> perSecond = new ArrayList<>();
        List<Double> perCpuSecond = new ArrayList<>();
        PacedBroadcast.Counts first = broadcast.counts(lab.vertx());
        PacedBroadcast.Counts before = first;
        for (int round = 0; round < lab.rounds(); round++) {
            long beginNanos = System.nanoTime();
            Duration cpu = ProcFs.cpuTime(product.pid());
            lab.pause(WINDOW_MILLIS);
            PacedBroadcast.Counts now = broadcast.counts(lab.vertx());
            Duration used = ProcFs.cpuTime(product.pid()).minus(cpu);
            double frames = now.frames() - before.frames();
            perSecond.add(1e9 * frames / (System.nanoTime() - beginNanos));
            perCpuSecond.add(1e9 * frames / used.toNanos());
            before = now;
        }
        broadcast.end();
        product.expectAlive();
        return new Paced(
                perSecond,
                perCpuSecond,
                (double) (before.withRegion() - first.withRegion()) / (before.frames() - first.frames()));
    }

    private static void sessions(Lab lab, Product product, List<Figure> figures, List<String> notes)
            throws IOException, InterruptedException {
        List<byte[]> pictures = MovingSquare.jpegs(4);
        String box = "[[" + MovingSquare.LEFT_PX + "," + MovingSquare.TOP_PX + ","
                + (MovingSquare.LEFT_PX + MovingSquare.SIDE_PX) + "," + (MovingSquare.TOP_PX + MovingSquare.SIDE_PX)
                + "]]";
        lab.say(SESSIONS + " sessions");
        // What one session needs at all, as native libraries and compiled code, is no memory of the others.
        follow(product, product.startTracking(pictures.getFirst(), box), pictures);
        long before = ProcFs.residentBytes(product.pid());
        List<String> sessions = new ArrayList<>();
        for (int session = 1; session < SESSIONS; session++) {
            sessions.add(product.startTracking(pictures.getFirst(), box));
        }
        for (String session : sessions) {
            follow(product, session, pictures);
        }
        long after = ProcFs.residentBytes(product.pid());
        figures.add(Figure.alone(
                "resident memory for each of " + SESSIONS + " tracking sessions",
                "MiB",
                (after - before) / 1048576.0 / (SESSIONS - 1),
                new Goal.ValueAtMost(GOAL_SESSION_MIB)));
        notes.add(String.format(
                Locale.ROOT,
                "the product with one session: %.0f MiB, with %d: %.0f MiB",
                before / 1048576.0,
                SESSIONS,
                after / 1048576.0));
    }

    private static void follow(Product product, String session, List<byte[]> pictures)
            throws IOException, InterruptedException {
        for (byte[] picture : pictures.subList(1, pictures.size())) {
            product.track(session, picture);
        }
    }
}
