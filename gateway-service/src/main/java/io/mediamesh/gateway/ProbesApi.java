package io.mediamesh.gateway;

import io.mediamesh.mesh.Mesh;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** The probes of an orchestrator. */
final class ProbesApi {
    private static final long TIMEOUT_MILLIS = 3_000;

    private final HealthChecks live;
    private final HealthChecks ready;

    /**
     * @param serving whether the gateway takes requests, which it stops to do before it stops
     */
    ProbesApi(Mesh mesh, Database store, VirtualThreads blocking, BooleanSupplier serving) {
        Handler<Promise<Status>> eventLoops = promise -> promise.complete(mesh.blocked()
                .map(what -> Status.KO(new JsonObject().put("detail", what)))
                .orElseGet(Status::OK));
        this.live = HealthChecks.create(mesh.vertx()).register("event-loops", eventLoops);
        this.ready = HealthChecks.create(mesh.vertx())
                .register("event-loops", eventLoops)
                .register("gateway", promise -> promise.complete(serving.getAsBoolean() ? Status.OK() : Status.KO()))
                .register("store", TIMEOUT_MILLIS, promise -> blocking.call(store::answers)
                        .map(answers -> answers ? Status.OK() : Status.KO())
                        .onComplete(promise));
    }

    /** {@code GET /health/live}: whether the process is worth keeping. */
    void live(RoutingContext context) {
        answer(context, live);
    }

    /** {@code GET /health/ready}: whether requests should come here. */
    void ready(RoutingContext context) {
        answer(context, ready);
    }

    private static void answer(RoutingContext context, HealthChecks checks) {
        checks.checkStatus()
                .onSuccess(result -> {
                    context.response().setStatusCode(result.getUp() ? 200 : 503).putHeader("Cache-Control", "no-store");
                    context.json(result.toJson());
                })
                .onFailure(context::fail);
    }
}
