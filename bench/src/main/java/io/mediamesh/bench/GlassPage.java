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
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The page that draws its clock into pictures and reads it off the video that comes back, with its web server. */
final class GlassPage implements AutoCloseable {
    private static final String PAGE = "glass.html";
    private static final long PATIENCE_SECONDS = 90;

    private final Lab lab;
    private final HttpServer server;
    private final BlockingQueue<JsonObject> results;

    private GlassPage(Lab lab, HttpServer server, BlockingQueue<JsonObject> results) {
        this.lab = lab;
        this.server = server;
        this.results = results;
    }

    /**
     * What a page saw.
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

        int pictures() {
            return millis.size() + unreadable;
        }

        double unreadableShare() {
            return unreadable / (double) pictures();
        }
    }

    /** Serves the page on a port of its own. */
    static GlassPage serve(Lab lab) throws IOException {
        BlockingQueue<JsonObject> results = new ArrayBlockingQueue<>(1);
        Buffer page;
        try (InputStream stream = Objects.requireNonNull(GlassPage.class.getResourceAsStream(PAGE), PAGE)) {
            page = Buffer.buffer(stream.readAllBytes());
        }
        HttpServer server = lab.vertx()
                .createHttpServer()
                .requestHandler(request -> answer(request, page, results))
                .listen(0, "127.0.0.1")
                .await();
        return new GlassPage(lab, server, results);
    }

    private static void answer(HttpServerRequest request, Buffer page, BlockingQueue<JsonObject> results) {
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

    /** Where the page comes from, which mediamesh has to allow. */
    String origin() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** A page that sends to itself, shown in a browser of its own until it has seen so many pictures. */
    Seen watchItself(int warmUpMillis, int samples) throws IOException, InterruptedException {
        return watch(address(warmUpMillis, samples), samples);
    }

    /** The same by WHIP and WHEP through the server with this address. */
    Seen watchThrough(String base, String stream, int warmUpMillis, int samples)
            throws IOException, InterruptedException {
        return watch(address(warmUpMillis, samples) + "&base=" + base + "&stream=" + stream, samples);
    }

    private String address(int warmUpMillis, int samples) {
        return origin() + "/?samples=" + samples + "&warmup=" + warmUpMillis;
    }

    private Seen watch(String address, int samples) throws IOException, InterruptedException {
        results.clear();
        try (Chromium browser = Chromium.open(lab, address)) {
            for (long second = 0; second < PATIENCE_SECONDS; second++) {
                JsonObject result = results.poll(1, TimeUnit.SECONDS);
                if (result != null) {
                    return Seen.ofJson(result);
                }
                browser.expectAlive();
            }
            throw browser.failure("showed fewer than " + samples + " pictures in " + PATIENCE_SECONDS + " s");
        }
    }

    @Override
    public void close() {
        server.close().await();
    }
}
