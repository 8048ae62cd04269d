package io.mediamesh.ingest;

/** Why a source does not play (any more), for a person and without secrets, and what to do about it. */
final class SourceFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the player does next. */
    enum Remedy {
        /** The fault may go away: open the source again after a while. */
        RETRY,
        /** Trying again would not help. */
        GIVE_UP,
        /** Somebody asked the source to stop. */
        STOP
    }

    private final Remedy remedy;

    private SourceFault(Remedy remedy, String reason) {
        super(reason, null, false, false);
        this.remedy = remedy;
    }

    static SourceFault retry(String reason) {
        return new SourceFault(Remedy.RETRY, reason);
    }

    static SourceFault giveUp(String reason) {
        return new SourceFault(Remedy.GIVE_UP, reason);
    }

    static SourceFault stopped() {
        return new SourceFault(Remedy.STOP, "stopped");
    }

    Remedy remedy() {
        return remedy;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
