package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.multipart.MultipartForm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A service outside of the mesh that speaks the HTTP of {@code /stream/start}, {@code /frame} and {@code /end}. */
final class OutsideTracking implements Tracking, AutoCloseable {
    private static final int MOST_CONNECTIONS = 64;
    private static final int MOST_ANSWER_BYTES = 4 << 20;
    private static final int LONGEST_SESSION = 256;

    private final WebClient client;
    private final String url;
    private final long timeoutMillis;

    /**
     * Nothing is asked yet.
     *
     * @param url of the service, without a slash at the end
     * @param timeout how long an answer may take
     */
    OutsideTracking(Vertx vertx, String url, Duration timeout) {
        this.url = url;
        this.timeoutMillis = timeout.toMillis();
        WebClientOptions options = new WebClientOptions()
                .setFollowRedirects(false)
                .setUserAgentEnabled(false)
                .setConnectTimeout(Math.toIntExact(Math.min(timeoutMillis, Integer.MAX_VALUE)))
                .setMaxChunkSize(MOST_ANSWER_BYTES);
        this.client = WebClient.create(vertx, options, new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
    }

    @Override
    public Future<Started> start(List<Box> boxes, Bytes picture) {
        JsonArray corners = new JsonArray();
        boxes.forEach(box -> corners.add(
                new JsonArray().add(box.x1()).add(box.y1()).add(box.x2()).add(box.y2())));
        MultipartForm form = withPicture(picture).attribute("bboxes", corners.encode());
        return post("/stream/start", form).map(answer -> new Started(session(answer), frameData(answer)));
    }

    @Override
    public Future<JsonObject> frame(String session, Bytes picture) {
        return post("/stream/frame", withPicture(picture).attribute("session_id", session))
                .map(OutsideTracking::frameData);
    }

    @Override
    public Future<Void> end(String session) {
        return post("/stream/end", MultipartForm.create().attribute("session_id", session))
                .mapEmpty();
    }

    private static MultipartForm withPicture(Bytes picture) {
        boolean png = picture.length() > 1 && picture.unsignedAt(1) == 'P';
        return MultipartForm.create()
                .binaryFileUpload(
                        "image", png ? "frame.png" : "frame.jpg", picture.toBuffer(), png ? "image/png" : "image/jpeg");
    }

    private Future<JsonObject> post(String path, MultipartForm form) {
        return client.postAbs(url + path)
                .timeout(timeoutMillis)
                .sendMultipartForm(form)
                // The one above begins anew with every byte.
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .transform(
                        sent -> sent.succeeded() ? read(sent.result()) : Future.failedFuture(unreached(sent.cause())));
    }

    private static Future<JsonObject> read(HttpResponse<Buffer> response) {
        int status = response.statusCode();
        Buffer body = response.body();
        if (status == 200) {
            try {
                return Future.succeededFuture(body == null ? new JsonObject() : new JsonObject(body));
            } catch (DecodeException | ClassCastException noJson) {
                return Future.failedFuture(notUnderstood());
            }
        }
        FailureCode code =
                switch (status) {
                    case 404 -> FailureCode.NOT_FOUND;
                    case 413 -> FailureCode.TOO_LARGE;
                    case 503 -> FailureCode.UNAVAILABLE;
                    default -> status >= 400 && status < 500 ? FailureCode.INVALID : FailureCode.UPSTREAM;
                };
        String told = body == null ? "" : ": " + Quoted.of(body.getString(0, Math.min(64, body.length())));
        return Future.failedFuture(new MeshException(code, "the AI service answered " + status + told));
    }

    private static MeshException unreached(Throwable failure) {
        return failure instanceof TimeoutException
                ? new MeshException(FailureCode.UPSTREAM_TIMEOUT, "the AI service did not answer in time")
                : new MeshException(FailureCode.UPSTREAM, "the AI service cannot be reached: " + failure.getMessage());
    }

    private static String session(JsonObject answer) {
        if (answer.getValue("session_id") instanceof String id && !id.isEmpty() && id.length() <= LONGEST_SESSION) {
            return id;
        }
        throw notUnderstood();
    }

    private static JsonObject frameData(JsonObject answer) {
        if (answer.getValue("frame_data") instanceof JsonObject data) {
            return data;
        }
        throw notUnderstood();
    }

    private static MeshException notUnderstood() {
        return new MeshException(
                FailureCode.UPSTREAM,
                "the AI service gave an answer without session_id or frame_data as they have to be");
    }

    @Override
    public void close() {
        client.close();
    }
}
