package io.mediamesh.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Files of analyses of sound: begun, listed, downloaded while they are being written, stopped, deleted. */
final class AudioFilesApi {
    private static final String PATH = "/api/v1/audio/files";

    private final AudioFiles files;

    AudioFilesApi(AudioFiles files) {
        this.files = files;
    }

    /** {@code POST /api/v1/audio/files}. */
    void add(RoutingContext context, JsonObject body) {
        files.add(body)
                .onSuccess(added -> {
                    context.response().setStatusCode(201).putHeader("Location", PATH + "/" + added.getString("name"));
                    context.json(added);
                })
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/audio/files}. */
    void list(RoutingContext context) {
        files.list()
                .onSuccess(
                        all -> context.json(new JsonObject().put("files", all).put("count", all.size())))
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/audio/files/{name}}. */
    void get(RoutingContext context) {
        files.show(context.pathParam("name")).onSuccess(context::json).onFailure(context::fail);
    }

    /** {@code POST /api/v1/audio/files/{name}/stop}. */
    void stop(RoutingContext context) {
        files.stop(context.pathParam("name")).onSuccess(context::json).onFailure(context::fail);
    }

    /** {@code DELETE /api/v1/audio/files/{name}}. */
    void delete(RoutingContext context) {
        files.delete(context.pathParam("name"))
                .onSuccess(deleted -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    /** {@code GET /api/v1/audio/files/{name}/{file}}, or a range of it. */
    void download(RoutingContext context) {
        files.file(context.pathParam("name"), context.pathParam("file"))
                .onSuccess(piece -> send(context, piece))
                .onFailure(context::fail);
    }

    private static void send(RoutingContext context, AudioFiles.Piece piece) {
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson")
                .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        long size = piece.sizeBytes();
        switch (ByteRange.of(context.request().getHeader("Range"), size)) {
            case ByteRange.Whole whole ->
                response.sendFile(piece.path().toString(), 0, size).onFailure(context::fail);
            case ByteRange.Part part -> {
                response.setStatusCode(206)
                        .putHeader(HttpHeaders.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + size);
                response.sendFile(piece.path().toString(), part.first(), part.last() - part.first() + 1)
                        .onFailure(context::fail);
            }
            case ByteRange.Outside outside -> {
                response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
                Failures.write(
                        response,
                        416,
                        Failures.error(
                                "the file has " + size + " bytes; the range lies beyond its end",
                                "range_not_satisfiable",
                                "Range"));
            }
        }
    }
}
