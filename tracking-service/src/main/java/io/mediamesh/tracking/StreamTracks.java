package io.mediamesh.tracking;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.TracksProtocol.Changed;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.contracts.TracksProtocol.Request;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Replies;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics {@code tracks} that this member produces, and requests about all of them. Used on the service's context. */
final class StreamTracks {
    private static final int MAX_RACES = 8;

    private final TracksProducer.Parts parts;
    private final Map<StreamId, TracksProducer> running;
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();

    private StreamTracks(TracksProducer.Parts parts, Map<StreamId, TracksProducer> running) {
        this.parts = parts;
        this.running = running;
    }

    /** Begins to take requests. */
    static Future<StreamTracks> start(TracksProducer.Parts parts, Map<StreamId, TracksProducer> running) {
        StreamTracks tracks = new StreamTracks(parts, running);
        var bus = parts.mesh().vertx().eventBus();
        MessageConsumer<JsonObject> requests =
                bus.consumer(TracksProtocol.addressOf(parts.mesh().memberId()), tracks::answer);
        MessageConsumer<JsonObject> changes = bus.consumer(TracksProtocol.CHANGED, tracks::changed);
        tracks.consumers.add(requests);
        tracks.consumers.add(changes);
        tracks.consumers.add(
                parts.mesh().directory().onRemoved(stream -> parts.store().remove(stream.value())));
        return Future.all(requests.completion(), changes.completion()).map(tracks);
    }

    /** Starts to produce the tracks of a stream. */
    Future<Producer> produce(Publisher publisher) {
        StreamId stream = publisher.topic().stream();
        return TracksProducer.start(parts, publisher).map(producer -> {
            running.put(stream, producer);
            return () -> {
                running.remove(stream, producer);
                return producer.stop();
            };
        });
    }

    private void answer(Message<JsonObject> message) {
        Replies.answer(message, "requests about tracks", () -> answerTo(Request.ofJson(message.body())));
    }

    private Future<JsonObject> answerTo(Request request) {
        return switch (request) {
            case TracksProtocol.Mark mark -> mark(mark);
            case TracksProtocol.ListMarked list ->
                TracksKeeper.read(parts.store(), list.stream()).map(remembered -> new Followed(
                                remembered.map(StreamTracks::marked).orElse(List.of()))
                        .toJson());
            case TracksProtocol.End end -> end(end, MAX_RACES).map(ended -> new JsonObject());
        };
    }

    private static List<Track> marked(TracksRecord remembered) {
        return remembered.marked().stream().map(TracksRecord.Marked::track).toList();
    }

    private Future<JsonObject> mark(TracksProtocol.Mark mark) {
        if (mark.boxes().isEmpty() || mark.boxes().size() > TracksProtocol.MOST_MARKED) {
            return Future.failedFuture(MeshException.invalid(
                    "boxes",
                    "1 to " + TracksProtocol.MOST_MARKED + " objects can be marked at once, not "
                            + mark.boxes().size()));
        }
        return Optional.ofNullable(running.get(mark.stream()))
                .map(producer -> producer.mark(mark.boxes()).map(tracks -> new Followed(tracks).toJson()))
                .orElseGet(() -> Future.failedFuture(new MeshException(
                        FailureCode.UNAVAILABLE,
                        "the objects of this stream are just going to another member; try again")));
    }

    /** Whoever produces the topic learns of it from what is remembered, even where that is another member. */
    private Future<Void> end(TracksProtocol.End end, int racesLeft) {
        return TracksKeeper.read(parts.store(), end.stream()).compose(remembered -> {
            boolean any = remembered.stream()
                    .flatMap(record -> record.marked().stream())
                    .anyMatch(object -> isMeant(end, object.track().id()));
            return any ? take(end, racesLeft) : Future.succeededFuture();
        });
    }

    private static boolean isMeant(TracksProtocol.End end, long id) {
        return end.track().map(wanted -> wanted == id).orElse(true);
    }

    private Future<Void> take(TracksProtocol.End end, int racesLeft) {
        TracksKeeper keeper = new TracksKeeper(parts.store(), end.stream());
        return keeper.take()
                .compose(remembered ->
                        remembered.isEmpty() ? Future.<Void>succeededFuture() : without(end, keeper, remembered.get()))
                .recover(failure ->
                        failure instanceof MeshException refusal && refusal.code() == FailureCode.STALE && racesLeft > 0
                                ? end(end, racesLeft - 1)
                                : Future.failedFuture(failure));
    }

    private Future<Void> without(TracksProtocol.End end, TracksKeeper keeper, TracksRecord remembered) {
        TracksRecord left = remembered.only(id -> !isMeant(end, id));
        return keeper.keep(left).onSuccess(kept -> parts.mesh()
                .vertx()
                .eventBus()
                .publish(
                        TracksProtocol.CHANGED,
                        new Changed(end.stream(), left.marked().size(), true).toJson()));
    }

    private void changed(Message<JsonObject> message) {
        Changed change = Changed.ofJson(message.body());
        if (change.ended()) {
            Optional.ofNullable(running.get(change.stream())).ifPresent(TracksProducer::ended);
        }
    }

    /** Takes no more requests. */
    Future<Void> stop() {
        return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
                .mapEmpty();
    }
}
