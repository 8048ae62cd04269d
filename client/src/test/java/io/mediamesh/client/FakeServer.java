package io.mediamesh.client;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks the contract of the gateway over real sockets, and does wrong what a test tells it to. */
final class FakeServer implements AutoCloseable {
    /** The status of a {@link Canned} answer that never comes. */
    static final int HELD = 0;

    /** The connections that it knows. */
    final Map<String, JsonObject> connections = new ConcurrentHashMap<>();

    /** What was asked, as {@code METHOD path}, upgrades as {@code WS path}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final List<JsonObject> offers = new CopyOnWriteArrayList<>();
    final List<String> tokens = new CopyOnWriteArrayList<>();
    /** The open WebSockets. */
    final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();

    final AtomicInteger socketsEver = new AtomicInteger();
    /** Answers that replace those of the contract, by {@code METHOD path}. */
    final Map<String, Canned> canned = new ConcurrentHashMap<>();
    /** Requests that it never answers, by {@code METHOD path}. */
    final Map<String, HttpServerRequest> held = new ConcurrentHashMap<>();

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /** An answer of a test's choice; one that is not complete ends before the length that it names. */
    record Canned(int status, String body, boolean complete) {
        Canned(int status, String body) {
            this(status, body, true);
        }
    }

    private FakeServer(int port) {
        this.server = Await.result(
                vertx.createHttpServer().requestHandler(this::handle).listen(port, "127.0.0.1"));
    }

    static FakeServer start() {
        return new FakeServer(0);
    }

    /** Another one, at the port that this one had; its WebSockets break, as if it had crashed. */
    FakeServer restarted() {
        breakSockets();
        close();
        FakeServer next = new FakeServer(server.actualPort());
        next.connections.putAll(connections);
        return next;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    FakeServer withConnection(String id) {
        connections.put(id, info(id));
        return this;
    }

    static JsonObject info(String id) {
        return new JsonObject()
                .put("connection_id", id)
                .put("uptime", 45.2)
                .put("frames_received", 1350)
                .put("messages_sent", 1349)
                .put("last_activity", 1640995200.25);
    }

    /** The message about a frame, with the average as its mark. */
    static JsonObject intensity(String id, double average) {
        return new JsonObject()
                .put("timestamp", 1763700000.125)
                .put("current_intensity", 51.0)
                .put("current_normalized", 0.2)
                .put("average_intensity", average)
                .put("average_normalized", average / 255)
                .put("frame_count", 30)
                .put("connection_id", id);
    }

    /** Sends a text over every open WebSocket. */
    void tell(String text) {
        sockets.forEach(socket -> socket.writeTextMessage(text));
    }

    /** Breaks every WebSocket without a word. */
    void breakSockets() {
        sockets.forEach(
                socket -> ((WebSocketInternal) socket).channelHandlerContext().close());
    }

    long asked(String request) {
        return requests.stream().filter(request::equals).count();
    }

    private void handle(HttpServerRequest request) {
        boolean upgrade = request.headers().contains("Upgrade", "websocket", true);
        String asked = (upgrade ? "WS" : request.method()) + " " + request.path();
        requests.add(asked);
        tokens.add(String.valueOf(request.getHeader("Authorization")));
        Canned answer = canned.get(asked);
        if (answer != null) {
            if (answer.status == HELD) {
                request.pause();
                held.put(asked, request);
            } else if (answer.complete) {
                answer(request, answer.status, answer.body);
            } else {
                request.response()
                        .setStatusCode(answer.status)
                        .putHeader("Content-Length", "1000")
                        .write(answer.body);
            }
            return;
        }
        if (upgrade && connections.containsKey(idIn(request.path()))) {
            request.toWebSocket().onSuccess(this::open);
            return;
        }
        request.body().onSuccess(body -> {
            if (asked.equals("POST /offer")) {
                offer(request, body.toJsonObject());
            } else if (asked.equals("GET /api/connections")) {
                JsonObject all = new JsonObject();
                connections.forEach(all::put);
                answer(request, 200, all.encode());
            } else if (asked.equals("GET /api/connections/count")) {
                answer(
                        request,
                        200,
                        new JsonObject().put("count", connections.size()).encode());
            } else {
                one(request, idIn(request.path()));
            }
        });
    }

    /** Answers the offer that it did not answer so far. */
    void answerHeldOffer(String id) {
        vertx.runOnContext(now -> offer(heldRequest("POST /offer"), new JsonObject().put("connection_id", id)));
    }

    /** Opens the WebSocket that it did not open so far. */
    void openHeld(String asked) {
        vertx.runOnContext(now -> heldRequest(asked).toWebSocket().onSuccess(this::open));
    }

    private HttpServerRequest heldRequest(String asked) {
        return Objects.requireNonNull(held.get(asked));
    }

    private void offer(HttpServerRequest request, JsonObject offer) {
        offers.add(offer);
        String id = offer.getString("connection_id");
        if (connections.putIfAbsent(id, info(id)) != null) {
            answer(
                    request,
                    409,
                    "{\"error\":\"the connection " + id
                            + " is in use\",\"code\":\"conflict\",\"field\":\"connection_id\"}");
            return;
        }
        answer(
                request,
                200,
                new JsonObject()
                        .put("sdp", "v=0 answer")
                        .put("type", "answer")
                        .put("connection_id", id)
                        .encode());
    }

    private void one(HttpServerRequest request, String id) {
        boolean delete = request.method().equals(HttpMethod.DELETE);
        JsonObject info = delete ? connections.remove(id) : connections.get(id);
        if (info == null) {
            answer(request, 404, "{\"error\":\"there is no connection " + id + "\"}");
        } else if (delete) {
            request.response().setStatusCode(204).end();
            sockets.stream()
                    .filter(socket -> idIn(socket.path()).equals(id))
                    .forEach(socket -> socket.close((short) 1000));
        } else {
            answer(request, 200, info.encode());
        }
    }

    private void open(ServerWebSocket socket) {
        socketsEver.incrementAndGet();
        sockets.add(socket);
        socket.closeHandler(closed -> sockets.remove(socket));
        socket.exceptionHandler(broken -> sockets.remove(socket));
    }

    private static String idIn(String path) {
        String[] parts = path.split("/", -1);
        return parts.length > 3 ? URLDecoder.decode(parts[3], StandardCharsets.UTF_8) : "";
    }

    static void answer(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body);
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}
