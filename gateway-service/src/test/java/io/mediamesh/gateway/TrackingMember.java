package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.contracts.TrackingProtocol.Request;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Replies;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Speaks for a member that tracks, by the protocol that gateways know: its objects move one pixel right a frame. */
final class TrackingMember implements AutoCloseable {
    final Map<String, List<Box>> sessions = new ConcurrentHashMap<>();
    final List<Request> asked = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> indexes = new ConcurrentHashMap<>();
    private final List<Promise<Void>> waiting = new CopyOnWriteArrayList<>();
    private final MessageConsumer<Buffer> consumer;
    private volatile Optional<FailureCode> failure = Optional.empty();
    private volatile boolean holding;

    TrackingMember(Mesh mesh) {
        this(mesh, RunningGateway.SELF);
    }

    TrackingMember(Mesh mesh, String member) {
        consumer = mesh.vertx()
                .eventBus()
                .consumer(
                        TrackingProtocol.addressOf(member),
                        message -> Replies.answer(message, "tracking requests", () -> {
                            Request request = Request.ofBuffer(message.body());
                            asked.add(request);
                            return gate().map(open -> answer(request));
                        }));
        Await.result(consumer.completion());
    }

    /** From now on requests fail so. */
    void failing(FailureCode code) {
        failure = Optional.of(code);
    }

    /** From now on they are answered again. */
    void answering() {
        failure = Optional.empty();
    }

    /** From now on requests wait for {@link #release}. */
    void holding() {
        holding = true;
    }

    void release() {
        holding = false;
        List<Promise<Void>> all = List.copyOf(waiting);
        waiting.removeAll(all);
        all.forEach(Promise::complete);
    }

    int waitingCount() {
        return waiting.size();
    }

    <T extends Request> List<T> asked(Class<T> kind) {
        return asked.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Future<Void> gate() {
        if (!holding) {
            return Future.succeededFuture();
        }
        Promise<Void> open = Promise.promise();
        waiting.add(open);
        return open.future();
    }

    private JsonObject answer(Request request) {
        failure.ifPresent(code -> {
            throw new MeshException(code, "made to fail");
        });
        return switch (request) {
            case TrackingProtocol.Start start -> {
                sessions.put(start.session(), start.boxes());
                indexes.put(start.session(), new AtomicInteger());
                yield data(start.session(), 0);
            }
            case TrackingProtocol.Frame frame -> {
                if (!sessions.containsKey(frame.session())) {
                    throw new MeshException(FailureCode.NOT_FOUND, "there is no such session", "session_id");
                }
                yield data(
                        frame.session(),
                        Objects.requireNonNull(indexes.get(frame.session())).incrementAndGet());
            }
            case TrackingProtocol.End end -> {
                sessions.remove(end.session());
                yield new JsonObject();
            }
        };
    }

    private JsonObject data(String session, int index) {
        List<Box> boxes = Objects.requireNonNull(sessions.get(session));
        return new FrameData(
                        index,
                        IntStream.range(0, boxes.size())
                                .mapToObj(object -> region(object, boxes.get(object), index))
                                .toList())
                .toJson();
    }

    private static Region region(int object, Box box, int shiftPx) {
        int x1 = (int) Math.round(Math.min(box.x1(), box.x2())) + shiftPx;
        int y1 = (int) Math.round(Math.min(box.y1(), box.y2()));
        int x2 = (int) Math.round(Math.max(box.x1(), box.x2())) + shiftPx;
        int y2 = (int) Math.round(Math.max(box.y1(), box.y2()));
        List<Track.Point> outline =
                List.of(new Track.Point(x1, y1), new Track.Point(x2 - 1, y1), new Track.Point(x2 - 1, y2 - 1));
        return new Region(object, x1, y1, x2, y2, (x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) * (y2 - y1), outline);
    }

    @Override
    public void close() {
        Await.result(consumer.unregister());
    }
}
