package io.mediamesh.vision.roboflow;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Speaks the HTTP of Roboflow's inference server: statuses and messages are those of its published source. Its one
 * model, {@code lamps/3}, finds what is bright.
 */
public final class SpeakingServer implements AutoCloseable {
    public static final String KEY = "k3y+of&mine";
    private static final int BRIGHT = 128;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    public final List<String> asked = new CopyOnWriteArrayList<>();
    private final Deque<Integer> faults = new ConcurrentLinkedDeque<>();

    volatile String answerInstead = "";

    public SpeakingServer() {
        this.server =
                Await.result(vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1"));
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Answers with these statuses before anything else; 0 for no answer at all. */
    public void fail(List<Integer> statuses) {
        faults.addAll(statuses);
    }

    private void take(HttpServerRequest request) {
        request.body().onSuccess(body -> answer(request, body));
    }

    private void answer(HttpServerRequest request, Buffer body) {
        asked.add(request.method() + " " + request.path() + " " + request.getParam("confidence"));
        Integer fault = faults.poll();
        if (fault != null) {
            if (fault != 0) {
                // As a proxy that repeats what it was asked.
                refuse(
                        request,
                        fault,
                        fault == 422
                                ? "Invalid Model ID sent in request."
                                : "failed: " + request.uri() + " with " + request.getParam("api_key"));
            }
        } else if (!KEY.equals(request.getParam("api_key"))) {
            refuse(request, 401, "Unauthorized access to roboflow API - check API key and make sure the key is valid");
        } else if (!request.path().equals("/lamps/3")) {
            refuse(request, 404, "Requested Roboflow resource not found.");
        } else if (!answerInstead.isEmpty()) {
            request.response().end(answerInstead);
        } else {
            vertx.<JsonObject>executeBlocking(() -> bright(Base64.getDecoder().decode(body.getBytes())))
                    .onSuccess(found -> request.response()
                            .putHeader("Content-Type", "application/json")
                            .end(found.toBuffer()))
                    .onFailure(unreadable -> refuse(request, 400, "Could not load input image. Cause: " + unreadable));
        }
    }

    private static void refuse(HttpServerRequest request, int status, String message) {
        request.response()
                .setStatusCode(status)
                .end(new JsonObject().put("message", message).toBuffer());
    }

    private static JsonObject bright(byte[] jpeg) {
        I420 picture = new OpenCvPictureCodec().decode(Bytes.takeOver(jpeg));
        int left = Integer.MAX_VALUE;
        int top = Integer.MAX_VALUE;
        int right = -1;
        int bottom = -1;
        for (int y = 0; y < picture.heightPx(); y++) {
            for (int x = 0; x < picture.widthPx(); x++) {
                if (picture.planes().unsignedAt(y * picture.widthPx() + x) > BRIGHT) {
                    left = Math.min(left, x);
                    top = Math.min(top, y);
                    right = Math.max(right, x + 1);
                    bottom = Math.max(bottom, y + 1);
                }
            }
        }
        JsonArray predictions = new JsonArray();
        if (right > 0) {
            predictions.add(new JsonObject()
                    .put("x", (left + right) / 2.0)
                    .put("y", (top + bottom) / 2.0)
                    .put("width", (double) (right - left))
                    .put("height", (double) (bottom - top))
                    .put("confidence", 0.875)
                    .put("class", "lamp")
                    .put("class_id", 0)
                    .put("detection_id", "b3f0a6a2-2c1f-4f6e-9a43-000000000000"));
        }
        return new JsonObject()
                .put("inference_id", "5d0f")
                .put("time", 0.02)
                .put("image", new JsonObject().put("width", picture.widthPx()).put("height", picture.heightPx()))
                .put("predictions", predictions);
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}
