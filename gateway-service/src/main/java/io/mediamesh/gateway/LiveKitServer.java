package io.mediamesh.gateway;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.LiveKitAccess;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A LiveKit server and how to enter its rooms. */
record LiveKitServer(LiveKitAccess.Server server, String apiKey, String apiSecret) {
    /** The source of a room, with the credentials. */
    SourceUrl source(RoomName room) {
        return SourceUrl.parse((server.isTls() ? "livekits://" : "livekit://") + encoded(apiKey) + ":"
                + encoded(apiSecret) + "@" + server.authority() + "/" + encoded(room.value()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return server.authority();
    }
}
