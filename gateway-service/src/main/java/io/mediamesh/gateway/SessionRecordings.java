package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recordings of live sessions: pictures, sound and what is known of them. Lives on one event loop. */
final class SessionRecordings {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRecordings.class);
    /** So often it is asked after a recording that nobody knows: its recorder may still be starting. */
    private static final int PATIENCE = 45;

    private final Recorders recorders;
    private final ConfigApi config;
    private final Map<String, Integer> asked = new HashMap<>();

    /** What became of a recording over a restart of the product. */
    sealed interface Outcome permits Waiting, Same, New {}

    /** Its recorder may still go on with it: ask again in a moment. */
    record Waiting() implements Outcome {}

    /** It goes on. */
    record Same() implements Outcome {}

    /** It is over, and this one takes its place. */
    record New(LiveSession.Recording recording) implements Outcome {}

    SessionRecordings(Recorders recorders, ConfigApi config) {
        this.recorders = recorders;
        this.config = config;
    }

    /** Begins to record a room. */
    Future<LiveSession.Recording> start(StreamId stream) {
        return config.recordingDirectory()
                .compose(directory -> recorders.start(new RecorderProtocol.Start(
                        stream,
                        Collections.unmodifiableSortedSet(new TreeSet<>(List.of(Topic.VIDEO, Topic.AUDIO))),
                        true,
                        directory)))
                .recover(failure -> Future.failedFuture(refused(MeshException.ofReply(failure))))
                .map(recording -> new LiveSession.Recording(recording.id(), recording.path()));
    }

    /** Ends a recording. Where that fails its recorder ends it when the stream is gone. */
    Future<Void> stop(Optional<LiveSession.Recording> recording) {
        recording.ifPresent(present -> asked.remove(present.id()));
        return recording
                .map(present -> recorders.stop(present.id()).<Void>mapEmpty().recover(failure -> {
                    LOG.warn("the recording {} cannot be stopped: {}", present.id(), failure.getMessage());
                    return Future.succeededFuture();
                }))
                .orElseGet(Future::succeededFuture);
    }

    /** After a restart: whether the recorder goes on with a recording, or another has to be begun. */
    Future<Outcome> goOn(LiveSession session) {
        String id = session.recording().map(LiveSession.Recording::id).orElse("");
        return recorders
                .find(id)
                .map(found -> Optional.of(found.recording()))
                .recover(failure -> MeshException.ofReply(failure).code() == FailureCode.NOT_FOUND
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure))
                .compose(found -> {
                    if (mayStillGoOn(id, found)) {
                        return Future.succeededFuture(new Waiting());
                    }
                    asked.remove(id);
                    boolean goesOn = found.isPresent() && found.get().state() == RecorderProtocol.State.RECORDING;
                    return goesOn
                            ? Future.succeededFuture(new Same())
                            : start(session.stream()).map(New::new);
                });
    }

    /** A recorder that waits for the stream says so, and ends the recording when it has waited long enough. */
    private boolean mayStillGoOn(String id, Optional<RecorderProtocol.Recording> found) {
        return found.map(recording -> recording.state() == RecorderProtocol.State.RECORDING
                        && !recording.reason().isEmpty())
                .orElseGet(() -> !id.isEmpty() && asked.merge(id, 1, Integer::sum) < PATIENCE);
    }

    private static MeshException refused(MeshException failure) {
        String field = failure.field().orElse("");
        FailureCode code = failure.code() == FailureCode.UPSTREAM_TIMEOUT ? failure.code() : FailureCode.UPSTREAM;
        return new MeshException(code, "the room cannot be recorded: " + failure.getMessage(), field);
    }
}
