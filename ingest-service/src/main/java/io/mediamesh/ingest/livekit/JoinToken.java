package io.mediamesh.ingest.livekit;

import io.livekit.server.AccessToken;
import io.livekit.server.CanPublish;
import io.livekit.server.CanPublishData;
import io.livekit.server.CanSubscribe;
import io.livekit.server.Hidden;
import io.livekit.server.RoomJoin;
import io.livekit.server.RoomName;
import java.time.Duration;

/** The token that we join with. It is a secret: never printed. */
final class JoinToken {
    /** The server sends a new one before this is over. */
    private static final Duration VALID = Duration.ofMinutes(10);

    private JoinToken() {}

    /** A participant whom nobody sees, who takes and gives nothing. */
    static String of(RoomAddress address, String identity) {
        AccessToken token = new AccessToken(address.apiKey(), address.apiSecret());
        token.setIdentity(identity);
        token.setName("mediamesh");
        token.setTtl(VALID.toMillis());
        token.addGrants(
                new RoomJoin(true),
                new RoomName(address.room()),
                new Hidden(true),
                new CanSubscribe(true),
                new CanPublish(false),
                new CanPublishData(false));
        return token.toJwt();
    }
}
