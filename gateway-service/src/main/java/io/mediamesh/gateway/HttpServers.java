package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The same server on each of its ports. All connections belong to the event loop that called {@link #open}. */
final class HttpServers {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServers.class);
    private static final int MAX_LINE_BYTES = 32 * 1024;
    private static final int MAX_HEAD_BYTES = 32 * 1024;
    private static final int MAX_FORM_FIELD_BYTES = 1 << 20;
    private static final int MAX_INCOMING_MESSAGE_BYTES = 64 * 1024;
    /** Nothing read and nothing written: the last resort, which must leave WebSockets the time for their pings. */
    private static final int LEAST_SILENCE_SECONDS = 90;

    private static final int CLOSING_SECONDS = 5;

    private final List<HttpServer> servers = new ArrayList<>();

    private HttpServers() {}

    /**
     * Whether the address is reachable from this machine only. Blocks where the name has to be looked up.
     *
     * @throws MeshException when there is no such address, or it is open to others and nobody said so
     */
    static boolean checkedLoopback(GatewayConfig config) {
        boolean loopback;
        try {
            loopback = InetAddress.getByName(config.host()).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "the setting " + GatewayConfig.HOST.key() + " names an address that does not exist: "
                            + Quoted.of(config.host()));
        }
        if (!loopback && !config.openToAll()) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "refusing to serve on " + config.host() + " without authentication: everybody who reaches this"
                            + " machine could watch and change its streams. Set " + GatewayConfig.HOST.key()
                            + " to 127.0.0.1, or write " + GatewayConfig.AUTH.key() + ": none ("
                            + GatewayConfig.AUTH.environmentVariable() + "=none) if that is what you want");
        }
        if (!loopback) {
            LOG.warn(
                    "serving on {} without authentication ({}: none): everybody who reaches this machine can watch and"
                            + " change its streams",
                    config.host(),
                    GatewayConfig.AUTH.key());
        }
        return loopback;
    }

    /** Binds every port; none stays bound where one fails. */
    static Future<HttpServers> open(
            Vertx vertx,
            GatewayConfig config,
            Connections connections,
            Handler<HttpServerRequest> requests,
            VirtualThreads blocking) {
        HttpServers all = new HttpServers();
        Future<Void> bound = Future.succeededFuture();
        for (GatewayConfig.PortSetting port : config.servedPorts().toList()) {
            bound = bound.compose(before -> all.bind(vertx, config, port, connections, requests, blocking));
        }
        return bound.map(all).recover(failure -> all.close().transform(closed -> Future.failedFuture(failure)));
    }

    /** The ports that are really bound, in the order of the settings. */
    List<Integer> ports() {
        return servers.stream().map(HttpServer::actualPort).toList();
    }

    /** Takes no new connections, answers the requests that are there, and then closes. */
    Future<Void> shutDown() {
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(CLOSING_SECONDS, TimeUnit.SECONDS))
                        .toList())
                .mapEmpty();
    }

    Future<Void> close() {
        return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
    }

    private Future<Void> bind(
            Vertx vertx,
            GatewayConfig config,
            GatewayConfig.PortSetting port,
            Connections connections,
            Handler<HttpServerRequest> requests,
            VirtualThreads blocking) {
        HttpServer server = vertx.createHttpServer(options(config))
                .connectionHandler(connections::opened)
                .invalidRequestHandler(Failures::answerMalformed)
                .exceptionHandler(fault -> LOG.debug("a connection broke", fault))
                .requestHandler(request -> connections.handle(request, requests));
        return server.listen(port.port(), config.host())
                .<Void>map(listening -> {
                    servers.add(server);
                    return null;
                })
                .recover(failure -> blocking.call(() -> {
                    throw refused(config.host(), port, failure);
                }));
    }

    /** What connections to any port for HTTP may do. */
    static HttpServerOptions options(GatewayConfig config) {
        return new HttpServerOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setSendBufferSize(config.sendBufferBytes())
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxChunkSize(MAX_HEAD_BYTES)
                .setMaxFormAttributeSize(MAX_FORM_FIELD_BYTES)
                .setMaxWebSocketFrameSize(MAX_INCOMING_MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(MAX_INCOMING_MESSAGE_BYTES)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                // Pictures don't shrink, and a small message must not be able to inflate to a large one.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout(Math.max(
                        LEAST_SILENCE_SECONDS,
                        Math.toIntExact(2 * config.idleTimeout().toSeconds())))
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
    }

    /** Says who has the port. Reads files: blocks. */
    static MeshException refused(String host, GatewayConfig.PortSetting port, Throwable failure) {
        // Which exception it is depends on the transport; the words are those of the system.
        boolean taken = String.valueOf(failure.getMessage()).contains("in use");
        String why = taken
                ? "is in use"
                        + PortHolder.of(port.port())
                                .map(holder -> " by " + holder)
                                .orElse("")
                : "cannot be bound: " + failure.getMessage();
        return new MeshException(
                FailureCode.FATAL,
                "port " + port.port() + " on " + host + " " + why + "; free it, or choose another with the setting "
                        + port.key());
    }
}
