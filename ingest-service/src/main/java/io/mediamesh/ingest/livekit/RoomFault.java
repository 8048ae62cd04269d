package io.mediamesh.ingest.livekit;

/** Why we are not in the room (any more), for a person and without secrets, and what to do about it. */
final class RoomFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** What comes next. */
    enum Remedy {
        /** Come back as the same participant. */
        RESUME,
        /** Join anew. */
        REJOIN,
        /** The room is over. */
        END,
        /** Trying again would not help. */
        GIVE_UP,
        /** Somebody asked us to leave. */
        STOP
    }

    private final Remedy remedy;

    RoomFault(Remedy remedy, String reason) {
        super(reason, null, false, false);
        this.remedy = remedy;
    }

    Remedy remedy() {
        return remedy;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
