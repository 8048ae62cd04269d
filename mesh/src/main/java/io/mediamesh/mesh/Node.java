package io.mediamesh.mesh;

import io.mediamesh.contracts.PictureCodec;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of the product: a mesh and the services in it. Services start in the given order; they stop in the
 * reverse one, and a fault while stopping one never keeps the others from being stopped. On SIGTERM the node first
 * drains: it is not ready any more, its topics go to others, and then it leaves.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Mesh mesh;
    private final List<Service> services;
    private final Optional<Tracing> tracing;
    private final List<Service> running = new ArrayList<>();
    private volatile ServiceState state = ServiceState.STARTING;

    private Node(Vertx vertx, Mesh mesh, List<Service> services, Optional<Tracing> tracing) {
        this.tracing = tracing;
        this.vertx = vertx;
        this.mesh = mesh;
        this.services = services;
    }

    /** All settings that a node with these services reads; one that several of them read is there once. */
    public static List<Setting<?>> settingsOf(List<Service> services) {
        Set<Setting<?>> all = new LinkedHashSet<>(NodeConfig.all());
        all.addAll(ClusterConfig.all());
        all.addAll(MeshConfig.all());
        all.addAll(Tracing.all());
        services.forEach(service -> all.addAll(service.settings()));
        return List.copyOf(all);
    }

    /**
     * Starts everything; the future completes when all services are ready. When one fails, those before it are
     * stopped again and the future fails with its fault.
     */
    public static Future<Node> start(List<Service> services, Settings settings, PictureCodec pictures) {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ClusterConfig cluster = ClusterConfig.of(settings);
        Member self = describe(services, settings);
        Optional<Tracing> tracing = Tracing.of(settings, self);
        return open(self, cluster, meters, tracing)
                .compose(joined -> Mesh.start(
                                joined.vertx(), joined.membership(), pictures, meters, MeshConfig.of(settings))
                        .map(mesh -> new Node(joined.vertx(), mesh, services, tracing))
                        .onFailure(failed -> joined.vertx().close()))
                .compose(node -> node.startServices(settings).map(node).recover(fault -> node.stop()
                        .transform(stopped -> Future.failedFuture(fault))));
    }

    private record Joined(Vertx vertx, Membership membership) {}

    private static Member describe(List<Service> services, Settings settings) {
        Set<String> names = new HashSet<>();
        Set<String> kinds = new HashSet<>();
        for (Service service : services) {
            names.add(service.name());
            kinds.addAll(service.kinds());
        }
        String name = settings.get(NodeConfig.NAME);
        return new Member(
                UUID.randomUUID().toString(),
                name.isEmpty() ? defaultName(services) : name,
                NodeConfig.version(),
                names,
                kinds,
                false);
    }

    /** A process with one service is called like it; one with all of them is the product. */
    private static String defaultName(List<Service> services) {
        return services.size() == 1 ? services.getFirst().name() : "mediamesh";
    }

    private static Future<Joined> open(
            Member self, ClusterConfig cluster, PrometheusMeterRegistry meters, Optional<Tracing> tracing) {
        MetricsOptions metrics = new MicrometerMetricsOptions()
                .addDisabledMetricsCategory("eventbus")
                .setEnabled(true);
        JvmMeters.bindTo(meters);
        VertxOptions options = new VertxOptions()
                .setMetricsOptions(metrics)
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()));
        var builder = Vertx.builder().with(options).withMetrics(new MicrometerMetricsFactory(meters));
        tracing.ifPresent(traces -> traces.install(builder, options));
        if (!cluster.enabled()) {
            return Future.succeededFuture(new Joined(builder.build(), Membership.alone(self)));
        }
        options.getEventBusOptions().setHost(cluster.host());
        HazelcastClusterManager manager = new HazelcastClusterManager(HazelcastMembership.configFor(self, cluster));
        return builder.withClusterManager(manager)
                .buildClustered()
                .compose(vertx -> vertx.executeBlocking(
                        () -> new Joined(vertx, membership(manager, self, cluster, options.getEventBusOptions()))));
    }

    private static HazelcastMembership membership(
            HazelcastClusterManager manager, Member self, ClusterConfig cluster, EventBusOptions bus) {
        var socket =
                manager.getHazelcastInstance().getCluster().getLocalMember().getSocketAddress();
        MemberAddress address = new MemberAddress(
                cluster.name(),
                socket.getAddress().getHostAddress() + ":" + socket.getPort(),
                manager.getNodeInfo().host() + ":" + manager.getNodeInfo().port(),
                bus.isSsl());
        return new HazelcastMembership(manager.getHazelcastInstance(), self, address);
    }

    private Future<Void> startServices(Settings settings) {
        mesh.answerHealth(this::health);
        Future<Void> all = Future.succeededFuture();
        for (Service service : services) {
            all = all.compose(before -> {
                running.add(service);
                return service.start(mesh, settings);
            });
        }
        return all.onSuccess(done -> {
            state = ServiceState.READY;
            LOG.info(
                    "ready: {}",
                    String.join(", ", services.stream().map(Service::name).toList()));
        });
    }

    /** What this node does. */
    public ServiceState state() {
        return state;
    }

    /** The mesh that it belongs to. */
    public Mesh mesh() {
        return mesh;
    }

    private Map<String, Service.Health> health() {
        Map<String, Service.Health> health = new LinkedHashMap<>();
        for (Service service : services) {
            health.put(
                    service.name(),
                    state == ServiceState.READY
                            ? service.health()
                            : new Service.Health(false, state.name().toLowerCase(Locale.ROOT)));
        }
        return health;
    }

    /** Drains, stops the services in reverse order and leaves the mesh. Safe to call twice. */
    public Future<Void> stop() {
        if (state == ServiceState.DRAINING || state == ServiceState.STOPPED) {
            return Future.succeededFuture();
        }
        state = ServiceState.DRAINING;
        Future<Void> all = quietly("draining", mesh.drain());
        for (Service service : List.copyOf(running).reversed()) {
            all = all.compose(before -> quietly("stopping " + service.name(), service.stop()));
        }
        return all.compose(stopped -> quietly("leaving the mesh", mesh.close()))
                .compose(left -> quietly("sending the last traces", sendTraces()))
                .compose(left -> quietly("closing Vert.x", vertx.close()))
                .onComplete(closed -> state = ServiceState.STOPPED);
    }

    private Future<Void> sendTraces() {
        return tracing.<Future<Void>>map(traces -> vertx.executeBlocking(() -> {
                    traces.close();
                    return null;
                }))
                .orElseGet(Future::succeededFuture);
    }

    private static Future<Void> quietly(String what, Future<Void> step) {
        return step.recover(fault -> {
            LOG.warn("{} failed; going on", what, fault);
            return Future.succeededFuture();
        });
    }

    /** Stops the node when the process is asked to end, and keeps the process alive until that is done. */
    public void stopOnShutdown() {
        Thread hook = Thread.ofPlatform().name("node-shutdown").unstarted(() -> {
            try {
                stop().toCompletionStage().toCompletableFuture().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception notInTime) {
                LOG.warn("did not stop cleanly within {} s", STOP_LIMIT.toSeconds(), notInTime);
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }
}
