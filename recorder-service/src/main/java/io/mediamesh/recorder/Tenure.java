package io.mediamesh.recorder;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Keeps the right to the recordings that are being written, and gives it up in good order. On the context of the service. */
final class Tenure {
    /** How long a recording that is to be closed waits to hear that it still is ours. */
    private static final long FAREWELL_MILLIS = 3_000;

    private Tenure() {}

    /** Asks whether what is written is still ours to write; once a second. */
    static void confirm(RecordingClaims claims, Collection<RecordingSession> sessions) {
        for (RecordingSession session : sessions) {
            claims.holds(session.journal().id()).onSuccess(holds -> {
                if (holds) {
                    session.lease().confirm();
                } else {
                    session.abandon();
                }
            });
        }
    }

    /**
     * Closes the files and lets others go on with them.
     *
     * @param waiting ids of recordings of ours that are not being written yet
     */
    static Future<Void> end(
            RecordingClaims claims, Context home, Collection<RecordingSession> sessions, List<String> waiting) {
        long limit = home.owner().setTimer(FAREWELL_MILLIS, late -> sessions.stream()
                .filter(session -> !session.over().isComplete())
                .forEach(session -> session.lease().lose()));
        return Future.join(sessions.stream().map(RecordingSession::suspend).toList())
                .eventually(() -> {
                    home.owner().cancelTimer(limit);
                    List<Future<Void>> released = new ArrayList<>();
                    sessions.forEach(session ->
                            released.add(claims.release(session.journal().id())));
                    waiting.forEach(id -> released.add(claims.release(id)));
                    return Future.join(released);
                })
                .otherwiseEmpty()
                .mapEmpty();
    }
}
