package io.mediamesh.client;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Speaks the contract of the WebSocket for sound, and does wrong what a test tells it to. */
final class FakeSoundServer implements AutoCloseable {
    private static final List<String> TYPES =
            List.of("pitch_tracker", "fft_spectrum", "octave_spectrum", "levels", "loudness");

    /** The addresses that were asked for, with what follows their path. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** What clients wrote. */
    final List<String> commands = new CopyOnWriteArrayList<>();
    /** The open WebSockets and the types that each gets. */
    final Map<ServerWebSocket, TreeSet<String>> sockets = new ConcurrentHashMap<>();

    final List<String> tokens = new CopyOnWriteArrayList<>();
    final AtomicInteger socketsEver = new AtomicInteger();
    /** The status of answers that are no WebSocket; 101 for those that are. */
    volatile int status = 101;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    private FakeSoundServer(int port) {
        this.server = Await.result(
                vertx.createHttpServer().requestHandler(this::handle).listen(port, "127.0.0.1"));
    }

    static FakeSoundServer start() {
        return new FakeSoundServer(0);
    }

    /** Another one, at the port that this one had; its WebSockets break, as if it had crashed. */
    FakeSoundServer restarted() {
        breakSockets();
        close();
        return new FakeSoundServer(server.actualPort());
    }

    URI url() {
        return URI.create("ws://127.0.0.1:" + server.actualPort());
    }

    static String levels(long sequence) {
        return message(
                "levels",
                sequence,
                "{\"peak_levels_db\":[-6.02,-150],\"rms_levels_db\":[-9.03,-150],\"peak_hold_levels_db\":[-6.02,-150],"
                        + "\"channel_labels\":[\"L\",\"R\"],\"integration_time\":0.3,\"peak_hold_time\":1}");
    }

    static String pitch(long sequence) {
        return message(
                "pitch_tracker",
                sequence,
                "{\"frequency_hz\":440.1,\"confidence\":0.98,\"note_name\":\"A4\",\"amplitude_db\":-9.03,"
                        + "\"harmonic_clarity\":0.9,\"cents\":0.4}");
    }

    static String message(String type, long sequence, String data) {
        return "{\"metadata\":{\"data_type\":\"" + type
                + "\",\"stream\":\"test\",\"timestamp\":1763700000.125,\"sequence\":" + sequence
                + ",\"sample_rate\":48000},\"data\":" + data + "}";
    }

    /** Sends a text over every open WebSocket. */
    void tell(String text) {
        sockets.keySet().forEach(socket -> socket.writeTextMessage(text));
    }

    /** The types of the open WebSockets, one entry for each of them. */
    List<String> types() {
        return sockets.values().stream()
                .map(types -> String.join(",", types))
                .sorted()
                .toList();
    }

    /** Breaks every WebSocket without a word. */
    void breakSockets() {
        sockets.keySet()
                .forEach(socket ->
                        ((WebSocketInternal) socket).channelHandlerContext().close());
    }

    private void handle(HttpServerRequest request) {
        requests.add(request.uri());
        tokens.add(String.valueOf(request.getHeader("Authorization")));
        if (status != 101) {
            request.response().setStatusCode(status).end("{\"error\":\"not now\",\"code\":\"a_reason\"}");
            return;
        }
        request.toWebSocket().onSuccess(socket -> open(socket, request));
    }

    private void open(ServerWebSocket socket, HttpServerRequest request) {
        socketsEver.incrementAndGet();
        TreeSet<String> types =
                new TreeSet<>(List.of(request.getParam("types", "").split(",", -1)));
        Optional<String> unknown = unknown(types);
        if (unknown.isPresent()) {
            socket.writeTextMessage(complaint(unknown.get()));
            socket.close((short) 4400);
            return;
        }
        if ("gone".equals(request.getParam("stream"))) {
            socket.writeTextMessage(
                    "{\"error\":\"there is no stream gone\",\"code\":\"not_found\",\"field\":\"stream\"}");
            socket.close((short) 4404);
            return;
        }
        sockets.put(socket, types);
        socket.closeHandler(closed -> sockets.remove(socket));
        socket.exceptionHandler(broken -> sockets.remove(socket));
        socket.textMessageHandler(text -> command(socket, text));
    }

    private void command(ServerWebSocket socket, String text) {
        commands.add(text);
        TreeSet<String> types = new JsonObject(text)
                .getJsonArray("types").stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
        Optional<String> unknown = unknown(types);
        if (unknown.isPresent()) {
            socket.writeTextMessage(complaint(unknown.get()));
        } else {
            sockets.put(socket, types);
            socket.writeTextMessage(new JsonObject()
                    .put("type", "choice")
                    .put("types", new JsonArray(List.copyOf(types)))
                    .encode());
        }
    }

    private static Optional<String> unknown(Set<String> types) {
        return types.stream().filter(type -> !TYPES.contains(type)).findFirst();
    }

    private static String complaint(String type) {
        return new JsonObject()
                .put(
                        "error",
                        "there is no analysis \"" + type + "\"; did you mean levels? There are "
                                + String.join(", ", TYPES))
                .put("code", "invalid")
                .put("field", "types")
                .encode();
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}
