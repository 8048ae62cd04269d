package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Receivers of datagrams: added for a while, listed, renewed, removed. */
final class AudioReceiversApi {
    static final String PATH = "/api/v1/audio/receivers";

    private final AudioReceivers receivers;
    private final AudioConsumers consumers;

    AudioReceiversApi(AudioReceivers receivers, AudioConsumers consumers) {
        this.receivers = receivers;
        this.consumers = consumers;
    }

    /** {@code POST /api/v1/audio/receivers}; again for the same host and port, it renews. */
    void add(RoutingContext context, JsonObject body) {
        AudioWish wish = consumers.usual().changedBy(AudioWish.commandIn(body), consumers.types());
        receivers
                .put(body.getString("host"), body.getInteger("port"), wish, lease(body))
                .onSuccess(added -> {
                    if (added.isNew()) {
                        context.response()
                                .setStatusCode(201)
                                .putHeader(
                                        "Location",
                                        PATH + "/" + added.receiver().id());
                    }
                    context.json(added.receiver().toJson());
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/audio/receivers}. */
    void list(RoutingContext context) {
        JsonArray all = new JsonArray();
        receivers.all().forEach(receiver -> all.add(receiver.toJson()));
        context.json(new JsonObject().put("receivers", all).put("count", all.size()));
    }

    /** {@code GET /api/v1/audio/receivers/{receiver}}. */
    void get(RoutingContext context) {
        context.json(found(context).toJson());
    }

    /** {@code PUT /api/v1/audio/receivers/{receiver}}: another lease. */
    void renew(RoutingContext context, JsonObject body) {
        AudioReceivers.Receiver receiver = found(context);
        receivers.renew(receiver.id(), lease(body));
        context.json(receiver.toJson());
    }

    /** {@code DELETE /api/v1/audio/receivers/{receiver}}. */
    void remove(RoutingContext context) {
        receivers.remove(found(context).id());
        context.response().setStatusCode(204).end();
    }

    private AudioReceivers.Receiver found(RoutingContext context) {
        String id = context.pathParam("receiver");
        return receivers
                .find(id)
                .orElseThrow(() ->
                        new MeshException(FailureCode.NOT_FOUND, "there is no receiver " + Quoted.of(id), "receiver"));
    }

    private static double lease(JsonObject body) {
        return body.getDouble("lease_seconds", AudioReceivers.USUAL_LEASE_SECONDS);
    }
}
