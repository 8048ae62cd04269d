package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * A LiveKit room that is kept open.
 *
 * @param id never given to another session of the deployment
 * @param participantSid the SID that the LiveKit server gave to our participant at last
 * @param record whether it is recorded
 */
record LiveSession(
        long id,
        RoomName room,
        StreamId stream,
        Status status,
        String participantSid,
        boolean record,
        Optional<Recording> recording,
        Instant started,
        Optional<Instant> ended,
        Instant created,
        Instant updated) {

    /** What becomes of a session. */
    enum Status {
        ACTIVE,
        /** The room was lost and is being entered again. */
        RECONNECTING,
        ENDED,
        /** The room can't be entered any more. */
        FAILED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The recording of a session.
     *
     * @param path of its first file, at the recorder's machine
     */
    record Recording(String id, String path) {}

    /** The form that clients see. */
    JsonObject toJson() {
        return new JsonObject()
                .put("id", id)
                .put("room_name", room.value())
                .put("participant_sid", participantSid)
                .put("status", status.word())
                .put("record_session", record)
                .put("recording_path", recording.map(Recording::path).orElse(null))
                .put("start_time", text(started))
                .put("end_time", ended.map(LiveSession::text).orElse(null))
                .put("created_at", text(created))
                .put("updated_at", text(updated));
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
