package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Marks objects of streams, shows and ends those that are followed. */
final class TracksApi {
    private final Mesh mesh;
    private final MarkedTracks tracks;

    TracksApi(Mesh mesh, MarkedTracks tracks) {
        this.mesh = mesh;
        this.tracks = tracks;
    }

    /** {@code POST /api/v1/streams/{id}/tracks}. */
    void mark(RoutingContext context, JsonObject body) {
        StreamId stream = new StreamId(context.pathParam("id"));
        List<Box> boxes = boxes(body.getJsonArray("boxes"));
        StreamsApi.existing(mesh, stream)
                .compose(found -> tracks.mark(new TracksProtocol.Mark(stream, boxes)))
                .onSuccess(begun -> {
                    context.response()
                            .setStatusCode(201)
                            .putHeader(HttpHeaders.LOCATION, "/api/v1/streams/" + stream + "/tracks");
                    context.json(begun.toJson());
                })
                .onFailure(failure -> context.fail(Failures.renaming(failure, Map.of(FailureCode.INVALID, "boxes"))));
    }

    private static List<Box> boxes(JsonArray given) {
        List<Box> boxes = new ArrayList<>();
        for (int index = 0; index < given.size(); index++) {
            JsonArray corners = given.getJsonArray(index);
            Box box = new Box(corners.getDouble(0), corners.getDouble(1), corners.getDouble(2), corners.getDouble(3));
            if (!box.isFinite()) {
                throw MeshException.invalid("boxes", "box " + index + " has a corner beyond all numbers");
            }
            boxes.add(box);
        }
        return boxes;
    }

    /** {@code GET /api/v1/streams/{id}/tracks}. */
    void list(RoutingContext context) {
        StreamId stream = new StreamId(context.pathParam("id"));
        StreamsApi.existing(mesh, stream)
                .compose(found -> tracks.list(stream))
                .onSuccess(followed -> {
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    context.json(followed.toJson());
                })
                .onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/streams/{id}/tracks}. */
    void endAll(RoutingContext context) {
        end(context, Optional.empty());
    }

    /** {@code DELETE /api/v1/streams/{id}/tracks/{track}}. */
    void endOne(RoutingContext context) {
        String text = context.pathParam("track");
        if (!text.matches("\\d{1,18}")) {
            throw MeshException.invalid("track", "a track is named by its number, not by " + Quoted.of(text));
        }
        end(context, Optional.of(Long.parseLong(text)));
    }

    private void end(RoutingContext context, Optional<Long> track) {
        StreamId stream = new StreamId(context.pathParam("id"));
        Future<Void> ended =
                StreamsApi.existing(mesh, stream).compose(found -> tracks.end(new TracksProtocol.End(stream, track)));
        ended.onSuccess(done -> context.response().setStatusCode(204).end()).onFailure(context::fail);
    }
}
