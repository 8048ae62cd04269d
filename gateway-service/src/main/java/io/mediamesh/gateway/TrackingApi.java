package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code POST /stream/start}, {@code /frame} and {@code /end}: objects that are followed from picture to picture. */
final class TrackingApi {
    /** Addresses that take forms, which {@link #receive} reads. */
    static final String PATHS = "/stream/*";

    private static final int MOST_BODY_BYTES = 16 << 20;
    /** Of all requests that wait for an answer; each byte of them is in memory about three times. */
    private static final long MOST_HELD_BYTES = 32 << 20;

    private static final String UPLOAD = "mediamesh.upload";
    private static final String BOXES = "bboxes";
    private static final Pattern SESSION = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Tracking tracking;
    private final Upload.Room room = new Upload.Room(MOST_HELD_BYTES);

    TrackingApi(Tracking tracking) {
        this.tracking = tracking;
    }

    /** Reads the form of a request before anybody else takes its body. */
    void receive(RoutingContext context) {
        Upload upload = Upload.of(context.request(), MOST_BODY_BYTES, room);
        context.addEndHandler(ended -> upload.leave());
        upload.read()
                .onSuccess(whole -> {
                    context.put(UPLOAD, whole);
                    context.next();
                })
                // What still comes of the body is read over, so that the client gets to read the answer.
                .onFailure(context::fail);
    }

    /** Whether {@link #receive} has read the body. */
    static boolean isReceived(RoutingContext context) {
        return context.get(UPLOAD) != null;
    }

    /** {@code POST /stream/start}. */
    void start(RoutingContext context) {
        Upload upload = upload(context);
        List<Box> boxes = boxes(upload.text(BOXES));
        Bytes picture = upload.file("image");
        answer(context, tracking.start(boxes, picture).map(started -> success()
                .put("session_id", started.session())
                .put("frame_data", started.frameData())));
    }

    /** {@code POST /stream/frame}. */
    void frame(RoutingContext context) {
        Upload upload = upload(context);
        String session = upload.text("session_id").strip();
        Bytes picture = upload.file("image");
        if (!SESSION.matcher(session).matches()) {
            throw unknown(session);
        }
        answer(context, tracking.frame(session, picture).map(data -> success().put("frame_data", data)));
    }

    /** {@code POST /stream/end}. */
    void end(RoutingContext context) {
        String session = upload(context).text("session_id").strip();
        // There never was a session of another form, so it has ended already.
        Future<Void> ended = SESSION.matcher(session).matches() ? tracking.end(session) : Future.succeededFuture();
        answer(
                context,
                ended.recover(failure -> isCode(failure, FailureCode.NOT_FOUND)
                                ? Future.succeededFuture()
                                : Future.failedFuture(failure))
                        .map(done -> success().put("message", "Session ended")));
    }

    private static Upload upload(RoutingContext context) {
        return context.get(UPLOAD);
    }

    private static JsonObject success() {
        return new JsonObject().put("status", "success");
    }

    private static void answer(RoutingContext context, Future<JsonObject> answer) {
        answer.onSuccess(json -> {
                    context.response().putHeader("Cache-Control", "no-store");
                    context.json(json);
                })
                .onFailure(failure -> context.fail(known(failure)));
    }

    /** Clients know 400, 404, 413, 500 and 503. */
    private static Throwable known(Throwable failure) {
        if (!(failure instanceof MeshException told)) {
            return failure;
        }
        String message = String.valueOf(told.getMessage());
        return switch (told.code()) {
            case NOT_FOUND -> new MeshException(FailureCode.NOT_FOUND, message, "session_id");
            case INVALID, TOO_LARGE, UNAVAILABLE -> told;
            case MOVED, BUSY, UPSTREAM_TIMEOUT -> new MeshException(FailureCode.UNAVAILABLE, message);
            case CONFLICT, FORBIDDEN, UNAUTHORIZED, STALE, UNPROCESSABLE -> MeshException.invalid("", message);
            case UPSTREAM, INTERNAL, FATAL -> new MeshException(FailureCode.INTERNAL, message);
        };
    }

    private static boolean isCode(Throwable failure, FailureCode code) {
        return failure instanceof MeshException told && told.code() == code;
    }

    private static MeshException unknown(String session) {
        return new MeshException(
                FailureCode.NOT_FOUND,
                "there is no session " + Quoted.of(session) + "; it may have expired: begin with /stream/start",
                "session_id");
    }

    /** Reads {@code [[x1,y1,x2,y2],…]}. */
    static List<Box> boxes(String text) {
        JsonArray all;
        try {
            all = new JsonArray(text);
        } catch (DecodeException | ClassCastException noArray) {
            throw MeshException.invalid(BOXES, "bboxes must be a JSON array such as [[100, 150, 250, 300]]");
        }
        if (all.isEmpty() || all.size() > TrackingProtocol.MOST_BOXES) {
            throw MeshException.invalid(
                    BOXES, "bboxes has " + all.size() + " boxes; 1 to " + TrackingProtocol.MOST_BOXES + " are allowed");
        }
        List<Box> boxes = new ArrayList<>();
        for (int index = 0; index < all.size(); index++) {
            boxes.add(box(all.getValue(index), "bboxes[" + index + "]"));
        }
        return boxes;
    }

    private static Box box(Object value, String name) {
        if (!(value instanceof JsonArray corners) || corners.size() != 4) {
            throw MeshException.invalid(BOXES, name + " must be four numbers: [x1, y1, x2, y2]");
        }
        double[] numbers = new double[4];
        for (int index = 0; index < numbers.length; index++) {
            if (!(corners.getValue(index) instanceof Number number) || !Double.isFinite(number.doubleValue())) {
                throw MeshException.invalid(BOXES, name + " must be four finite numbers: [x1, y1, x2, y2]");
            }
            numbers[index] = number.doubleValue();
        }
        return new Box(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
