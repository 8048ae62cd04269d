package io.mediamesh.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * From drawing a picture in a browser to seeing it there again, sent by WHIP and watched by WHEP: the page draws its
 * clock into each picture and reads it off the video. Beside that, in turns, the same page sends to itself without a
 * server between: what the browser alone takes to encode, send, decode and show.
 */
final class WhepBenchmark implements Benchmark {
    private static final String PAGE = "glass.html";
    private static final String PEER = "Chromium to itself";
    private static final int SAMPLES = 300;
    private static final int WARM_UP_MILLIS = 6_000;
    private static final long PATIENCE_SECONDS = 90;
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

    /**
     * What a page saw in one round.
     *
     * @param millis from drawing to display, of each picture whose clock could be read
     * @param unreadable pictures whose clock could not be read
     */
    record Seen(List<Double> millis, int unreadable, int widthPx, int heightPx) {
        /** Copies the list. */
        Seen {
            millis = List.copyOf(millis);
        }

        static Seen ofJson(JsonObject json) {
            if (json.containsKey("error")) {
                throw new IllegalStateException("the page failed: " + json.getString("error"));
            }
            JsonArray millis = json.getJsonArray("millis");
            List<Double> values = new ArrayList<>();
            for (int index = 0; index < millis.size(); index++) {
                values.add(millis.getDouble(index));
            }
            return new Seen(
                    values, json.getInteger("unreadable"), json.getInteger("widthPx"), json.getInteger("heightPx"));
        }

        double p(double percent) {
            return Medians.percentile(percent, millis);
        }

        double unreadableShare() {
            return unreadable / (double) (unreadable + millis.size());
        }
    }

    @Override
    public Outcome run(Lab lab) throws IOException, InterruptedException {
        BlockingQueue<JsonObject> results = new ArrayBlockingQueue<>(1);
        Buffer page = Buffer.buffer(page());
        HttpServer pages = lab.vertx()
                .createHttpServer()
                .requestHandler(request -> serve(request, page, results))
                .listen(0, "127.0.0.1")
                .await();
        String origin = "http://127.0.0.1:" + pages.actualPort();
        try (Product product = Product.ready(lab, Map.of("MEDIAMESH_GATEWAY_CORS_ORIGINS", origin))) {
            List<Seen> ours = new ArrayList<>();
            List<Seen> theirs = new ArrayList<>();
            String direct = origin + "/?samples=" + SAMPLES + "&warmup=" + WARM_UP_MILLIS;
            String through = direct + "&base=http://127.0.0.1:" + product.port() + "&stream=glass";
            lab.say("warming up");
            round(lab, through + "0", results);
            for (int number = 1; number <= lab.rounds(); number++) {
                ours.add(round(lab, through + number, results));
                theirs.add(round(lab, direct, results));
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
        } finally {
            pages.close().await();
        }
    }

    private static Seen round(Lab lab, String url, BlockingQueue<JsonObject> results)
            throws IOException, InterruptedException {
        try (Chromium browser = Chromium.open(lab, url)) {
            for (long second = 0; second < PATIENCE_SECONDS; second++) {
                JsonObject result = results.poll(1, TimeUnit.SECONDS);
                if (result != null) {
                    return Seen.ofJson(result);
                }
                browser.expectAlive();
            }
            throw browser.failure("showed fewer than " + SAMPLES + " pictures in " + PATIENCE_SECONDS + " s");
        }
    }

    private static void serve(HttpServerRequest request, Buffer page, BlockingQueue<JsonObject> results) {
        if (request.method().equals(HttpMethod.POST) && request.path().equals("/result")) {
            request.body().onSuccess(body -> {
                results.offer(body.toJsonObject());
                request.response().setStatusCode(204).end();
            });
        } else if (request.path().equals("/")) {
            request.response().putHeader("Content-Type", "text/html").end(page);
        } else {
            request.response().setStatusCode(404).end();
        }
    }

    private static byte[] page() throws IOException {
        try (InputStream stream = Objects.requireNonNull(WhepBenchmark.class.getResourceAsStream(PAGE), PAGE)) {
            return stream.readAllBytes();
        }
    }

    static Outcome outcome(List<Seen> ours, List<Seen> theirs) {
        // Clocks that can't be read would be the late ones, perhaps.
        boolean readable = ours.stream().allMatch(seen -> seen.unreadableShare() <= MOST_UNREADABLE);
        double p95 = readable ? median(ours, seen -> seen.p(95)) : Double.NaN;
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "p95 of single rounds of %d pictures: %s ms, %s %s ms; shown at %d×%d",
                SAMPLES,
                spread(ours),
                PEER,
                spread(theirs),
                ours.getLast().widthPx,
                ours.getLast().heightPx));
        notes.add(ours.stream().mapToInt(Seen::unreadable).sum() + " of "
                + ours.stream()
                        .mapToInt(seen -> seen.unreadable + seen.millis.size())
                        .sum()
                + " clocks could not be read" + (readable ? "" : ", too many for a figure"));
        return new Outcome(
                List.of(
                        Figure.beside(
                                "drawn to shown, p95",
                                "ms",
                                p95,
                                new Figure.Peer(PEER, median(theirs, seen -> seen.p(95))),
                                new Goal.ValueAtMost(GOAL_MILLIS)),
                        Figure.beside(
                                "drawn to shown, p50",
                                "ms",
                                median(ours, seen -> seen.p(50)),
                                new Figure.Peer(PEER, median(theirs, seen -> seen.p(50))),
                                new Goal.None())),
                notes);
    }

    private static double median(List<Seen> rounds, Function<Seen, Double> value) {
        return Medians.of(rounds.stream().map(value).toList());
    }

    private static String spread(List<Seen> rounds) {
        return Medians.spread(rounds.stream().map(seen -> seen.p(95)).toList());
    }
}
