package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.TreeMap;

/** Puts, shows and removes streams. What is put by API is stored first and then known to the mesh. */
final class StreamsApi {
    private static final String CHECK_ADDRESS = "mediamesh.ingest.check";
    private static final long CHECK_TIMEOUT_MILLIS = 10_000;

    private final Mesh mesh;
    private final StreamStore store;
    private final VirtualThreads blocking;
    private final StreamReport report;

    StreamsApi(Mesh mesh, StreamStore store, VirtualThreads blocking) {
        this.mesh = mesh;
        this.store = store;
        this.blocking = blocking;
        this.report = new StreamReport(mesh);
    }

    /** {@code GET /api/v1/streams}. */
    void list(RoutingContext context) {
        mesh.directory()
                .list()
                .compose(report::of)
                .onSuccess(streams -> context.json(
                        new JsonObject().put("streams", new JsonArray(streams)).put("count", streams.size())))
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/streams/{id}}. */
    void get(RoutingContext context) {
        existing(mesh, new StreamId(context.pathParam("id")))
                .compose(report::of)
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** {@code PUT /api/v1/streams/{id}}. */
    void put(RoutingContext context, JsonObject body) {
        StreamDescription wanted = describe(new StreamId(context.pathParam("id")), body);
        mesh.directory()
                .get(wanted.id())
                .compose(present -> present.isPresent()
                        ? same(present.get(), wanted).map(false)
                        : checkSource(wanted.url()).compose(checked -> create(wanted)))
                .compose(created -> report.of(wanted).map(json -> {
                    context.response().setStatusCode(created ? 201 : 200);
                    if (created) {
                        context.response().putHeader("Location", "/api/v1/streams/" + wanted.id());
                    }
                    return json;
                }))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/streams/{id}}. */
    void delete(RoutingContext context) {
        StreamId id = new StreamId(context.pathParam("id"));
        blocking.call(() -> store.remove(id))
                .compose(stored -> mesh.directory().remove(id).map(known -> known || stored))
                .onSuccess(removed -> {
                    if (removed) {
                        context.response().setStatusCode(204).end();
                    } else {
                        context.fail(unknown(id, "id"));
                    }
                })
                .onFailure(context::fail);
    }

    /** The stream with this id; fails with {@link FailureCode#NOT_FOUND}. */
    static Future<StreamDescription> existing(Mesh mesh, StreamId id) {
        return existing(mesh, id, "id");
    }

    /** The same for a request that calls the id otherwise. */
    static Future<StreamDescription> existing(Mesh mesh, StreamId id, String field) {
        return mesh.directory().get(id).compose(found -> found.map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(unknown(id, field))));
    }

    private static MeshException unknown(StreamId id, String field) {
        return new MeshException(FailureCode.NOT_FOUND, "there is no stream " + id, field);
    }

    private static StreamDescription describe(StreamId id, JsonObject body) {
        JsonObject source = body.getJsonObject("source");
        Map<String, String> labels = new TreeMap<>();
        body.getJsonObject("labels", new JsonObject())
                .forEach(label -> labels.put(label.getKey(), (String) label.getValue()));
        return new StreamDescription(
                id, SourceUrl.parse(source.getString("url")), source.getBoolean("loop", false), labels);
    }

    /** Stores the stream and then makes it known; undoes the former where the latter fails. True when it is new. */
    private Future<Boolean> create(StreamDescription wanted) {
        return blocking.call(() -> store.addIfAbsent(wanted))
                .compose(stored -> same(stored, wanted))
                .compose(stored -> mesh.directory().put(wanted).recover(failure -> blocking.call(
                                () -> store.remove(wanted.id()))
                        .transform(undone -> Future.failedFuture(failure))));
    }

    private static Future<StreamDescription> same(StreamDescription present, StreamDescription wanted) {
        if (present.equals(wanted)) {
            return Future.succeededFuture(present);
        }
        String difference = !present.home().isEmpty()
                ? "a WebRTC client that sends it"
                : !present.url().equals(wanted.url())
                        ? "the source " + present.url().masked()
                        : present.loop() != wanted.loop() ? "loop " + present.loop() : "other labels";
        return Future.failedFuture(new MeshException(
                FailureCode.CONFLICT,
                "the stream " + wanted.id() + " exists already with " + difference
                        + "; remove it first or choose another id",
                "id"));
    }

    /** Asks ingest whether it could open the source. Where no ingest is there yet, the stream waits for one. */
    private Future<Void> checkSource(SourceUrl url) {
        return mesh.vertx()
                .eventBus()
                .request(
                        CHECK_ADDRESS,
                        new JsonObject().put("url", url.secret()),
                        new DeliveryOptions().setSendTimeout(CHECK_TIMEOUT_MILLIS))
                .<Void>mapEmpty()
                .recover(failure ->
                        failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS
                                ? Future.succeededFuture()
                                : Future.failedFuture(refusal(failure)));
    }

    private static MeshException refusal(Throwable failure) {
        MeshException told = MeshException.ofReply(failure);
        boolean faultOfUrl = told.code().remedy() == FailureCode.Remedy.REJECT;
        return faultOfUrl ? new MeshException(told.code(), String.valueOf(told.getMessage()), "source.url") : told;
    }
}
