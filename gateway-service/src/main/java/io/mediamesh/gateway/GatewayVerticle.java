package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.OnContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the gateway on one event loop, so that a frame goes to all of its viewers without changing threads. */
final class GatewayVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
    private static final String SERVICE = "gateway";
    private static final String STOPPING = "the server is stopping";
    private static final long CHECK_MILLIS = 1_000;
    private static final long RECONCILE_MILLIS = 5_000;
    private static final long FORGET_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Mesh mesh;
    private final GatewayConfig config;
    private volatile boolean serving;
    private volatile List<Integer> ports = List.of();
    private @Nullable VirtualThreads blocking;
    private @Nullable Database database;
    private @Nullable ViewerHubs hubs;
    private @Nullable LiveSessions sessions;
    private @Nullable HttpServers servers;
    private @Nullable Connections clients;
    private @Nullable AudioServers soundServers;
    private @Nullable AudioConsumers listeners;
    private @Nullable Broadcasts broadcasts;
    private @Nullable BroadcastViewers broadcastViewers;
    private @Nullable ChatRooms chats;
    private @Nullable StandingEvents standing;
    private @Nullable EventCounts eventCounts;
    private Runnable closeTracking = () -> {};
    private Optional<MessageConsumer<String>> removals = Optional.empty();

    GatewayVerticle(Mesh mesh, GatewayConfig config) {
        this.mesh = mesh;
        this.config = config;
    }

    /** The bound ports, in the order of the settings. */
    List<Integer> ports() {
        return ports;
    }

    /** The bound ports for analyses of sound. */
    Map<AudioProtocolKind, Integer> audioPorts() {
        AudioServers open = soundServers;
        return open == null ? Map.of() : open.ports();
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
        clients = connections;
        Origins origins = new Origins(config.origins(), config.hosts(), loopback);
        Peers peers = new Peers(mesh);
        Recorders recorders = new Recorders(mesh);
        ConfigApi configuration = new ConfigApi(config.live(), new ConfigStore(opened), threads);
        LiveSessions live =
                new LiveSessions(mesh, config.live(), configuration, new SessionStore(opened), recorders, threads);
        sessions = live;
        AudioConsumers consumers = new AudioConsumers(
                mesh,
                viewers,
                new AudioTypes(mesh, config.sound().defaultTypes()),
                new AudioBuffers(config.sound().buffer()),
                config.sound().defaultStream(),
                counters);
        listeners = consumers;
        AudioStreamApi sound = new AudioStreamApi(vertx, consumers, origins);
        AudioReceivers receivers =
                new AudioReceivers(consumers, threads, config.sound().receivers());
        AudioMembers analysing = new AudioMembers(mesh);
        AudioSettings soundSettings = new AudioSettings(analysing, consumers, new AudioSettingsStore(opened), threads);
        removals = Optional.of(mesh.directory().onRemoved(soundSettings::forget));
        AudioFiles files = new AudioFiles(
                consumers,
                new AudioFileStore(opened, memberName()),
                threads,
                config.sound().logs(),
                mesh.meters());
        AudioServers audio = new AudioServers(
                vertx,
                config,
                new AudioServers.Parts(consumers, sound, receivers, origins, threads, this::ports),
                mesh.meters());
        soundServers = audio;
        HubCounters hubCounters = new HubCounters(mesh.meters());
        MemberTracking members = new MemberTracking(mesh);
        GuardedTracking tracking = guarded(members, hubCounters);
        Broadcasts sent = new Broadcasts(vertx, mesh, tracking, config.hub(), hubCounters);
        broadcasts = sent;
        BroadcastViewers watching = new BroadcastViewers(mesh, viewers, counters.ofBroadcasts(mesh.meters()));
        broadcastViewers = watching;
        ChatRooms rooms = new ChatRooms(vertx, hubCounters);
        chats = rooms;
        SocketsApi sockets = new SocketsApi(mesh, viewers, origins, counters);
        WebhookConfig hooks = config.webhooks();
        WebhookAddresses hookAddresses = new WebhookAddresses(hooks.addresses(), threads);
        StoredRules rules = new StoredRules(mesh.directory(), new DetectionRulesStore(opened), threads);
        EventCounts counts = new EventCounts(new EventCountStore(opened), threads, hooks.keepCounts());
        eventCounts = counts;
        StandingEvents events = new StandingEvents(
                mesh,
                counts,
                hooks,
                new WebhookSender(vertx, hookAddresses, hooks.timeout()),
                new WebhookMeters(mesh.meters()));
        standing = events;
        GatewayRouter.Parts parts = new GatewayRouter.Parts(
                new StreamsApi(mesh, streams, threads),
                new ViewsApi(mesh, viewers, counters),
                sockets,
                new CameraSocketApi(mesh, viewers, sockets, config.defaultCamera()),
                new ConnectionsApi(mesh, peers),
                new WhipApi(mesh, peers, new BearerTokens(config.tokens()), config.iceServers()),
                new LiveSessionsApi(live),
                new LiveSocketsApi(live, viewers, origins, counters),
                configuration,
                new RecordingsApi(mesh, recorders, configuration),
                new RecordingFilesApi(recorders),
                sound,
                new AudioApi(mesh, consumers, analysing, soundSettings),
                new AudioReceiversApi(receivers, consumers),
                new AudioFilesApi(files),
                new TrackingApi(members),
                new TracksApi(mesh, new MarkedTracks(mesh)),
                new DetectionApi(mesh, rules, hookAddresses),
                new AnalyticsApi(mesh, counts),
                new ModelsApi(mesh),
                new HubSocketsApi(sent, watching, rooms, origins, config.hub(), hubCounters),
                new MeshApi(mesh),
                new ProbesApi(mesh, opened, threads, this::isServing),
                assets);
        return live.resume()
                .compose(resumed -> soundSettings.resume())
                .compose(resumed -> files.resume())
                .compose(resumed -> rules.resume())
                .compose(resumed -> events.start())
                .compose(resumed -> mesh.offer(Set.of(Topic.HUB), Broadcasts::nothing))
                .compose(offered -> sent.start())
                .compose(listening -> rooms.start())
                .compose(resumed -> Contract.load(vertx, threads))
                // Many routes, out of classes that are all new to the JVM: too much for an event loop.
                .compose(contract ->
                        threads.call(() -> GatewayRouter.create(vertx, contract, config, origins, connections, parts)))
                .compose(router -> HttpServers.open(vertx, config, connections, router::handle, threads))
                .compose(listening -> {
                    servers = listening;
                    ports = listening.ports();
                    return audio.open();
                })
                .map(listening -> {
                    serving = true;
                    vertx.setPeriodic(CHECK_MILLIS, tick -> {
                        viewers.check();
                        connections.check();
                        live.check();
                        consumers.check();
                        receivers.check();
                        soundSettings.check();
                        audio.check();
                        sent.check();
                        watching.check();
                        rooms.check();
                        counts.check();
                    });
                    events.check();
                    vertx.setPeriodic(RECONCILE_MILLIS, tick -> {
                        live.reconcile();
                        rules.reconcile();
                        events.check();
                    });
                    vertx.setPeriodic(0, FORGET_MILLIS, tick -> {
                        live.forgetOld();
                        counts.forgetOld();
                    });
                    LOG.info("serving on http://{}:{}/ (ports {})", config.host(), ports.getFirst(), ports);
                    return null;
                });
    }

    /** Is not ready any more, serves on for a moment, and then sends everybody to another gateway. */
    Future<Void> drain() {
        return OnContext.call(vertx, context, () -> {
            serving = false;
            Connections open = clients;
            if (open != null) {
                open.leave();
            }
            boolean others = mesh.members().stream()
                    .anyMatch(member -> member.services().contains(SERVICE)
                            && !member.draining()
                            && !member.id().equals(mesh.memberId()));
            if (!others || config.drainWait().isZero()) {
                return Future.succeededFuture();
            }
            LOG.info(
                    "not ready any more; serving on for {} ms",
                    config.drainWait().toMillis());
            return vertx.timer(config.drainWait().toMillis(), TimeUnit.MILLISECONDS)
                    .compose(waited -> letGo());
        });
    }

    private Future<Void> letGo() {
        dismissClients();
        HttpServers open = servers;
        return open == null ? Future.succeededFuture() : open.shutDown();
    }

    @Override
    public Future<?> stop() {
        serving = false;
        dismissClients();
        LiveSessions live = sessions;
        if (live != null) {
            live.close();
        }
        StandingEvents events = standing;
        if (events != null) {
            events.close();
        }
        EventCounts counts = eventCounts;
        HttpServers open = servers;
        AudioServers audio = soundServers;
        Broadcasts sent = broadcasts;
        Future<Void> left = sent == null ? Future.succeededFuture() : sent.close();
        return left.eventually(() -> open == null ? Future.succeededFuture() : open.close())
                .eventually(this::closeTracking)
                .eventually(() -> audio == null ? Future.succeededFuture() : audio.close())
                .eventually(() -> counts == null ? Future.succeededFuture() : counts.flush())
                .eventually(this::closeStore);
    }

    private void dismissClients() {
        removals.ifPresent(MessageConsumer::unregister);
        AudioConsumers consumers = listeners;
        if (consumers != null) {
            consumers.close();
        }
        BroadcastViewers watching = broadcastViewers;
        if (watching != null) {
            watching.close(STOPPING);
        }
        ViewerHubs viewers = hubs;
        if (viewers != null) {
            viewers.close(STOPPING);
        }
        ChatRooms rooms = chats;
        if (rooms != null) {
            rooms.close(STOPPING);
        }
    }

    /** What broadcasts ask: members of the mesh, or a service outside of it. */
    private GuardedTracking guarded(MemberTracking members, HubCounters counters) {
        HubConfig hub = config.hub();
        Optional<OutsideTracking> outside =
                hub.aiService().map(url -> new OutsideTracking(vertx, url, hub.aiTimeout()));
        Tracking asked = outside.isPresent() ? outside.get() : members;
        GuardedTracking guarded =
                new GuardedTracking(vertx, asked, hub.breakerFailures(), hub.breakerPause(), counters);
        closeTracking = () -> {
            guarded.close();
            outside.ifPresent(OutsideTracking::close);
        };
        return guarded;
    }

    private Future<Void> closeTracking() {
        closeTracking.run();
        return Future.succeededFuture();
    }

    private String memberName() {
        return mesh.members().stream()
                .filter(member -> member.id().equals(mesh.memberId()))
                .map(Member::name)
                .findFirst()
                .orElse("");
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
