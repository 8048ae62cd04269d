package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Begins, shows, stops and deletes recordings. */
final class RecordingsApi {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1_000;

    private final Mesh mesh;
    private final Recorders recorders;
    private final ConfigApi config;

    RecordingsApi(Mesh mesh, Recorders recorders, ConfigApi config) {
        this.mesh = mesh;
        this.recorders = recorders;
        this.config = config;
    }

    /** {@code POST /api/v1/streams/{id}/recordings}. */
    void start(RoutingContext context, JsonObject body) {
        StreamId stream = new StreamId(context.pathParam("id"));
        SortedSet<String> topics = new TreeSet<>();
        body.getJsonArray("topics", JsonArray.of(Topic.VIDEO, Topic.AUDIO))
                .forEach(kind -> topics.add(new Topic(stream, (String) kind).kind()));
        StreamsApi.existing(mesh, stream)
                .compose(found -> config.recordingDirectory())
                .compose(directory -> recorders.start(new RecorderProtocol.Start(
                        stream, Collections.unmodifiableSortedSet(topics), body.getBoolean("events", true), directory)))
                .onSuccess(recording -> {
                    context.response()
                            .setStatusCode(201)
                            .putHeader(HttpHeaders.LOCATION, "/api/v1/recordings/" + recording.id());
                    context.json(recording.toJson());
                })
                .onFailure(failure -> context.fail(
                        Failures.naming(failure, Map.of(FailureCode.INVALID, "topics", FailureCode.NOT_FOUND, "id"))));
    }

    /** {@code GET /api/v1/recordings}. */
    void list(RoutingContext context) {
        MultiMap query = context.queryParams();
        Predicate<Recording> wanted = wanted(query);
        int limit = limit(query);
        recorders
                .list()
                .onSuccess(all -> {
                    List<JsonObject> chosen = all.stream()
                            .filter(wanted)
                            .limit(limit)
                            .map(Recording::toJson)
                            .toList();
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    context.json(new JsonObject()
                            .put("recordings", new JsonArray(chosen))
                            .put("count", chosen.size()));
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/recordings/{rid}}. */
    void get(RoutingContext context) {
        recorders
                .find(context.pathParam("rid"))
                .onSuccess(held -> {
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    context.json(held.recording().toJson());
                })
                .onFailure(context::fail);
    }

    /** {@code POST /api/v1/recordings/{rid}/stop}. */
    void stop(RoutingContext context) {
        recorders
                .stop(context.pathParam("rid"))
                .onSuccess(recording -> context.json(recording.toJson()))
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/recordings/{rid}}. */
    void delete(RoutingContext context) {
        recorders
                .delete(context.pathParam("rid"))
                .onSuccess(deleted -> context.response().setStatusCode(204).end())
                .onFailure(failure -> context.fail(
                        Failures.naming(failure, Map.of(FailureCode.NOT_FOUND, "rid", FailureCode.CONFLICT, "rid"))));
    }

    private static Predicate<Recording> wanted(MultiMap query) {
        Optional<String> stream = Optional.ofNullable(query.get("stream"));
        Optional<RecorderProtocol.State> state =
                Optional.ofNullable(query.get("state")).map(RecordingsApi::state);
        double from = seconds(query, "from", Double.NEGATIVE_INFINITY);
        double to = seconds(query, "to", Double.POSITIVE_INFINITY);
        return recording -> stream.map(recording.stream().value()::equals).orElse(true)
                && state.map(recording.state()::equals).orElse(true)
                && recording.startedUnixSeconds() >= from
                && recording.startedUnixSeconds() <= to;
    }

    private static RecorderProtocol.State state(String word) {
        for (RecorderProtocol.State state : RecorderProtocol.State.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(word)) {
                return state;
            }
        }
        throw MeshException.invalid(
                "state", "state must be recording, finished, interrupted or failed, not " + Quoted.of(word));
    }

    private static double seconds(MultiMap query, String name, double otherwise) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw MeshException.invalid(name, name + " must be a time in Unix seconds, not " + Quoted.of(text));
    }

    private static int limit(MultiMap query) {
        String text = Optional.ofNullable(query.get("limit")).orElse(String.valueOf(USUAL_LIMIT));
        if (text.matches("\\d{1,4}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST) {
            return Integer.parseInt(text);
        }
        throw MeshException.invalid("limit", "limit must be a whole number from 1 to " + MOST);
    }
}
