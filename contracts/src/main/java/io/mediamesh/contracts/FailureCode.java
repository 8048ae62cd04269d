package io.mediamesh.contracts;

/**
 * Everything that can go wrong with a request in the mesh, with what the caller should do about it. The number
 * travels as the failure code of an event bus reply, the HTTP status and the machine code reach the clients.
 */
public enum FailureCode {
    /** A field has a value that can never be right. */
    INVALID(1, 400, "invalid", Remedy.REJECT),
    /** The named thing does not exist. */
    NOT_FOUND(2, 404, "not_found", Remedy.REJECT),
    /** The name is taken by something else. */
    CONFLICT(3, 409, "conflict", Remedy.REJECT),
    /** A size limit was passed. */
    TOO_LARGE(4, 413, "too_large", Remedy.REJECT),
    /** The operation is refused by a setting, for example a private address without permission. */
    FORBIDDEN(5, 403, "forbidden", Remedy.REJECT),
    /** Another member owns the topic; the message is that member's id. */
    MOVED(6, 503, "moved", Remedy.RETRY),
    /** Nobody serves this now, but somebody may soon. */
    UNAVAILABLE(7, 503, "unavailable", Remedy.RETRY),
    /** A system behind us answered with an error. */
    UPSTREAM(8, 502, "upstream_failed", Remedy.RETRY),
    /** A system behind us did not answer in time. */
    UPSTREAM_TIMEOUT(9, 504, "upstream_timeout", Remedy.RETRY),
    /** A defect of ours in one operation; the operation may be started anew. */
    INTERNAL(10, 500, "internal", Remedy.RESTART),
    /** The process cannot go on, for example a port is taken or a setting is wrong. */
    FATAL(11, 500, "fatal", Remedy.EXIT),
    /** The request does not say who it comes from, or not in a way that is known here. */
    UNAUTHORIZED(12, 401, "unauthorized", Remedy.REJECT),
    /** The request was made for a state that is over. */
    STALE(13, 412, "precondition_failed", Remedy.REJECT),
    /** What a well-formed request names cannot be used, for example a file that is no model. */
    UNPROCESSABLE(14, 422, "unprocessable", Remedy.REJECT),
    /** Whoever was asked has enough to do; others may have room. */
    BUSY(15, 503, "busy", Remedy.RETRY);

    /** What whoever receives a failure should do. */
    public enum Remedy {
        /** The caller's fault: the same request will fail again. */
        REJECT,
        /** Try again after a while. */
        RETRY,
        /** Start the failed operation anew. */
        RESTART,
        /** Stop the process and let a person look. */
        EXIT
    }

    private final int number;
    private final int httpStatus;
    private final String machineCode;
    private final Remedy remedy;

    FailureCode(int number, int httpStatus, String machineCode, Remedy remedy) {
        this.number = number;
        this.httpStatus = httpStatus;
        this.machineCode = machineCode;
        this.remedy = remedy;
    }

    /** The failure code of an event bus reply; never reused for another meaning. */
    public int number() {
        return number;
    }

    /** The status of an HTTP answer that reports this failure. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The stable word in the {@code code} field of an error answer. */
    public String machineCode() {
        return machineCode;
    }

    /** What the receiver should do. */
    public Remedy remedy() {
        return remedy;
    }

    /** The code with this number; {@link #INTERNAL} for a number of a newer version. */
    public static FailureCode ofNumber(int number) {
        for (FailureCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return INTERNAL;
    }
}
