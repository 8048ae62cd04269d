package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings of LiveKit rooms.
 *
 * @param access where rooms are, and with which key and secret, whose URL does not say so
 * @param serversIce which of the ICE servers that a LiveKit server names are used
 * @param iceServers what is used in any case
 */
public record LiveKitConfig(LiveKitAccess access, ServersIce serversIce, IceServers iceServers) {
    static final Setting<String> ICE = Setting.choice(
            "livekit.ice",
            "turn",
            List.of("none", "turn", "all"),
            "Which of the ICE servers that a LiveKit server names are used besides webrtc.ice_servers: none, only those"
                    + " that relay (turn), or also STUN servers, which may be somewhere on the Internet (all).");

    /** Which of the ICE servers that a LiveKit server names are used. */
    enum ServersIce {
        NONE,
        TURN,
        ALL
    }

    /** Every setting; those of ICE itself are WebRTC's. */
    public static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(LiveKitAccess.all());
        all.add(ICE);
        return all;
    }

    /** Reads the settings. */
    public static LiveKitConfig of(Settings settings) {
        return new LiveKitConfig(
                LiveKitAccess.of(settings),
                ServersIce.valueOf(settings.get(ICE).toUpperCase(Locale.ROOT)),
                IceServers.of(settings));
    }

    /** How long joining may take. */
    Duration joinTimeout() {
        return access.joinTimeout();
    }

    /**
     * The address with what it leaves to the settings.
     *
     * @throws MeshException naming the setting that is missing
     */
    public RoomAddress complete(RoomAddress address) {
        LiveKitAccess.Server at = address.server()
                .or(access::server)
                .orElseThrow(() -> missing(
                        "names no server",
                        LiveKitAccess.URL,
                        "write livekit://KEY:SECRET@host:port/ROOM or set " + LiveKitAccess.URL.key()));
        String key = address.apiKey().isEmpty() ? access.apiKey() : address.apiKey();
        String secret = address.apiSecret().isEmpty() ? access.apiSecret() : address.apiSecret();
        if (key.isEmpty()) {
            throw missing(
                    "has no API key",
                    LiveKitAccess.API_KEY,
                    "write it before the secret in the URL or set " + LiveKitAccess.API_KEY.key());
        }
        if (secret.isEmpty()) {
            throw missing(
                    "has no API secret",
                    LiveKitAccess.API_SECRET,
                    "write it after the key in the URL or set " + LiveKitAccess.API_SECRET.key());
        }
        return new RoomAddress(Optional.of(at), key, secret, address.room(), address.main(), address.participant());
    }

    /** Whether an ICE server that a LiveKit server names is used. */
    boolean usesIce(String url) {
        return switch (serversIce) {
            case NONE -> false;
            case TURN -> IceServers.isRelay(url);
            case ALL -> true;
        };
    }

    private static MeshException missing(String what, Setting<?> setting, String remedy) {
        return MeshException.invalid(
                "source.url", "the LiveKit room " + what + ": " + remedy + " (" + setting.alias() + ")");
    }
}
