package io.mediamesh.recorder;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.Request;
import io.mediamesh.mesh.Replies;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/** Answers the requests of the bus. Runs on the context of the service. */
final class Requests {
    private final Recordings recordings;

    Requests(Recordings recordings) {
        this.recordings = recordings;
    }

    void answer(Message<JsonObject> message) {
        Replies.answer(message, "requests to the recorder", () -> answerTo(read(message.body())));
    }

    private static Request read(JsonObject body) {
        try {
            return Request.ofJson(body);
        } catch (ClassCastException | NullPointerException malformed) {
            throw MeshException.invalid("body", "a request of the recorder is malformed");
        }
    }

    private Future<?> answerTo(Request request) {
        return switch (request) {
            case RecorderProtocol.Start start -> recordings.start(start).map(Recording::toJson);
            case RecorderProtocol.Stop stop -> recordings.stop(stop.recording()).map(Recording::toJson);
            case RecorderProtocol.ListAll all ->
                Future.succeededFuture(RecorderProtocol.recordingsJson(recordings.all()));
            case RecorderProtocol.Get get ->
                Future.succeededFuture(recordings.get(get.recording()).toJson());
            case RecorderProtocol.Delete delete ->
                recordings.delete(delete.recording()).map(new JsonObject());
            case RecorderProtocol.Read read -> recordings.read(read);
        };
    }
}
