package io.mediamesh.gateway;

import java.util.Locale;

/** By what analyses of sound get to a consumer. */
enum AudioProtocolKind {
    WEBSOCKET,
    TCP,
    UDP,
    SSE,
    FILE;

    /** As it is called in statistics and metrics. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
