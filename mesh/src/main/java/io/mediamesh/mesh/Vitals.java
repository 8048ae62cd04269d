package io.mediamesh.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a process is, from its first moment to its last: what its probes and other members are told. Any thread, except
 * for opening and closing.
 */
final class Vitals {
    private final List<Service> services;
    private volatile ServiceState state = ServiceState.STARTING;
    private volatile @Nullable EventLoopWatch watch;
    private @Nullable ProbeServer probes;

    private Vitals(List<Service> services) {
        this.services = services;
    }

    /** Of a process that starts; answers probes where the settings want them. */
    static Future<Vitals> open(List<Service> services, Settings settings, PrometheusMeterRegistry meters) {
        Vitals vitals = new Vitals(services);
        return ProbeServer.open(settings, meters, vitals).map(opened -> {
            vitals.probes = opened.orElse(null);
            return vitals;
        });
    }

    ServiceState state() {
        return state;
    }

    void enter(ServiceState next) {
        state = next;
    }

    /** Watches the event loops of the node from now on. */
    void watch(Vertx vertx, MeterRegistry meters) {
        watch = EventLoopWatch.of(vertx, meters);
    }

    /** What hangs, for people; empty while the event loops turn. */
    Optional<String> blocked() {
        EventLoopWatch current = watch;
        return current == null ? Optional.empty() : current.blocked();
    }

    /** Of each service, by its name. */
    Map<String, Service.Health> health() {
        Optional<String> hanging = blocked();
        Map<String, Service.Health> health = new LinkedHashMap<>();
        for (Service service : services) {
            health.put(
                    service.name(),
                    hanging.map(what -> new Service.Health(false, what)).orElseGet(() -> healthOf(service)));
        }
        return health;
    }

    private Service.Health healthOf(Service service) {
        return state == ServiceState.READY
                ? service.health()
                : new Service.Health(false, state.name().toLowerCase(Locale.ROOT));
    }

    /** Ends the watch and the answers. Safe to call twice. */
    Future<Void> close() {
        EventLoopWatch watching = watch;
        if (watching != null) {
            watching.close();
        }
        ProbeServer answering = probes;
        probes = null;
        return answering == null ? Future.succeededFuture() : answering.close();
    }
}
