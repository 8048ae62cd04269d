package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** WebRTC connections that are made by one offer and one answer, each a stream under the connection's id. */
final class ConnectionsApi {
    private static final int MAX_NEW_IDS = 16;
    /** What is at {@code /api/connections/count} is not a connection. */
    private static final String RESERVED = "count";

    private final Mesh mesh;
    private final Peers peers;
    private long lastIdMillis;

    ConnectionsApi(Mesh mesh, Peers peers) {
        this.mesh = mesh;
        this.peers = peers;
    }

    /** {@code POST /offer}. */
    void offer(RoutingContext context, JsonObject body) {
        String sdp = body.getString("sdp");
        Map<String, String> settings = settings(body.getJsonObject("config", new JsonObject()));
        String wanted = body.getString("connection_id");
        Future<JsonObject> answer =
                wanted == null ? connect(MAX_NEW_IDS, sdp, settings) : connect(named(wanted), sdp, settings);
        answer.onSuccess(context::json)
                .onFailure(failure -> context.fail(Failures.naming(
                        Failures.renaming(failure, Map.of(FailureCode.CONFLICT, "connection_id")),
                        Map.of(FailureCode.INVALID, "sdp"))));
    }

    private static StreamId named(String wanted) {
        if (wanted.equals(RESERVED)) {
            throw MeshException.invalid(
                    "connection_id", "the connection_id " + RESERVED + " has a meaning of its own; choose another");
        }
        return new StreamId(wanted);
    }

    /** Another gateway may have made the same id in the same millisecond. */
    private Future<JsonObject> connect(int triesLeft, String sdp, Map<String, String> settings) {
        lastIdMillis = Math.max(System.currentTimeMillis(), lastIdMillis + 1);
        return connect(new StreamId("conn_" + lastIdMillis), sdp, settings)
                .recover(failure ->
                        triesLeft > 1 && failure instanceof MeshException taken && taken.code() == FailureCode.CONFLICT
                                ? connect(triesLeft - 1, sdp, settings)
                                : Future.failedFuture(failure));
    }

    private Future<JsonObject> connect(StreamId id, String sdp, Map<String, String> settings) {
        return peers.publish(new PeerProtocol.Publish(id, Signalling.OFFER, sdp, "", settings))
                .map(answer -> new JsonObject()
                        .put("sdp", answer.sdp())
                        .put("type", "answer")
                        .put("connection_id", id.value()));
    }

    private static Map<String, String> settings(JsonObject config) {
        Map<String, String> settings = new TreeMap<>();
        if (config.containsKey("max_samples")) {
            settings.put(
                    "intensity.max_samples",
                    String.valueOf(config.getNumber("max_samples").intValue()));
        }
        for (String name : new String[] {"frame_timeout", "log_interval"}) {
            if (config.containsKey(name)) {
                settings.put("intensity." + name, seconds(config.getNumber(name)));
            }
        }
        return settings;
    }

    private static String seconds(Number value) {
        return BigDecimal.valueOf(value.doubleValue()).toPlainString() + "s";
    }

    /** {@code GET /api/connections}. */
    void list(RoutingContext context) {
        peers.connections()
                .onSuccess(connections -> {
                    JsonObject byId = new JsonObject();
                    connections.forEach(connection -> byId.put(connection.connectionId(), connection.toJson()));
                    context.json(byId);
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/connections/count}. */
    void count(RoutingContext context) {
        peers.connections()
                .onSuccess(connections -> context.json(new JsonObject().put("count", connections.size())))
                .onFailure(context::fail);
    }

    /** {@code GET /api/connections/{id}}. */
    void get(RoutingContext context) {
        StreamId id = new StreamId(context.pathParam("id"));
        existing(mesh, id)
                .compose(peers::connection)
                .compose(found -> found.map(connection -> Future.succeededFuture(connection.toJson()))
                        .orElseGet(() -> Future.failedFuture(unknown(id))))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/connections/{id}}. */
    void delete(RoutingContext context) {
        StreamId id = new StreamId(context.pathParam("id"));
        existing(mesh, id)
                .compose(peers::disconnect)
                .onSuccess(gone -> context.response().setStatusCode(204).end())
                .onFailure(failure -> context.fail(Failures.naming(failure, Map.of(FailureCode.NOT_FOUND, "id"))));
    }

    /** The stream that a WebRTC client sends under this id; fails with {@link FailureCode#NOT_FOUND}. */
    static Future<StreamDescription> existing(Mesh mesh, StreamId id) {
        return mesh.directory().get(id).compose(found -> found.filter(
                        stream -> !stream.home().isEmpty())
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(unknown(id))));
    }

    private static MeshException unknown(StreamId id) {
        return new MeshException(FailureCode.NOT_FOUND, "there is no connection " + id, "id");
    }
}
