package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The four ports for analyses of sound, each where it is not off. All of them belong to the gateway's event loop. */
final class AudioServers {
    private static final Logger LOG = LoggerFactory.getLogger(AudioServers.class);
    /** Some datagrams of the largest size, for a moment in which the system sends nothing. */
    private static final int DATAGRAM_BUFFER_BYTES = 1 << 20;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Parts parts;
    private final Connections connections;
    private final AtomicInteger tcpConnections = new AtomicInteger();
    private final Counter ignored;
    private final Map<AudioProtocolKind, Integer> ports = new EnumMap<>(AudioProtocolKind.class);
    private final List<Supplier<Future<Void>>> closers = new ArrayList<>();

    /**
     * What takes the connections.
     *
     * @param pagePorts where the pages of the gateway are served
     */
    record Parts(
            AudioConsumers consumers,
            AudioStreamApi streams,
            AudioReceivers receivers,
            Origins origins,
            VirtualThreads blocking,
            Supplier<List<Integer>> pagePorts) {}

    AudioServers(Vertx vertx, GatewayConfig config, Parts parts, MeterRegistry meters) {
        this.vertx = vertx;
        this.config = config;
        this.parts = parts;
        this.connections = new Connections(
                config.sound().maxConnections(),
                SoundConfig.MAX_CONNECTIONS.key(),
                config.idleTimeout(),
                "mediamesh.gateway.audio.connections",
                meters);
        this.ignored = Counter.builder("mediamesh.gateway.audio.datagrams.ignored")
                .description("Datagrams that somebody sent to the port from which datagrams are sent")
                .register(meters);
        Gauge.builder("mediamesh.gateway.audio.tcp.connections", tcpConnections, AtomicInteger::get)
                .description("TCP connections of consumers of analyses of sound")
                .register(meters);
    }

    /** Binds every port that is not off; none stays bound where one fails. */
    Future<Void> open() {
        SoundConfig sound = config.sound();
        return bind(AudioProtocolKind.WEBSOCKET, SoundConfig.SOCKET_PORT.key(), sound.socketPort(), this::openSockets)
                .compose(
                        done -> bind(AudioProtocolKind.TCP, SoundConfig.TCP_PORT.key(), sound.tcpPort(), this::openTcp))
                .compose(
                        done -> bind(AudioProtocolKind.UDP, SoundConfig.UDP_PORT.key(), sound.udpPort(), this::openUdp))
                .compose(done -> bind(
                        AudioProtocolKind.SSE, SoundConfig.EVENTS_PORT.key(), sound.eventsPort(), this::openEvents))
                .onSuccess(done -> LOG.info("analyses of sound are sent from the ports {}", ports))
                .recover(failure -> close().transform(closed -> Future.failedFuture(failure)));
    }

    /** The ports that are really bound. */
    Map<AudioProtocolKind, Integer> ports() {
        return Map.copyOf(ports);
    }

    /** Closes what idles; to be called every second. */
    void check() {
        connections.check();
    }

    Future<Void> close() {
        return Future.join(closers.stream().map(Supplier::get).toList()).mapEmpty();
    }

    /** Binds a port and says which one it is. */
    private interface Binding {
        Future<Integer> at(int port);
    }

    private Future<Void> bind(AudioProtocolKind protocol, String key, Optional<Integer> wanted, Binding binding) {
        return wanted.map(port -> binding.at(port)
                        .<Void>map(bound -> {
                            ports.put(protocol, bound);
                            return null;
                        })
                        .recover(failure -> parts.blocking().call(() -> {
                            throw HttpServers.refused(config.host(), new GatewayConfig.PortSetting(port, key), failure);
                        })))
                .orElseGet(Future::succeededFuture);
    }

    private Future<Integer> openSockets(int port) {
        return http(port, BoundedDeflate.negotiatedBy(HttpServers.options(config)), request -> {
            if (!SocketsApi.isUpgrade(request)) {
                request.response().putHeader("Upgrade", "websocket");
                Failures.write(
                        request.response(), 426, Failures.error("this port is for WebSockets", "upgrade_required", ""));
                return;
            }
            parts.origins().checkWebSocket(request, parts.pagePorts().get());
            parts.streams().upgrade(request);
        });
    }

    private Future<Integer> openEvents(int port) {
        return http(port, HttpServers.options(config), request -> {
            parts.origins().readableBy(request, parts.pagePorts().get()).ifPresent(origin -> request.response()
                    .putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Vary", "Origin"));
            if (!HttpMethod.GET.equals(request.method())) {
                request.response().putHeader("Allow", "GET");
                Failures.write(
                        request.response(), 405, Failures.error("this port knows GET only", "method_not_allowed", ""));
                return;
            }
            parts.streams().answer(request);
        });
    }

    private Future<Integer> http(int port, HttpServerOptions options, Handler<HttpServerRequest> requests) {
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    BoundedDeflate.install(Transport.of(connection));
                    connections.opened(connection);
                })
                .invalidRequestHandler(Failures::answerMalformed)
                .exceptionHandler(fault -> LOG.debug("a connection broke", fault))
                .requestHandler(request -> connections.handle(request, accepted -> {
                    connections.received(accepted);
                    take(accepted, requests);
                }));
        closers.add(server::close);
        return server.listen(port, config.host()).map(HttpServer::actualPort);
    }

    private void take(HttpServerRequest request, Handler<HttpServerRequest> next) {
        request.response().putHeader("X-Content-Type-Options", "nosniff");
        try {
            parts.origins().checkHost(request);
            next.handle(request);
        } catch (MeshException refused) {
            Failures.answer(request.response(), refused);
        }
    }

    private Future<Integer> openTcp(int port) {
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setSendBufferSize(config.sendBufferBytes()))
                .exceptionHandler(fault -> LOG.debug("a connection broke", fault))
                .connectHandler(
                        new AudioTcp(vertx, parts.consumers(), config.sound().maxConnections(), tcpConnections));
        closers.add(server::close);
        return server.listen(port, config.host()).map(NetServer::actualPort);
    }

    private Future<Integer> openUdp(int port) {
        DatagramSocket socket =
                vertx.createDatagramSocket(new DatagramSocketOptions().setSendBufferSize(DATAGRAM_BUFFER_BYTES));
        socket.exceptionHandler(fault -> LOG.debug("a datagram was refused", fault));
        closers.add(socket::close);
        return socket.listen(port, config.host()).map(bound -> {
            bound.handler(stranger -> ignored.increment());
            parts.receivers().sendFrom(bound);
            return bound.localAddress().port();
        });
    }
}
