package io.mediamesh.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Opens WebSockets. Failures are a {@link MediameshException} or a {@link NoAnswerException}. */
final class Sockets {
    /** Servers ping every 20 s, so a connection that is silent for longer has lost its server. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private static final int MAX_SOCKETS = 10_000;
    private static final int CLOSING_LIMIT_SECONDS = 2;
    /** A spectrum of 32,768 points with phases is a megabyte of JSON; a message beyond breaks its connection. */
    private static final int LARGEST_MESSAGE_BYTES = 4 << 20;

    private final Endpoint server;
    private final ClientOptions options;
    private final WebSocketClient client;

    Sockets(Vertx vertx, Endpoint server, ClientOptions options, Duration silenceLimit) {
        this.server = server;
        this.options = options;
        WebSocketClientOptions sockets = new WebSocketClientOptions()
                .setMaxConnections(MAX_SOCKETS)
                .setClosingTimeout(CLOSING_LIMIT_SECONDS)
                .setMaxFrameSize(LARGEST_MESSAGE_BYTES)
                .setMaxMessageSize(LARGEST_MESSAGE_BYTES)
                .setReadIdleTimeout((int) silenceLimit.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        this.client = vertx.createWebSocketClient(sockets);
    }

    /**
     * Opens a socket, on the context of the caller.
     *
     * @param path of the server, and what may follow it in an address
     */
    Future<WebSocket> open(String path) {
        long limitMillis = options.requestTimeout().toMillis();
        WebSocketConnectOptions target = new WebSocketConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setSsl(server.tls())
                .setURI(path)
                .setConnectTimeout(limitMillis)
                .setTimeout(limitMillis)
                // Only pages have an origin.
                .setAllowOriginHeader(false);
        options.bearerToken().ifPresent(token -> target.putHeader("Authorization", "Bearer " + token));
        return client.connect(target)
                .recover(failure ->
                        Future.failedFuture(Failures.ofRequest("the WebSocket " + path + " at " + server, failure)));
    }

    /**
     * Closes a socket; never fails. Vert.x waits until the server has closed the connection, which one that is stuck
     * never does, and the program's Vert.x instance could not be closed either: so it is cut off after a while.
     */
    static Future<Void> close(WebSocket socket) {
        return socket.close().timeout(CLOSING_LIMIT_SECONDS, TimeUnit.SECONDS).recover(stuck -> {
            ((WebSocketInternal) socket).channelHandlerContext().close();
            return Future.succeededFuture();
        });
    }

    /** Closes what is open; never fails, and does not wait for long. */
    Future<Void> close() {
        return client.close()
                .timeout(2L * CLOSING_LIMIT_SECONDS, TimeUnit.SECONDS)
                .otherwiseEmpty();
    }
}
