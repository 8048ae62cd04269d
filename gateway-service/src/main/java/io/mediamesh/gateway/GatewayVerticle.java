package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the gateway on one event loop, so that a frame goes to all of its viewers without changing threads. */
final class GatewayVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
    private static final long CHECK_MILLIS = 1_000;
    private static final long RECONCILE_MILLIS = 5_000;

    private final Mesh mesh;
    private final GatewayConfig config;
    private volatile boolean serving;
    private volatile List<Integer> ports = List.of();
    private @Nullable VirtualThreads blocking;
    private @Nullable Database database;
    private @Nullable ViewerHubs hubs;
    private @Nullable LiveSessions sessions;
    private @Nullable HttpServers servers;

    GatewayVerticle(Mesh mesh, GatewayConfig config) {
        this.mesh = mesh;
        this.config = config;
    }

    /** The bound ports, in the order of the settings. */
    List<Integer> ports() {
        return ports;
    }

    boolean isServing() {
        return serving;
    }

    @Override
    public Future<?> start() {
        VirtualThreads threads = new VirtualThreads(context);
        blocking = threads;
        return threads.call(() -> HttpServers.checkedLoopback(config))
                .compose(loopback -> threads.call(() -> Database.open(config.store()))
                        .compose(opened -> {
                            database = opened;
                            return loadStreams(threads, new StreamStore(opened));
                        })
                        .compose(streams -> Assets.open(threads))
                        .compose(assets -> serve(threads, assets, loopback)))
                .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
    }

    private Future<Void> serve(VirtualThreads threads, Assets assets, boolean loopback) {
        Database opened = database;
        if (opened == null) {
            return Future.failedFuture(new IllegalStateException("the store is not open"));
        }
        StreamStore streams = new StreamStore(opened);
        ViewerCounters counters = new ViewerCounters(mesh.meters());
        ViewerHubs viewers = new ViewerHubs(mesh, config.stallTimeout());
        hubs = viewers;
        Connections connections = new Connections(config.maxConnections(), config.idleTimeout(), mesh.meters());
        Origins origins = new Origins(config.origins(), config.hosts(), loopback);
        Peers peers = new Peers(mesh);
        Recorders recorders = new Recorders(mesh);
        ConfigApi configuration = new ConfigApi(config.live(), new ConfigStore(opened), threads);
        LiveSessions live =
                new LiveSessions(mesh, config.live(), configuration, new SessionStore(opened), recorders, threads);
        sessions = live;
        GatewayRouter.Parts parts = new GatewayRouter.Parts(
                new StreamsApi(mesh, streams, threads),
                new ViewsApi(mesh, viewers, counters),
                new SocketsApi(mesh, viewers, origins, config.defaultCamera(), counters),
                new ConnectionsApi(mesh, peers),
                new WhipApi(mesh, peers, new BearerTokens(config.tokens()), config.iceServers()),
                new LiveSessionsApi(live),
                new LiveSocketsApi(live, viewers, origins, counters),
                configuration,
                new RecordingsApi(mesh, recorders, configuration),
                new RecordingFilesApi(recorders),
                new MeshApi(mesh),
                new ProbesApi(vertx, opened, threads, this::isServing),
                assets);
        return live.resume()
                .compose(resumed -> Contract.load(vertx, threads))
                .map(contract -> GatewayRouter.create(vertx, contract, config, origins, connections, parts))
                .compose(router -> HttpServers.open(vertx, config, connections, router::handle, threads))
                .map(listening -> {
                    servers = listening;
                    ports = listening.ports();
                    serving = true;
                    vertx.setPeriodic(CHECK_MILLIS, tick -> {
                        viewers.check();
                        connections.check();
                        live.check();
                    });
                    vertx.setPeriodic(RECONCILE_MILLIS, tick -> live.reconcile());
                    LOG.info("serving on http://{}:{}/ (ports {})", config.host(), ports.getFirst(), ports);
                    return null;
                });
    }

    @Override
    public Future<?> stop() {
        serving = false;
        ViewerHubs viewers = hubs;
        if (viewers != null) {
            viewers.close("the server is stopping");
        }
        LiveSessions live = sessions;
        if (live != null) {
            live.close();
        }
        HttpServers open = servers;
        Future<Void> closed = open == null ? Future.succeededFuture() : open.close();
        return closed.eventually(this::closeStore);
    }

    private Future<Void> closeStore() {
        Database opened = database;
        VirtualThreads threads = blocking;
        database = null;
        if (threads == null) {
            return Future.succeededFuture();
        }
        Future<Void> done = opened == null
                ? Future.succeededFuture()
                : threads.call(() -> {
                    opened.close();
                    return null;
                });
        return done.onComplete(finished -> threads.close());
    }

    /** Makes the stored streams known. One that the mesh knows with another source stays as the mesh knows it. */
    private Future<Void> loadStreams(VirtualThreads threads, StreamStore stored) {
        return threads.call(stored::all)
                .compose(streams -> Future.join(streams.stream().map(this::load).toList())
                        .onSuccess(done -> LOG.info("{} streams loaded from the store", streams.size()))
                        .mapEmpty());
    }

    private Future<Void> load(StreamDescription stream) {
        return mesh.directory().put(stream).<Void>mapEmpty().recover(failure -> {
            if (failure instanceof MeshException known && known.code() == FailureCode.CONFLICT) {
                LOG.warn("the stored stream {} is left aside: the mesh has another source under this id", stream.id());
                return Future.succeededFuture();
            }
            return Future.failedFuture(failure);
        });
    }
}
