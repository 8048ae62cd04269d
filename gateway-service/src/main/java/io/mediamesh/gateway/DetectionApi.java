package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Puts, shows and removes what is detected in a stream and what is worth an event there. */
final class DetectionApi {
    private final Mesh mesh;
    private final StoredRules rules;
    private final KnownClasses classes;
    private final WebhookAddresses addresses;

    DetectionApi(Mesh mesh, StoredRules rules, WebhookAddresses addresses) {
        this.mesh = mesh;
        this.rules = rules;
        this.classes = new KnownClasses(mesh);
        this.addresses = addresses;
    }

    /** {@code GET /api/v1/streams/{id}/detection}. */
    void get(RoutingContext context) {
        StreamId stream = new StreamId(context.pathParam("id"));
        present(stream)
                .onSuccess(found -> answer(context, found.orElse(DetectionRules.NONE)))
                .onFailure(context::fail);
    }

    /** {@code PUT /api/v1/streams/{id}/detection}. */
    void put(RoutingContext context, JsonObject body) {
        StreamId stream = new StreamId(context.pathParam("id"));
        present(stream)
                .compose(former -> {
                    DetectionRules wanted = DetectionRules.ofClient(body, former);
                    return classes.check(wanted)
                            .compose(known -> addresses.check(wanted))
                            .compose(allowed -> rules.put(stream, wanted))
                            .onSuccess(done -> {
                                context.response().setStatusCode(former.isPresent() ? 200 : 201);
                                answer(context, wanted);
                            });
                })
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/streams/{id}/detection}. */
    void delete(RoutingContext context) {
        StreamId stream = new StreamId(context.pathParam("id"));
        StreamsApi.existing(mesh, stream)
                .compose(known -> rules.remove(stream))
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    private Future<Optional<DetectionRules>> present(StreamId stream) {
        return StreamsApi.existing(mesh, stream)
                .compose(known -> mesh.directory().configuration(stream, DetectionRules.PART))
                .map(found -> found.map(DetectionRules::ofJson));
    }

    private static void answer(RoutingContext context, DetectionRules rules) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        context.json(rules.toJson());
    }
}
