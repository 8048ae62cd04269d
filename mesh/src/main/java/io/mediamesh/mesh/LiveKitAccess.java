package io.mediamesh.mesh;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The LiveKit server whose rooms become streams, as the settings have it.
 *
 * @param server empty for none
 * @param apiKey empty for none
 * @param apiSecret empty for none
 * @param joinTimeout how long joining a room may take
 */
public record LiveKitAccess(Optional<Server> server, String apiKey, String apiSecret, Duration joinTimeout) {
    /** What a URL of a server looks like, for messages. */
    public static final String URL_RULE =
            "a URL such as ws://localhost:7880 with ws, wss, http or https, without user, password, path or query";

    /** Where the server is. */
    public static final Setting<String> URL = new Setting<>(
            "livekit.url",
            "URL",
            "",
            "The LiveKit server of live sessions and of rooms whose URL names none, for example ws://localhost:7880. Its"
                    + " address may be a private one.",
            "LIVEKIT_URL",
            false,
            LiveKitAccess::checkedUrl);

    /** Who we are there. */
    public static final Setting<String> API_KEY = Setting.text(
                    "livekit.api_key", "", "The API key with which rooms of the LiveKit server are joined.")
            .withAlias("LIVEKIT_API_KEY");

    /** And how that is proved. */
    public static final Setting<String> API_SECRET = Setting.text(
                    "livekit.api_secret", "", "The secret of livekit.api_key, or of the key in a room's URL.")
            .withAlias("LIVEKIT_API_SECRET")
            .asSecret();

    /** How long joining a room may take. */
    public static final Setting<Duration> JOIN_TIMEOUT =
            Setting.duration("livekit.join_timeout", "10s", "How long joining a LiveKit room may take.");

    private static final Pattern SHAPE = Pattern.compile(
            "(ws|wss|http|https)://(\\[[0-9A-Fa-f:.]+]|[^:/?#@\\[\\]\\s]+)(?::(\\d{1,5}))?/?",
            Pattern.CASE_INSENSITIVE);
    private static final Set<String> TLS_SCHEMES = Set.of("wss", "https");
    private static final int MAX_PORT = 65_535;

    /**
     * A server without any secret.
     *
     * @param host a name or an address, without brackets
     */
    public record Server(boolean isTls, String host, int port) {
        /** Reads a URL as people write it; empty where it is not {@link LiveKitAccess#URL_RULE}. */
        public static Optional<Server> parse(String url) {
            Matcher parts = SHAPE.matcher(url.strip());
            if (!parts.matches()) {
                return Optional.empty();
            }
            boolean tls = TLS_SCHEMES.contains(parts.group(1).toLowerCase(Locale.ROOT));
            int port = parts.group(3) == null ? defaultPort(tls) : Integer.parseInt(parts.group(3));
            return port < 1 || port > MAX_PORT
                    ? Optional.empty()
                    : Optional.of(new Server(tls, parts.group(2).replaceAll("[\\[\\]]", ""), port));
        }

        /** The port of a URL that names none. */
        public static int defaultPort(boolean tls) {
            return tls ? 443 : 80;
        }

        /** Host and port as URLs have them. */
        public String authority() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** All settings about the server. */
    public static List<Setting<?>> all() {
        return List.of(URL, API_KEY, API_SECRET, JOIN_TIMEOUT);
    }

    /** The values in force. */
    public static LiveKitAccess of(Settings settings) {
        return new LiveKitAccess(
                Server.parse(settings.get(URL)),
                settings.get(API_KEY).strip(),
                settings.get(API_SECRET).strip(),
                settings.get(JOIN_TIMEOUT));
    }

    private static String checkedUrl(String text) {
        if (!text.isBlank() && Server.parse(text).isEmpty()) {
            throw new IllegalArgumentException(URL_RULE);
        }
        return text.strip();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "LiveKitAccess[" + server + ", " + joinTimeout + "]";
    }
}
