package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.Channel;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Analyses of sound over WebSockets and as Server-Sent Events: at ports of their own, whatever the path, and at {@code
 * /api/v1/audio/stream}.
 */
final class AudioStreamApi {
    /** Longest command of a client. */
    static final int MOST_COMMAND_BYTES = 4_096;

    private static final String EVENT_STREAM = "text/event-stream";

    private final Vertx vertx;
    private final AudioConsumers consumers;
    private final Origins origins;

    AudioStreamApi(Vertx vertx, AudioConsumers consumers, Origins origins) {
        this.vertx = vertx;
        this.consumers = consumers;
        this.origins = origins;
    }

    /** {@code WS /api/v1/audio/stream}. */
    void socket(RoutingContext context) {
        origins.checkWebSocket(context.request());
        upgrade(context.request());
    }

    /** {@code GET /api/v1/audio/stream} without an upgrade. */
    void events(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept == null || !accept.contains(EVENT_STREAM)) {
            Failures.write(
                    context.response(),
                    406,
                    Failures.error(
                            "analyses come over a WebSocket at this address, or as Server-Sent Events with Accept: "
                                    + EVENT_STREAM,
                            "not_acceptable",
                            "Accept"));
            return;
        }
        answer(context.request());
    }

    /**
     * Makes a WebSocket of a request. A page learns the reason of a failure only from a message, so it is accepted whatever
     * is wrong.
     */
    void upgrade(HttpServerRequest request) {
        Channel channel = Transport.of(request.connection());
        MultiMap query = request.params();
        request.toWebSocket().onSuccess(socket -> open(channel, socket, query)).onFailure(failure -> {
            if (!request.response().ended()) {
                Failures.answer(
                        request.response(),
                        MeshException.invalid("Upgrade", "this is not a valid WebSocket handshake"));
            }
        });
    }

    private void open(Channel channel, ServerWebSocket socket, MultiMap query) {
        FramedSocket frames = new FramedSocket(channel, socket);
        AudioWish wish;
        try {
            wish = AudioWish.of(query, consumers.types(), consumers.defaultStream());
        } catch (MeshException invalid) {
            new SocketLine(frames, false).refuse(invalid);
            return;
        }
        SocketLine plain = new SocketLine(frames, wish.compressed());
        AudioLine line = BatchingLine.of(vertx, plain, wish);
        AudioConsumer consumer = consumers.serve(AudioProtocolKind.WEBSOCKET, line, wish);
        socket.closeHandler(closed -> consumer.leave());
        socket.exceptionHandler(broken -> consumer.leave());
        socket.textMessageHandler(text -> {
            plain.heardFrom();
            command(consumer, text);
        });
        socket.binaryMessageHandler(bytes -> {
            plain.heardFrom();
            complain(
                    consumer,
                    MeshException.invalid(
                            "message",
                            "binary messages are not understood here; a command is a text such as"
                                    + " {\"types\":[\"levels\"],\"rate\":10}"));
        });
    }

    /** What a client writes: another choice, which holds from here on, or a complaint and everything stays. */
    private void command(AudioConsumer consumer, String text) {
        try {
            AudioWish wish = parsed(consumer, text.getBytes(StandardCharsets.UTF_8), consumers.types());
            consumer.follow(wish)
                    .onSuccess(done -> consumer.line()
                            .say("choice", consumer.wish().toJson().put("type", "choice")))
                    .onFailure(failure -> complain(consumer, Failures.asMeshException(failure, 500)));
        } catch (MeshException invalid) {
            complain(consumer, invalid);
        }
    }

    private static void complain(AudioConsumer consumer, MeshException failure) {
        consumer.line().say("error", Failures.toJson(failure));
    }

    /** Reads a command. */
    static AudioWish parsed(AudioConsumer consumer, byte[] text, AudioTypes types) {
        if (text.length > MOST_COMMAND_BYTES) {
            throw MeshException.invalid(
                    "message", "a command has at most " + MOST_COMMAND_BYTES + " bytes, not " + text.length);
        }
        JsonObject command;
        try {
            command = new JsonObject(Buffer.buffer(text));
        } catch (DecodeException | ClassCastException malformed) {
            throw MeshException.invalid(
                    "message", "a command is a JSON object such as {\"types\":[\"levels\"],\"rate\":10}");
        }
        return consumer.wish().changedBy(command, types);
    }

    /** Answers with Server-Sent Events. */
    void answer(HttpServerRequest request) {
        AudioWish wish = AudioWish.of(request.params(), consumers.types(), consumers.defaultStream());
        String codings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        boolean compressed = wish.compressed() && codings != null && codings.contains("gzip");
        HttpServerResponse response = request.response();
        consumers
                .join(wish)
                .onSuccess(joined -> {
                    if (response.closed()) {
                        joined.values().forEach(ViewerHub::expectNoMore);
                    } else {
                        begin(request, wish, compressed, joined);
                    }
                })
                .onFailure(failure -> Failures.answer(response, Failures.asMeshException(failure, 500)));
    }

    private void begin(HttpServerRequest request, AudioWish wish, boolean compressed, Map<String, ViewerHub> joined) {
        HttpServerResponse response = request.response();
        EventLine events = new EventLine(Transport.of(request.connection()), response, compressed);
        AudioConsumer consumer =
                consumers.enter(AudioProtocolKind.SSE, BatchingLine.of(vertx, events, wish), wish, false);
        consumer.take(wish, joined);
        response.closeHandler(closed -> {
            consumer.leave();
            events.gone();
        });
        response.exceptionHandler(broken -> consumer.leave());
    }
}
