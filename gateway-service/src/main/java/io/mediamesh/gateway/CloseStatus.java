package io.mediamesh.gateway;

/** Why WebSockets are closed: the codes of RFC 6455, section 7.4.1, and our own, which say what HTTP's would. */
final class CloseStatus {
    static final short NORMAL = 1000;
    static final short GOING_AWAY = 1001;
    /** Never sent: what a client is taken to have said that said nothing. */
    static final short NO_STATUS = 1005;

    static final short POLICY_VIOLATION = 1008;
    static final short TOO_BIG = 1009;
    static final short TRY_AGAIN_LATER = 1013;
    static final short INVALID = 4400;
    static final short NOT_FOUND = 4404;
    static final short CONFLICT = 4409;

    private CloseStatus() {}
}
