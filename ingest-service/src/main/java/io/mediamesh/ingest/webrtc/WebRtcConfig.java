package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The settings of WebRTC.
 *
 * @param advertisedAddresses addresses that answers name; empty for every address of this machine
 * @param minPort first UDP port for media; 0 lets the system choose
 * @param maxPort last UDP port for media; 0 together with minPort
 * @param maxPeers sessions at once
 * @param connectTimeout a session that does not connect for so long is freed
 * @param frameTimeout a sender of pictures that is silent for so long is let go
 * @param codecs video codecs for those who watch, the best first
 * @param maxBitrateKbps of a watched video, for each watcher
 * @param maxRateHz pictures a second for each watcher
 * @param iceServers servers that help our side to find a way to clients
 */
public record WebRtcConfig(
        List<String> advertisedAddresses,
        int minPort,
        int maxPort,
        int maxPeers,
        Duration connectTimeout,
        Duration frameTimeout,
        List<String> codecs,
        int maxBitrateKbps,
        double maxRateHz,
        IceServers iceServers) {
    /** Names that clients can reach the media by. */
    public static final Setting<List<String>> ADVERTISED = Setting.words(
            "webrtc.advertised_addresses",
            "",
            "IP addresses that WebRTC answers name, for example the public one in front of a container. Empty: every"
                    + " address of this machine.");

    static final Setting<Integer> MIN_PORT = Setting.integer(
            "webrtc.min_port", 0, 0, 65_535, "First UDP port for WebRTC media; 0: the system chooses ports.");
    static final Setting<Integer> MAX_PORT =
            Setting.integer("webrtc.max_port", 0, 0, 65_535, "Last UDP port for WebRTC media; each session takes one.");
    static final Setting<Integer> MAX_PEERS = Setting.integer(
            "webrtc.max_peers", 200, 1, 100_000, "WebRTC sessions of this process, beyond which new ones are refused.");
    static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
            "webrtc.connect_timeout", "10s", "A WebRTC session that does not connect within this time is freed.");
    static final Setting<Duration> FRAME_TIMEOUT = Setting.duration(
            "intensity.frame_timeout",
            "5s",
            "A WebRTC peer that promised pictures and sends none for so long is let go and cleaned up.");
    static final Setting<List<String>> CODECS = new Setting<>(
            "webrtc.codecs",
            "list of VP8, VP9, H264, AV1",
            "VP8,H264,VP9,AV1",
            "Video codecs for those who watch by WHEP, the preferred one first; the first that the watcher knows is"
                    + " taken.",
            "",
            false,
            WebRtcConfig::codecNames);
    static final Setting<Integer> MAX_BITRATE = Setting.integer(
            "webrtc.max_bitrate", 2_500, 50, 100_000, "Bit rate of the video to a WHEP watcher, at most, in kbit/s.");
    static final Setting<Double> MAX_RATE =
            Setting.number("webrtc.max_rate", 30, 1, 120, "Pictures a second to a WHEP watcher, at most.");

    private static final List<String> KNOWN_CODECS = List.of("VP8", "VP9", "H264", "AV1");

    /** Every setting. */
    public static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(List.of(
                ADVERTISED,
                MIN_PORT,
                MAX_PORT,
                MAX_PEERS,
                CONNECT_TIMEOUT,
                FRAME_TIMEOUT,
                CODECS,
                MAX_BITRATE,
                MAX_RATE));
        all.addAll(IceServers.all());
        return List.copyOf(all);
    }

    /**
     * Reads the settings.
     *
     * @throws MeshException for a range of ports or an address that can't be
     */
    public static WebRtcConfig of(Settings settings) {
        int min = settings.get(MIN_PORT);
        int max = settings.get(MAX_PORT);
        if (min > max || (min == 0 && max != 0)) {
            throw MeshException.invalid(
                    MAX_PORT.key(),
                    "the settings webrtc.min_port and webrtc.max_port must both be 0 or a range from low to high, not "
                            + min + " to " + max);
        }
        List<String> addresses = settings.get(ADVERTISED);
        for (String address : addresses) {
            if (!HostAddresses.isLiteral(address)) {
                throw MeshException.invalid(
                        ADVERTISED.key(),
                        "the setting " + ADVERTISED.key() + " takes IP addresses such as 203.0.113.7, not " + address);
            }
        }
        return new WebRtcConfig(
                addresses,
                min,
                max,
                settings.get(MAX_PEERS),
                settings.get(CONNECT_TIMEOUT),
                settings.get(FRAME_TIMEOUT),
                settings.get(CODECS),
                settings.get(MAX_BITRATE),
                settings.get(MAX_RATE),
                IceServers.of(settings));
    }

    private static List<String> codecNames(String text) {
        List<String> names = List.of(text.split(",", -1)).stream()
                .map(name -> name.strip().toUpperCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.isEmpty() || !KNOWN_CODECS.containsAll(names)) {
            throw new IllegalArgumentException("one or more of " + String.join(", ", KNOWN_CODECS));
        }
        return names;
    }
}
