package io.mediamesh.mesh;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
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
    /** How long draining and stopping may take before the process ends nevertheless. */
    public static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Mesh mesh;
    private final List<Service> services;
    private final Vitals vitals;
    private final Optional<Tracing> tracing;
    private final List<Service> running = new ArrayList<>();

    private Node(Vertx vertx, Mesh mesh, List<Service> services, Vitals vitals, Optional<Tracing> tracing) {
        this.tracing = tracing;
        this.vertx = vertx;
        this.mesh = mesh;
        this.services = services;
        this.vitals = vitals;
    }

    /** All settings that a node with these services reads; one that several of them read is there once. */
    public static List<Setting<?>> settingsOf(List<Service> services) {
        Set<Setting<?>> all = new LinkedHashSet<>(LogConfig.all());
        all.addAll(NodeConfig.all());
        all.addAll(ClusterConfig.all());
        all.addAll(MeshConfig.all());
        all.addAll(Tracing.all());
        services.forEach(service -> all.addAll(service.settings()));
        return List.copyOf(all);
    }

    /**
     * Starts everything; the future completes when all services are ready. When one fails, those before it are
     * stopped again and the future fails with its fault. Probes are answered from the beginning, where the settings
     * want them.
     */
    public static Future<Node> start(List<Service> services, Settings settings, PictureCodec pictures) {
        // On a thread of its own: what fails late is told after everything was closed, the threads of Vert.x too, and a
        // future that belongs to one of these would never be told.
        Promise<Node> started = Promise.promise();
        Thread.ofVirtual().name("node-start").start(() -> {
            try {
                started.complete(startAndWait(services, settings, pictures));
            } catch (RuntimeException fault) {
                started.fail(fault);
            }
        });
        return started.future();
    }

    private static Node startAndWait(List<Service> services, Settings settings, PictureCodec pictures) {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Vitals vitals = NodeLauncher.await(Vitals.open(services, settings, meters));
        Node node;
        try {
            node = NodeLauncher.await(join(services, settings, pictures, meters, vitals));
        } catch (MeshException fault) {
            NodeLauncher.await(quietly("closing the probes", vitals.close()));
            throw fault;
        }
        try {
            NodeLauncher.await(node.startServices(settings));
            return node;
        } catch (MeshException fault) {
            NodeLauncher.await(node.stop());
            throw fault;
        }
    }

    private static Future<Node> join(
            List<Service> services,
            Settings settings,
            PictureCodec pictures,
            PrometheusMeterRegistry meters,
            Vitals vitals) {
        Member self = describe(services, settings);
        Optional<Tracing> tracing = Tracing.of(settings, self);
        return open(self, settings, meters, tracing).compose(joined -> {
            vitals.watch(joined.vertx(), meters);
            return Mesh.start(joined.vertx(), joined.membership(), pictures, meters, MeshConfig.of(settings))
                    .map(mesh -> new Node(joined.vertx(), mesh, services, vitals, tracing))
                    .onFailure(failed -> joined.vertx().close());
        });
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
            Member self, Settings settings, PrometheusMeterRegistry meters, Optional<Tracing> tracing) {
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
        if (!settings.get(ClusterConfig.ENABLED)) {
            return Future.succeededFuture(new Joined(builder.build(), Membership.alone(self)));
        }
        return ClusterEntry.prepare(self, settings, meters).compose(entry -> {
            entry.applyTo(options.getEventBusOptions());
            HealingClusterManager manager = new HealingClusterManager(entry.hazelcast(), self.id(), Links.ADDRESSES);
            return builder.withClusterManager(manager)
                    .buildClustered()
                    .recover(fault -> Future.failedFuture(entry.explained(fault)))
                    .compose(vertx -> vertx.executeBlocking(() -> new Joined(vertx, entry.membership(manager, self))));
        });
    }

    private Future<Void> startServices(Settings settings) {
        mesh.answerHealth(vitals::health);
        mesh.answerBlocked(vitals::blocked);
        Future<Void> all = Future.succeededFuture();
        for (Service service : services) {
            all = all.compose(before -> {
                running.add(service);
                return service.start(mesh, settings);
            });
        }
        return all.onSuccess(done -> {
            vitals.enter(ServiceState.READY);
            LOG.info(
                    "ready: {}",
                    String.join(", ", services.stream().map(Service::name).toList()));
        });
    }

    /** What this node does. */
    public ServiceState state() {
        return vitals.state();
    }

    /** The mesh that it belongs to. */
    public Mesh mesh() {
        return mesh;
    }

    /** Drains, stops the services in reverse order and leaves the mesh. Safe to call twice. */
    public Future<Void> stop() {
        if (vitals.state() == ServiceState.DRAINING || vitals.state() == ServiceState.STOPPED) {
            return Future.succeededFuture();
        }
        vitals.enter(ServiceState.DRAINING);
        Future<Void> all = quietly("announcing that it leaves", mesh.leave());
        for (Service service : List.copyOf(running).reversed()) {
            all = all.compose(before -> quietly("draining " + service.name(), service.drain()));
        }
        all = all.compose(before -> quietly("handing topics over", mesh.drain()));
        for (Service service : List.copyOf(running).reversed()) {
            all = all.compose(before -> quietly("stopping " + service.name(), service.stop()));
        }
        return all.compose(stopped -> quietly("leaving the mesh", mesh.close()))
                .compose(left -> quietly("sending the last traces", sendTraces()))
                .compose(left -> quietly("closing Vert.x", vertx.close()))
                .compose(closed -> quietly("closing the probes", vitals.close()))
                .onComplete(closed -> vitals.enter(ServiceState.STOPPED));
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
