package io.mediamesh.recorder;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.Request;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of the bus. Runs on the context of the service. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Recordings recordings;

    Requests(Recordings recordings) {
        this.recordings = recordings;
    }

    void answer(Message<JsonObject> message) {
        Future<?> answer;
        try {
            answer = answerTo(Request.ofJson(message.body()));
        } catch (MeshException refused) {
            answer = Future.failedFuture(refused);
        } catch (RuntimeException malformed) {
            answer = Future.failedFuture(MeshException.invalid("body", "a request of the recorder is malformed"));
        }
        answer.onSuccess(message::reply).onFailure(failure -> {
            MeshException why = MeshException.ofReply(failure);
            if (why.code() == FailureCode.INTERNAL) {
                LOG.error("a request to the recorder failed through a defect of ours", failure);
            }
            message.fail(why.code().number(), why.getMessage());
        });
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
