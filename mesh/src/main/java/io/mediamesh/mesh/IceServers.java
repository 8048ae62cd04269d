package io.mediamesh.mesh;

import io.mediamesh.contracts.Quoted;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The STUN and TURN servers that WebRTC peers use to find a way to each other: this product's own peers, and the clients
 * that are told of them.
 *
 * @param urls in the forms of RFC 7064 and RFC 7065
 * @param username for the TURN servers; empty for none
 * @param credential the password of {@code username}; empty for none
 */
public record IceServers(List<String> urls, String username, String credential) {
    private static final String FORMS =
            "a list of stun:host:port and turn:host:port?transport=udp (or tcp); stuns: and turns: for TLS";
    private static final String HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}\\])";
    private static final String PORT =
            "(?::(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5]))?";
    private static final Pattern SHAPE =
            Pattern.compile("stuns?:" + HOST + PORT + "|turns?:" + HOST + PORT + "(?:\\?transport=(?:udp|tcp))?");
    /** What stands in a header without being encoded. */
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    static final Setting<List<String>> URLS = new Setting<>(
            "webrtc.ice_servers",
            "list of URLs",
            "",
            "STUN and TURN servers for WebRTC, stun:host:port or turn:host:port?transport=udp; empty where clients reach"
                    + " this machine directly",
            "",
            false,
            text -> Stream.of(text.split(",", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .map(IceServers::checkedUrl)
                    .toList());
    static final Setting<String> USERNAME =
            printable("webrtc.ice_username", "user at the TURN servers in webrtc.ice_servers");
    static final Setting<String> CREDENTIAL = printable(
                    "webrtc.ice_credential",
                    "password of webrtc.ice_username; WebRTC clients are told it, because they need it")
            .asSecret();

    /** Copies the list. */
    public IceServers {
        urls = List.copyOf(urls);
    }

    /** All settings about these servers. */
    public static List<Setting<?>> all() {
        return List.of(URLS, USERNAME, CREDENTIAL);
    }

    /** The values in force. */
    public static IceServers of(Settings settings) {
        return new IceServers(settings.get(URLS), settings.get(USERNAME), settings.get(CREDENTIAL));
    }

    /** Whether the server relays media, which needs the user and the password; the others only tell addresses. */
    public static boolean isRelay(String url) {
        return url.startsWith("turn");
    }

    @Override
    public String toString() {
        return urls.toString();
    }

    private static String checkedUrl(String word) {
        if (!SHAPE.matcher(word).matches()) {
            throw new IllegalArgumentException(FORMS + " (" + Quoted.of(word) + " is none of them)");
        }
        return word;
    }

    private static Setting<String> printable(String key, String description) {
        return new Setting<>(key, "text", "", description, "", false, text -> {
            if (!PRINTABLE.matcher(text).matches()) {
                throw new IllegalArgumentException("printable ASCII characters");
            }
            return text;
        });
    }
}
