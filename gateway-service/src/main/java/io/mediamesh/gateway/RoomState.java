package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamStatus;

/** What the status of a room's stream says about the room. */
sealed interface RoomState {
    /** We are in it. */
    record Joined(String participantSid) implements RoomState {}

    /** Not yet, or not at the moment. */
    record Waiting() implements RoomState {}

    /** It was tried in vain, and is tried again. */
    record Unreached(String reason) implements RoomState {}

    /** Trying again would not help. */
    record Refused(String reason) implements RoomState {}

    /** Reads a status. */
    static RoomState of(StreamStatus status) {
        String sid = status.details().getOrDefault(StreamStatus.PARTICIPANT_SID, "");
        return switch (status.state()) {
            case STARTING, LIVE -> sid.isEmpty() ? new Waiting() : new Joined(sid);
            case RECONNECTING -> status.reason().isEmpty() ? new Waiting() : new Unreached(status.reason());
            case FAILED -> new Refused(status.reason());
            case IDLE, ENDED -> new Waiting();
        };
    }
}
