package io.mediamesh.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Video connections at a mediamesh server, and the intensity of their frames.
 *
 * <p>Safe to use from any thread. Nothing blocks: futures complete on the Vert.x context of the caller. Handlers of
 * intensity are called one after the other on the context in which the client was created, which is one of event loops
 * unless that was in a worker: a handler must not block, and what takes long belongs elsewhere.
 *
 * <p>Every future may fail with a {@link MediameshException}, which is the server's answer, a {@link
 * NoAnswerException} when there was none, an {@link IllegalArgumentException} for an id that can't be one, and an {@link
 * IllegalStateException} after {@link #shutdown()}.
 */
public final class VideoClient {
    private static final Logger LOG = LoggerFactory.getLogger(VideoClient.class);

    private final Calls calls;
    private final VideoConfig config;
    private final Endpoint server;
    private final HttpCalls http;
    private final Sockets sockets;
    private final IntensityFeeds feeds;

    // Only touched on the context.
    private final Set<Future<Answer>> connecting = new HashSet<>();
    private final Set<String> made = new HashSet<>();

    private VideoClient(
            Vertx vertx, Endpoint server, VideoConfig config, ClientOptions options, Duration silenceLimit) {
        this.calls = new Calls(vertx);
        this.config = config;
        this.server = server;
        this.http = new HttpCalls(vertx, server, options);
        this.sockets = new Sockets(vertx, server, options, silenceLimit);
        this.feeds = new IntensityFeeds(calls.context(), server, sockets, made::remove);
    }

    /**
     * A client with {@link VideoConfig#DEFAULT}, without a token.
     *
     * @param baseUrl where the server is, for example {@code http://127.0.0.1:8080}
     * @throws IllegalArgumentException when that can't be the address of a server
     */
    public static VideoClient create(Vertx vertx, URI baseUrl) {
        return create(vertx, baseUrl, VideoConfig.DEFAULT);
    }

    /**
     * A client without a token.
     *
     * @param config for the connections that it makes
     */
    public static VideoClient create(Vertx vertx, URI baseUrl, VideoConfig config) {
        return create(vertx, baseUrl, config, ClientOptions.DEFAULT);
    }

    /** A client. Nothing is sent before its first call. */
    public static VideoClient create(Vertx vertx, URI baseUrl, VideoConfig config, ClientOptions options) {
        return create(vertx, baseUrl, config, options, Sockets.SILENCE_LIMIT);
    }

    /** For tests, which can't wait so long until a silent server counts as lost. */
    static VideoClient create(
            Vertx vertx, URI baseUrl, VideoConfig config, ClientOptions options, Duration silenceLimit) {
        return new VideoClient(vertx, Endpoint.of(baseUrl), config, options, silenceLimit);
    }

    /**
     * Hands a WebRTC offer to the server; the answer has all candidates.
     *
     * @param connectionId the id that the connection shall have; 409 when it is in use
     * @param sdp of the offer
     * @param sdpType "offer"
     */
    public Future<Answer> connect(String connectionId, String sdp, String sdpType) {
        return call(connectionId, () -> {
            JsonObject body = new JsonObject()
                    .put("sdp", sdp)
                    .put("type", sdpType)
                    .put("connection_id", connectionId)
                    .put("config", config.toJson());
            Future<Answer> answer = http.post(server.offer(), body, json -> {
                // First of all: an answer that is not understood has made a connection all the same.
                made.add(connectionId);
                feeds.connected(connectionId);
                return Answer.ofJson(json, connectionId);
            });
            connecting.add(answer);
            return answer.onComplete(done -> connecting.remove(answer));
        });
    }

    /**
     * Ends a connection, and takes its handlers away. A connection that the server does not know fails with a {@link
     * MediameshException} of status 404.
     */
    public Future<Void> disconnect(String connectionId) {
        return call(connectionId, () -> delete(connectionId).compose(done -> feeds.remove(connectionId)));
    }

    private Future<Void> delete(String connectionId) {
        return http.delete(server.connection(connectionId))
                .onSuccess(done -> made.remove(connectionId))
                .onFailure(failure -> {
                    if (isNotFound(failure)) {
                        made.remove(connectionId);
                    }
                });
    }

    /**
     * Has {@code handler} called for every frame of a connection. The future completes when the first frame can come,
     * and fails where the server refuses or can't be reached. A connection that the server does not know yet may be
     * waited for like this, from before {@link #connect}: then the future completes when the server has said so, and
     * frames come as soon as this client has connected it, or at most ten seconds after another one has.
     *
     * <p>A WebSocket that breaks is opened again, with growing pauses up to ten seconds, and frames of the time in
     * between are not made up for; {@link Registration#ended()} tells when it is over.
     *
     * <p>All handlers of a connection share one WebSocket. One that throws is logged, and called again for the next
     * frame.
     */
    public Future<Registration> registerIntensityHandler(String connectionId, Consumer<IntensityData> handler) {
        Objects.requireNonNull(handler, "handler");
        return call(
                connectionId,
                () -> feeds.add(new Registration(
                        connectionId, handler, registration -> calls.run(() -> feeds.remove(registration)))));
    }

    /**
     * Takes all handlers of a connection away and closes their WebSocket; the connection stays. Without handlers there
     * is nothing to do. {@link Registration#close()} takes a single one away.
     */
    public Future<Void> unregisterIntensityHandler(String connectionId) {
        return call(connectionId, () -> feeds.remove(connectionId));
    }

    /** How a connection does; empty where the server does not know it. */
    public Future<Optional<ConnectionInfo>> connectionInfo(String connectionId) {
        return call(connectionId, () -> http.get(server.connection(connectionId), ConnectionInfo::ofJson)
                .map(Optional::of)
                .recover(failure -> {
                    if (isNotFound(failure)) {
                        made.remove(connectionId);
                        return Future.succeededFuture(Optional.empty());
                    }
                    return Future.failedFuture(failure);
                }));
    }

    /** How all connections of the server do, by id, whoever made them. */
    public Future<Map<String, ConnectionInfo>> allConnections() {
        return calls.call(() -> http.get(server.connections(), json -> {
            Map<String, ConnectionInfo> connections = new LinkedHashMap<>();
            for (String id : json.fieldNames()) {
                connections.put(id, ConnectionInfo.ofJson(JsonFields.object(json, id)));
            }
            return connections;
        }));
    }

    /** Whether the server knows a connection. */
    public Future<Boolean> isConnectionActive(String connectionId) {
        return connectionInfo(connectionId).map(Optional::isPresent);
    }

    /** The number of connections of the server, whoever made them. */
    public Future<Integer> connectionCount() {
        return calls.call(() -> http.get(server.count(), json -> JsonFields.count(json, "count")));
    }

    /**
     * Takes all handlers away, ends the connections that this client made, and closes the client. What can't be ended
     * is logged: the server ends it when no frames come. Never fails; safe to call twice.
     */
    public Future<Void> shutdown() {
        return calls.shutdown(() -> feeds.close()
                // An offer that is answered from now on has made a connection that must end, too.
                .compose(closed -> Future.join(List.copyOf(connecting)).otherwiseEmpty())
                .compose(answered -> disconnectMade())
                .compose(disconnected -> sockets.close())
                .onComplete(closed -> http.close()));
    }

    private Future<Void> disconnectMade() {
        List<Future<Void>> deletions = List.copyOf(made).stream()
                .map(id -> delete(id).recover(failure -> {
                    if (!isNotFound(failure)) {
                        LOG.warn("the connection {} is left to the server: {}", id, failure.getMessage());
                    }
                    return Future.succeededFuture();
                }))
                .toList();
        return Future.join(deletions).mapEmpty();
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof MediameshException told && told.isNotFound();
    }

    private <T> Future<T> call(String connectionId, Supplier<Future<T>> work) {
        // An empty one would lead to the address of all connections.
        return connectionId.isBlank()
                ? Future.failedFuture(new IllegalArgumentException("the connection id is empty"))
                : calls.call(work);
    }
}
