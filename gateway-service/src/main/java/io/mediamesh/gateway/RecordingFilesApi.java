package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.RecorderProtocol;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The files of recordings over HTTP, with ranges; also while they are being written, as long as they are then. */
final class RecordingFilesApi {
    private static final String MANIFEST = "manifest.json";

    private final Recorders recorders;

    RecordingFilesApi(Recorders recorders) {
        this.recorders = recorders;
    }

    /** {@code GET} and {@code HEAD /api/v1/recordings/{rid}/{file}}. */
    void file(RoutingContext context) {
        String name = context.pathParam("file");
        recorders
                .find(context.pathParam("rid"))
                .onSuccess(held -> {
                    if (name.equals(MANIFEST)) {
                        manifest(context, held);
                        return;
                    }
                    entry(held.recording(), name)
                            .ifPresentOrElse(
                                    entry -> answer(context, held, entry),
                                    () -> context.fail(new MeshException(
                                            FailureCode.NOT_FOUND,
                                            "the recording has no file " + Quoted.of(name),
                                            "file")));
                })
                .onFailure(context::fail);
    }

    /** Whole, and without a tag: it tells of the other files, so it is not one of them, and is often written anew. */
    private void manifest(RoutingContext context, Recorders.Held held) {
        manifest(held, Buffer.buffer())
                .onSuccess(json -> {
                    HttpServerResponse response = context.response()
                            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                            .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                            .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(json.length()));
                    if (HttpMethod.HEAD.equals(context.request().method())) {
                        response.end();
                    } else {
                        response.end(json);
                    }
                })
                .onFailure(context::fail);
    }

    private Future<Buffer> manifest(Recorders.Held held, Buffer before) {
        RecorderProtocol.Read next = new RecorderProtocol.Read(
                held.recording().id(), MANIFEST, before.length(), RecorderProtocol.MOST_READ_BYTES);
        return recorders.read(held.memberId(), next).compose(piece -> {
            Buffer all = before.appendBuffer(piece);
            return piece.length() < RecorderProtocol.MOST_READ_BYTES
                    ? Future.succeededFuture(all)
                    : manifest(held, all);
        });
    }

    /** The file of this name; {@code video.mp4} and {@code audio.wav} stand for those of the first part. */
    private static Optional<RecorderProtocol.Entry> entry(RecorderProtocol.Recording recording, String name) {
        List<RecorderProtocol.Entry> files = recording.files();
        return files.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .or(() -> files.stream()
                        .filter(entry -> name.equals("video.mp4") || name.equals("audio.wav"))
                        .filter(entry -> entry.part() > 0
                                && entry.name().startsWith(name.substring(0, 5))
                                && entry.name().endsWith(name.substring(5)))
                        .min(Comparator.comparingInt(RecorderProtocol.Entry::part)));
    }

    private void answer(RoutingContext context, Recorders.Held held, RecorderProtocol.Entry entry) {
        HttpServerRequest request = context.request();
        String tag = tag(entry);
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaders.ETAG, tag)
                .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.CONTENT_TYPE, entry.mediaType());
        if (context.queryParams().contains("download")) {
            response.putHeader(
                    "Content-Disposition",
                    "attachment; filename=\"" + held.recording().id() + "-" + entry.name() + "\"");
        }
        if (tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        long size = entry.sizeBytes();
        switch (wanted(request, tag, size)) {
            case ByteRange.Whole whole -> send(request, held, entry, 0, size);
            case ByteRange.Part part -> {
                response.setStatusCode(206)
                        .putHeader(HttpHeaders.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + size);
                send(request, held, entry, part.first(), part.last() - part.first() + 1);
            }
            case ByteRange.Outside outside -> {
                response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
                response.headers().remove("Content-Disposition");
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

    private void send(
            HttpServerRequest request, Recorders.Held held, RecorderProtocol.Entry entry, long first, long length) {
        request.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(length));
        if (HttpMethod.HEAD.equals(request.method())) {
            request.response().end();
        } else {
            new RecordingDownload(recorders, held, entry.name(), first, length, request).send();
        }
    }

    /** A range is for a copy of what is there now: another copy (If-Range) gets the whole. */
    private static ByteRange wanted(HttpServerRequest request, String tag, long size) {
        String condition = request.getHeader("If-Range");
        boolean applies = condition == null || (condition.equals(tag) && !tag.startsWith("W/"));
        return applies ? ByteRange.of(request.getHeader("Range"), size) : new ByteRange.Whole();
    }

    /** What is closed never changes; what is being written has a tag that says no more than that it may have. */
    private static String tag(RecorderProtocol.Entry entry) {
        return entry.sha256().isEmpty()
                ? "W/\"" + entry.sizeBytes() + "\""
                : "\"" + entry.sha256().substring(0, Math.min(32, entry.sha256().length())) + "\"";
    }
}
