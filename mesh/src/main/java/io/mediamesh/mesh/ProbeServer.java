package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The small HTTP server of a process for an orchestrator and Prometheus: {@code /health/live}, {@code /health/ready}
 * and {@code /metrics}. It has an event loop of its own, so that it answers, and says what is wrong, while one of the
 * node's is blocked; and it is there before the node has joined the others.
 */
final class ProbeServer {
    static final Setting<String> HOST = Setting.text(
            "node.probe.host",
            "127.0.0.1",
            "Address that the probes of this process bind to. They tell names of streams and members to everybody who"
                    + " reaches it.");
    static final Setting<Optional<Integer>> PORT = Setting.port(
            "node.probe.port",
            "off",
            "Port of /health/live, /health/ready and /metrics of this process, for an orchestrator and Prometheus");

    private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);
    private static final int IDLE_SECONDS = 60;
    private static final int MAX_LINE_BYTES = 1024;
    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final Vertx vertx;
    private final PrometheusMeterRegistry meters;
    private final Vitals vitals;
    private final HttpServer server;

    private ProbeServer(Vertx vertx, PrometheusMeterRegistry meters, Vitals vitals) {
        this.vertx = vertx;
        this.meters = meters;
        this.vitals = vitals;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setTcpNoDelay(true)
                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                        .setHttp2ClearTextEnabled(false)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .exceptionHandler(fault -> LOG.debug("a connection to the probes broke", fault))
                .requestHandler(this::answer);
    }

    /** Opens it where the settings want it; empty where they do not. */
    static Future<Optional<ProbeServer>> open(Settings settings, PrometheusMeterRegistry meters, Vitals vitals) {
        Optional<Integer> wanted = settings.get(PORT);
        if (wanted.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return Aside.call(
                "probe-server", () -> Optional.of(opened(settings.get(HOST).strip(), wanted.get(), meters, vitals)));
    }

    private static ProbeServer opened(String host, int port, PrometheusMeterRegistry meters, Vitals vitals) {
        ProbeServer probes = new ProbeServer(
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)), meters, vitals);
        try {
            int bound = NodeLauncher.await(probes.server.listen(port, host)).actualPort();
            LOG.info("probes and metrics of this process are on {}:{}", host, bound);
            return probes;
        } catch (MeshException refused) {
            NodeLauncher.await(probes.close());
            throw new MeshException(
                    FailureCode.FATAL,
                    "port " + port + " on " + host + " cannot be bound: " + refused.getMessage()
                            + "; free it, or choose another with the setting " + PORT.key());
        }
    }

    Future<Void> close() {
        return vertx.close();
    }

    private void answer(HttpServerRequest request) {
        boolean known = true;
        switch (request.path()) {
            case "/health/live", "/health/ready", "/metrics" -> {}
            default -> known = false;
        }
        if (!known) {
            write(request.response(), 404, new JsonObject().put("error", "there are probes and metrics only here"));
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            write(request.response(), 405, new JsonObject().put("error", "this port knows GET only"));
        } else if (request.path().equals("/metrics")) {
            metrics(request.response());
        } else {
            probe(request.response(), request.path().equals("/health/ready"));
        }
    }

    private void probe(HttpServerResponse response, boolean readiness) {
        JsonArray checks = new JsonArray();
        Optional<String> blocked = vitals.blocked();
        checks.add(check("event-loops", blocked.isEmpty(), blocked.orElse("")));
        boolean up = blocked.isEmpty();
        if (readiness) {
            for (Map.Entry<String, Service.Health> service : vitals.health().entrySet()) {
                checks.add(check(
                        service.getKey(),
                        service.getValue().ready(),
                        service.getValue().detail()));
                up &= service.getValue().ready();
            }
        }
        String status = status(up);
        write(
                response,
                up ? 200 : 503,
                new JsonObject().put("status", status).put("checks", checks).put("outcome", status));
    }

    /** The form of Vert.x's health checks, which the gateway's own probes have too. */
    private static JsonObject check(String id, boolean up, String detail) {
        JsonObject check = new JsonObject().put("id", id).put("status", status(up));
        return detail.isEmpty() ? check : check.put("data", new JsonObject().put("detail", detail));
    }

    private static String status(boolean up) {
        return up ? "UP" : "DOWN";
    }

    /** Reading all meters takes a moment, which must not delay a probe. */
    private void metrics(HttpServerResponse response) {
        vertx.executeBlocking(() -> meters.scrape())
                .onSuccess(text -> response.putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(fault -> {
                    LOG.warn("the metrics could not be read", fault);
                    write(response, 500, new JsonObject().put("error", "the metrics could not be read"));
                });
    }

    private static void write(HttpServerResponse response, int status, JsonObject body) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }
}
