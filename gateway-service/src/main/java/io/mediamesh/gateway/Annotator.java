package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.gateway.MissingRegions.Reason;
import io.mediamesh.mesh.FaultLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says of each frame of a broadcast where the objects in it are. The session begins with the first rectangle and anew with
 * another one; a session that the tracking lost begins anew where its objects were last. Whatever fails, the frame goes out
 * with {@code {}}. At most one frame is asked for at a time. Lives on one event loop.
 */
final class Annotator {
    static final Bytes NOTHING = Bytes.takeOver(new byte[] {'{', '}'});
    private static final Known PENDING = new Known.Nothing(Reason.PENDING, "");
    /** A rectangle that moved by less is the same: clients reckon it anew from what their page shows. */
    private static final double SAME_PX = 1;

    private final String name;
    private final Vertx vertx;
    private final Tracking tracking;
    private final HubConfig config;
    private final FaultLog faults;
    private final MissingRegions missing;

    private Optional<Box> given = Optional.empty();
    private Optional<String> session = Optional.empty();
    private List<Box> lastKnown = List.of();
    private Known latest = PENDING;
    private long generation;
    private long counted;
    private boolean asking;
    private boolean closed;

    /**
     * Nothing is tracked yet.
     *
     * @param name of the broadcast, for messages
     */
    Annotator(String name, Vertx vertx, Tracking tracking, HubConfig config, HubCounters counters, FaultLog faults) {
        this.name = name;
        this.vertx = vertx;
        this.tracking = tracking;
        this.config = config;
        this.faults = faults;
        this.missing = new MissingRegions(name, counters, System::nanoTime);
    }

    /** What is said of a frame. */
    private sealed interface Known {
        record Regions(Bytes metadata) implements Known {}

        record Nothing(Reason why, String detail) implements Known {}
    }

    /** The metadata of a frame: complete already, unless the frame has to wait. Never fails. */
    Future<Bytes> annotate(BroadcastMessage message) {
        if (!message.tracked()) {
            return Future.succeededFuture(NOTHING);
        }
        Optional<Box> rectangle = message.rectangle();
        if (rectangle.isPresent()) {
            if (isEmpty(rectangle.get())) {
                return without(Reason.EMPTY_RECTANGLE);
            }
            if (given.isEmpty() || differ(given.get(), rectangle.get())) {
                begin(rectangle.get());
            }
        }
        if (given.isEmpty()) {
            return without(Reason.NO_RECTANGLE);
        }
        boolean due = counted++ % config.skip() == 0;
        boolean waits = config.mode() == HubConfig.Mode.SYNC;
        if (!due || asking) {
            return due && waits ? without(Reason.OVERDUE) : Future.succeededFuture(metadata(latest));
        }
        Optional<Bytes> picture = message.picture();
        if (picture.isEmpty()) {
            return without(Reason.NO_BASE64);
        }
        Future<Known> answer = ask(picture.get());
        return waits ? held(answer).map(this::metadata) : Future.succeededFuture(metadata(latest));
    }

    private Future<Bytes> without(Reason why) {
        return Future.succeededFuture(metadata(new Known.Nothing(why, "")));
    }

    /** What goes out of it with a frame, which is counted. */
    private Bytes metadata(Known known) {
        return switch (known) {
            case Known.Regions regions -> {
                missing.with();
                yield regions.metadata;
            }
            case Known.Nothing nothing -> {
                missing.without(nothing.why, nothing.detail);
                yield NOTHING;
            }
        };
    }

    /** Ends the session. */
    void close() {
        closed = true;
        abandon();
    }

    /** What another gateway needs to go on with the session. */
    JsonObject handOver() {
        JsonObject state = new JsonObject().put("known", boxes(lastKnown));
        given.ifPresent(box -> state.put("rectangle", boxes(List.of(box))));
        session.ifPresent(id -> state.put("session", id));
        closed = true;
        session = Optional.empty();
        return state;
    }

    /** Goes on with what {@link #handOver} of another gateway said. */
    void takeOver(JsonObject state) {
        given = boxes(state.getJsonArray("rectangle", new JsonArray())).stream().findFirst();
        lastKnown = boxes(state.getJsonArray("known", new JsonArray()));
        session = Optional.ofNullable(state.getString("session"));
    }

    private void begin(Box rectangle) {
        abandon();
        given = Optional.of(rectangle);
        lastKnown = List.of();
        counted = 0;
    }

    /** What is still answered belongs to a session that is over. */
    private void abandon() {
        generation++;
        latest = PENDING;
        session.ifPresent(this::end);
        session = Optional.empty();
    }

    private void end(String id) {
        tracking.end(id)
                .onFailure(failure ->
                        faults.fault("tracking", "broadcast " + name + ": a session could not be ended", failure));
    }

    private Future<Known> held(Future<Known> answer) {
        if (answer.isComplete()) {
            return answer;
        }
        Promise<Known> out = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, config.maxHold().toMillis()),
                due -> out.tryComplete(new Known.Nothing(Reason.OVERDUE, "")));
        answer.onComplete(done -> {
            vertx.cancelTimer(timer);
            out.tryComplete(done.result());
        });
        return out.future();
    }

    /** Never fails. */
    private Future<Known> ask(Bytes picture) {
        long mine = generation;
        asking = true;
        Future<JsonObject> answered =
                session.map(id -> frame(id, picture, mine)).orElseGet(() -> start(picture, mine));
        return answered.transform(done -> {
            asking = false;
            if (mine != generation) {
                return Future.succeededFuture(PENDING);
            }
            if (done.succeeded()) {
                remember(done.result());
                latest = new Known.Regions(
                        Bytes.takeOver(done.result().toBuffer().getBytes()));
            } else {
                MeshException why = MeshException.ofReply(done.cause());
                latest = new Known.Nothing(Reason.of(why.code()), String.valueOf(why.getMessage()));
            }
            return Future.succeededFuture(latest);
        });
    }

    private Future<JsonObject> start(Bytes picture, long mine) {
        List<Box> boxes = lastKnown.isEmpty() ? given.stream().toList() : lastKnown;
        return tracking.start(boxes, picture).map(started -> {
            if (closed || mine != generation) {
                end(started.session());
            } else {
                session = Optional.of(started.session());
            }
            return started.frameData();
        });
    }

    private Future<JsonObject> frame(String id, Bytes picture, long mine) {
        return tracking.frame(id, picture).recover(failure -> {
            boolean gone = failure instanceof MeshException told && told.code() == FailureCode.NOT_FOUND;
            if (!gone || closed || mine != generation) {
                return Future.failedFuture(failure);
            }
            session = Optional.empty();
            return start(picture, mine);
        });
    }

    private void remember(JsonObject frameData) {
        List<Box> found = boxesOf(frameData);
        if (!found.isEmpty()) {
            lastKnown = found;
        }
    }

    /** The boxes of the regions; an outside service may have said anything. */
    private static List<Box> boxesOf(JsonObject frameData) {
        List<Box> found = new ArrayList<>();
        if (frameData.getValue("regions") instanceof JsonArray regions) {
            for (Object region : regions) {
                if (region instanceof JsonObject known
                        && known.getValue("bounding_box") instanceof JsonObject box
                        && box.getValue("x_min") instanceof Number x1
                        && box.getValue("y_min") instanceof Number y1
                        && box.getValue("x_max") instanceof Number x2
                        && box.getValue("y_max") instanceof Number y2
                        && found.size() < TrackingProtocol.MOST_BOXES) {
                    found.add(new Box(x1.doubleValue(), y1.doubleValue(), x2.doubleValue(), y2.doubleValue()));
                }
            }
        }
        return found;
    }

    private static boolean isEmpty(Box box) {
        return box.x1() == box.x2() || box.y1() == box.y2();
    }

    private static boolean differ(Box one, Box other) {
        return Math.abs(one.x1() - other.x1()) > SAME_PX
                || Math.abs(one.y1() - other.y1()) > SAME_PX
                || Math.abs(one.x2() - other.x2()) > SAME_PX
                || Math.abs(one.y2() - other.y2()) > SAME_PX;
    }

    private static JsonArray boxes(List<Box> boxes) {
        JsonArray all = new JsonArray();
        boxes.forEach(box -> all.add(
                new JsonArray().add(box.x1()).add(box.y1()).add(box.x2()).add(box.y2())));
        return all;
    }

    private static List<Box> boxes(JsonArray all) {
        return all.stream()
                .map(corners -> (JsonArray) corners)
                .map(box -> new Box(box.getDouble(0), box.getDouble(1), box.getDouble(2), box.getDouble(3)))
                .toList();
    }
}
