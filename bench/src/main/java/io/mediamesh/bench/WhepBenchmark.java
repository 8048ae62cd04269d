package io.mediamesh.bench;

import io.mediamesh.bench.GlassPage.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From drawing a picture in a browser to seeing it there again, sent by WHIP and watched by WHEP: the page draws its
 * clock into each picture and reads it off the video. Beside that, in turns, the same page sends to itself without a
 * server between: what the browser alone takes to encode, send, decode and show.
 */
final class WhepBenchmark implements Benchmark {
    private static final String PEER = "Chromium to itself";
    private static final int SAMPLES = 300;
    private static final int WARM_UP_MILLIS = 6_000;
    private static final double GOAL_MILLIS = 200;
    private static final double MOST_UNREADABLE = 0.05;

    @Override
    public String name() {
        return "whep";
    }

    @Override
    public String summary() {
        return "time from a picture in Chromium through WHIP and WHEP to its display in Chromium";
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        try (GlassPage page = GlassPage.serve(lab);
                Product product = Product.ready(lab, Map.of("MEDIAMESH_GATEWAY_CORS_ORIGINS", page.origin()))) {
            String base = "http://127.0.0.1:" + product.port();
            List<Seen> ours = new ArrayList<>();
            List<Seen> theirs = new ArrayList<>();
            lab.say("warming up");
            page.watchThrough(base, "warm", WARM_UP_MILLIS, SAMPLES);
            for (int number = 1; number <= lab.rounds(); number++) {
                ours.add(page.watchThrough(base, "round" + number, WARM_UP_MILLIS, SAMPLES));
                theirs.add(page.watchItself(WARM_UP_MILLIS, SAMPLES));
                product.expectAlive();
                lab.say(String.format(
                        Locale.ROOT,
                        "round %d of %d: p95 %.0f ms, %s %.0f ms",
                        number,
                        lab.rounds(),
                        ours.getLast().p(95),
                        PEER,
                        theirs.getLast().p(95)));
            }
            return outcome(ours, theirs);
        }
    }

    static Outcome outcome(List<Seen> ours, List<Seen> theirs) {
        // Clocks that can't be read may be the late ones.
        boolean readable = ours.stream().allMatch(seen -> seen.unreadableShare() <= MOST_UNREADABLE);
        return new Outcome(
                List.of(
                        Figure.beside(
                                "drawn to shown, p95",
                                "ms",
                                readable ? median(ours, 95) : Double.NaN,
                                new Figure.Peer(PEER, median(theirs, 95)),
                                new Goal.ValueAtMost(GOAL_MILLIS)),
                        Figure.beside(
                                "drawn to shown, p50",
                                "ms",
                                readable ? median(ours, 50) : Double.NaN,
                                new Figure.Peer(PEER, median(theirs, 50)),
                                new Goal.None())),
                List.of(
                        String.format(
                                Locale.ROOT,
                                "p95 of single rounds: %s, %s %s ms; shown at %d×%d",
                                spread(ours),
                                PEER,
                                spread(theirs),
                                ours.getLast().widthPx(),
                                ours.getLast().heightPx()),
                        ours.stream().mapToInt(Seen::unreadable).sum() + " of "
                                + ours.stream().mapToInt(Seen::pictures).sum() + " clocks could not be read"
                                + (readable ? "" : ", too many for a figure")));
    }

    private static double median(List<Seen> rounds, double percent) {
        return Medians.of(rounds.stream().map(seen -> seen.p(percent)).toList());
    }

    private static String spread(List<Seen> rounds) {
        return Medians.spread(rounds.stream().map(seen -> seen.p(95)).toList());
    }
}
