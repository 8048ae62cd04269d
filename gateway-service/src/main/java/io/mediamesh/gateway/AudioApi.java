package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What analyses of sound there are, how they are set and how their delivery is doing. */
final class AudioApi {
    private final Mesh mesh;
    private final AudioConsumers consumers;
    private final AudioMembers members;
    private final AudioSettings settings;

    AudioApi(Mesh mesh, AudioConsumers consumers, AudioMembers members, AudioSettings settings) {
        this.mesh = mesh;
        this.consumers = consumers;
        this.members = members;
        this.settings = settings;
    }

    /** {@code GET /api/v1/audio/types}. */
    void types(RoutingContext context) {
        Set<String> offered = consumers.types().offered();
        JsonArray types = new JsonArray();
        for (String type : consumers.types().known()) {
            types.add(new JsonObject()
                    .put("type", type)
                    .put("offered", offered.contains(type))
                    .put("default", consumers.types().defaults().contains(type))
                    .put("dashboard", AudioForm.DASHBOARD.covers(type)));
        }
        context.json(new JsonObject()
                .put("types", types)
                .put("count", types.size())
                .put("default_stream", consumers.defaultStream().value()));
    }

    /** {@code GET /api/v1/audio/settings}. */
    void settings(RoutingContext context) {
        settings.show(Optional.empty()).onSuccess(context::json).onFailure(context::fail);
    }

    /** {@code PUT /api/v1/audio/settings}. */
    void change(RoutingContext context, JsonObject body) {
        settings.change(Optional.empty(), body).onSuccess(context::json).onFailure(context::fail);
    }

    /** {@code GET /api/v1/streams/{id}/audio/settings}. */
    void settingsOfStream(RoutingContext context) {
        StreamId stream = new StreamId(context.pathParam("id"));
        StreamsApi.existing(mesh, stream)
                .compose(found -> settings.show(Optional.of(stream)))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** {@code PUT /api/v1/streams/{id}/audio/settings}. */
    void changeOfStream(RoutingContext context, JsonObject body) {
        StreamId stream = new StreamId(context.pathParam("id"));
        StreamsApi.existing(mesh, stream)
                .compose(found -> settings.change(Optional.of(stream), body))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/audio/statistics}. */
    void statistics(RoutingContext context) {
        Future<JsonArray> theirs = members.statistics();
        Future<JsonObject> rates = settings.show(Optional.empty())
                .map(shown -> shown.getJsonObject("rates"))
                .otherwise(new JsonObject());
        Future.join(theirs, rates)
                .onSuccess(both -> context.json(delivery(rates.result()).put("members", theirs.result())))
                .onFailure(context::fail);
    }

    private JsonObject delivery(JsonObject rates) {
        Map<String, Integer> consumersOf = new TreeMap<>();
        Map<String, Integer> perProtocol = new TreeMap<>();
        Map<String, Integer> waiting = new TreeMap<>();
        Map<String, Integer> slowed = new TreeMap<>();
        for (AudioConsumer consumer : consumers.consumers()) {
            perProtocol.merge(consumer.protocol().word(), 1, Integer::sum);
            for (AudioViewer viewer : consumer.viewers()) {
                consumersOf.merge(viewer.type(), 1, Integer::sum);
                waiting.merge(viewer.type(), viewer.waiting(), Integer::sum);
                slowed.merge(viewer.type(), viewer.stride() > 1 ? 1 : 0, Integer::sum);
            }
        }
        JsonObject byType = new JsonObject();
        JsonObject limiter = new JsonObject();
        JsonObject buffers = new JsonObject();
        double[] totalHz = {0};
        consumers.figures().forEach((type, figures) -> {
            totalHz[0] += figures.rateHz();
            byType.put(
                    type,
                    new JsonObject()
                            .put("data_rate_hz", rounded(figures.rateHz()))
                            .put("consumers", consumersOf.getOrDefault(type, 0))
                            .put("sent", figures.sentTotal())
                            .put("dropped", figures.droppedTotal()));
            limiter.put(
                    type,
                    new JsonObject()
                            .put("max_rate_hz", rates.getValue(type))
                            .put("slowed_consumers", slowed.getOrDefault(type, 0))
                            .put("left_out", figures.thinnedTotal()));
            buffers.put(
                    type,
                    AudioBuffers.toJson(consumers.buffers().rule(type))
                            .put("waiting", waiting.getOrDefault(type, 0))
                            .put("dropped", figures.droppedTotal())
                            .put("expired", figures.expiredTotal()));
        });
        Runtime memory = Runtime.getRuntime();
        JsonObject active = new JsonObject();
        consumersOf.forEach(active::put);
        JsonObject protocols = new JsonObject();
        perProtocol.forEach(protocols::put);
        return new JsonObject()
                .put("data_rate_hz", rounded(totalHz[0]))
                .put("active_consumers", active)
                .put("protocols", protocols)
                .put("types", byType)
                .put("rate_limiter", limiter)
                .put("buffers", buffers)
                .put(
                        "memory",
                        new JsonObject()
                                .put("heap_used_bytes", memory.totalMemory() - memory.freeMemory())
                                .put("heap_max_bytes", memory.maxMemory()));
    }

    private static double rounded(double rateHz) {
        return Math.round(rateHz * 10) / 10.0;
    }
}
