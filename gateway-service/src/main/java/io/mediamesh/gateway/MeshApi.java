package io.mediamesh.gateway;

import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.MemberAddress;
import io.mediamesh.mesh.MemberReport;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.TopicStats;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How the whole is doing: health, metrics, topics, members. */
final class MeshApi {
    /** The services that hold a model, without which nothing is found in the pictures. */
    private static final List<String> MODEL_SERVICES = List.of("vision", "tracking");

    private static final String NEEDED = "vision";
    private static final int LISTED_TOPICS = 20;

    private final Mesh mesh;
    private final Set<String> onceReady = new HashSet<>();

    MeshApi(Mesh mesh) {
        this.mesh = mesh;
    }

    /** {@code GET /}, for whoever is not a browser. */
    void root(RoutingContext context) {
        context.json(new JsonObject()
                .put("name", "mediamesh")
                .put("version", version())
                .put(
                        "links",
                        new JsonObject()
                                .put("dashboard", "/dashboard/index.html")
                                .put("api", "/openapi.yaml")
                                .put("streams", "/api/v1/streams")
                                .put("connections", "/api/connections")
                                .put("live_sessions", "/api/live-sessions/active")
                                .put("recordings", "/api/v1/recordings")
                                .put("topics", "/api/v1/topics")
                                .put("cluster", "/api/v1/cluster")
                                .put("health", "/health")
                                .put("metrics", "/metrics")));
    }

    /** {@code GET /health}. */
    void health(RoutingContext context) {
        mesh.health()
                .onSuccess(services -> {
                    Verdict verdict = judge(services);
                    JsonObject details = new JsonObject();
                    new TreeMap<>(services)
                            .forEach((name, health) -> details.put(
                                    name,
                                    new JsonObject()
                                            .put("ready", health.ready())
                                            .put("detail", health.detail())));
                    boolean ready = verdict.status().equals("ready");
                    context.response().setStatusCode(ready ? 200 : 503).putHeader("Cache-Control", "no-store");
                    context.json(new JsonObject()
                            .put("status", verdict.status())
                            .put("model_loaded", verdict.modelLoaded())
                            .put("reason", verdict.reason())
                            .put("version", version())
                            .put("time", BigDecimal.valueOf(System.currentTimeMillis(), 3))
                            .put("services", details));
                })
                .onFailure(context::fail);
    }

    private record Verdict(String status, boolean modelLoaded, String reason) {}

    /** A model service that never was ready is loading; one that was, or is missing, makes the whole degraded. */
    private Verdict judge(Map<String, Service.Health> services) {
        services.forEach((name, health) -> {
            if (health.ready()) {
                onceReady.add(name);
            }
        });
        Optional<String> missing = services.containsKey(NEEDED)
                ? Optional.empty()
                : Optional.of("no " + NEEDED + " service is there: nothing is detected");
        Optional<String> waiting = MODEL_SERVICES.stream()
                .filter(name -> services.containsKey(name) && !isReady(services, name))
                .findFirst();
        boolean loaded = missing.isEmpty() && waiting.isEmpty();
        if (missing.isPresent()) {
            return new Verdict("degraded", false, missing.get());
        }
        if (waiting.isPresent()) {
            String name = waiting.get();
            return new Verdict(onceReady.contains(name) ? "degraded" : "loading", false, reason(services, name));
        }
        return services.keySet().stream()
                .sorted()
                .filter(name -> !isReady(services, name))
                .findFirst()
                .map(name -> new Verdict("degraded", loaded, reason(services, name)))
                .orElseGet(() -> new Verdict("ready", true, ""));
    }

    private static boolean isReady(Map<String, Service.Health> services, String name) {
        Service.Health health = services.get(name);
        return health != null && health.ready();
    }

    private static String reason(Map<String, Service.Health> services, String name) {
        Service.Health health = services.get(name);
        return name + ": " + (health == null ? "missing" : health.detail());
    }

    /** {@code GET /metrics}. */
    void metrics(RoutingContext context) {
        Optional<PrometheusMeterRegistry> registry = prometheus(mesh.meters());
        if (registry.isEmpty()) {
            Failures.write(
                    context.response(),
                    503,
                    Failures.error("this process keeps no metrics for Prometheus", "unavailable", ""));
            return;
        }
        context.response()
                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .end(registry.get().scrape());
    }

    private static Optional<PrometheusMeterRegistry> prometheus(MeterRegistry registry) {
        return switch (registry) {
            case PrometheusMeterRegistry found -> Optional.of(found);
            case CompositeMeterRegistry composite ->
                composite.getRegistries().stream()
                        .flatMap(inner -> prometheus(inner).stream())
                        .findFirst();
            default -> Optional.empty();
        };
    }

    /** {@code GET /api/v1/topics}. */
    void topics(RoutingContext context) {
        mesh.topics()
                .onSuccess(topics -> context.json(listed(
                        "topics",
                        topics.stream()
                                .sorted(Comparator.comparing(TopicStats::topic))
                                .map(TopicStats::toJson))))
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/cluster}. */
    void cluster(RoutingContext context) {
        // A whole number by the contract, which 0.0 is too.
        String topics = context.request().getParam("topics");
        mesh.cluster(topics == null ? LISTED_TOPICS : (int) Double.parseDouble(topics))
                .onSuccess(reports -> {
                    context.response().putHeader("Cache-Control", "no-store");
                    context.json(clusterJson(reports));
                })
                .onFailure(context::fail);
    }

    private JsonObject clusterJson(List<MemberReport> reports) {
        Map<String, Integer> present = new TreeMap<>();
        reports.forEach(report -> report.member().services().forEach(name -> present.merge(name, 1, Integer::sum)));
        JsonObject services = new JsonObject();
        present.forEach(services::put);
        JsonObject json = listed("members", reports.stream().map(MemberReport::toJson))
                .put("clustered", mesh.address().isPresent())
                .put("name", mesh.address().map(MemberAddress::cluster).orElse(""))
                .put("answered_by", mesh.memberId())
                .put("services", services);
        reports.stream()
                .findFirst()
                .ifPresent(oldest -> json.put("coordinator", oldest.member().id()));
        return json;
    }

    private String version() {
        return mesh.members().stream()
                .filter(member -> member.id().equals(mesh.memberId()))
                .map(Member::version)
                .findFirst()
                .orElse("unknown");
    }

    private static JsonObject listed(String name, Stream<JsonObject> entries) {
        JsonArray array = new JsonArray(entries.toList());
        return new JsonObject().put(name, array).put("count", array.size());
    }
}
