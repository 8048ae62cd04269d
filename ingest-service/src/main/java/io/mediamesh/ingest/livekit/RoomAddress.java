package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.LiveKitAccess;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A room, from {@code livekit://KEY:SECRET@host:port/ROOM}, {@code livekits://…} for TLS, or {@code livekit:ROOM} for the
 * server of the settings.
 *
 * @param server empty: that of the settings
 * @param apiKey empty: that of the settings
 * @param apiSecret empty: that of the settings
 * @param room its name
 * @param main whom the room's stream shows
 * @param participant the identity of the only one that counts
 */
public record RoomAddress(
        Optional<LiveKitAccess.Server> server,
        String apiKey,
        String apiSecret,
        String room,
        Main main,
        Optional<String> participant) {
    private static final int MAX_NAME = 255;
    private static final String EXAMPLE = "livekit://KEY:SECRET@host:port/ROOM";
    private static final Pattern WITH_SERVER = Pattern.compile(
            "livekits?://(?:([^/?#]*)@)?(\\[[0-9A-Fa-f:.]+]|[^:/?#@\\[\\]]+)(?::(\\d{1,5}))?(?:/([^?#]*))?"
                    + "(?:\\?([^#]*))?(?:#.*)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern WITHOUT_SERVER =
            Pattern.compile("livekit:([^/?#][^?#]*)(?:\\?([^#]*))?(?:#.*)?", Pattern.CASE_INSENSITIVE);

    /** Whom a room's stream shows. */
    public enum Main {
        /** Who was there first, for as long as there is something to see or hear of them. */
        FIRST,
        /** Who speaks. */
        ACTIVE_SPEAKER
    }

    /**
     * Takes a URL apart.
     *
     * @throws MeshException {@link io.mediamesh.contracts.FailureCode#INVALID} naming what is allowed
     */
    public static RoomAddress parse(SourceUrl url) {
        Matcher at = WITH_SERVER.matcher(url.secret());
        if (at.matches()) {
            String[] user = orEmpty(at.group(1)).split(":", 2);
            boolean tls = url.scheme().equals("livekits");
            int port = at.group(3) == null ? LiveKitAccess.Server.defaultPort(tls) : Integer.parseInt(at.group(3));
            if (port < 1 || port > 65_535) {
                throw wrong("the port must be 1 to 65535, not " + port);
            }
            String host = at.group(2).replaceAll("[\\[\\]]", "");
            return new RoomAddress(
                            Optional.of(new LiveKitAccess.Server(tls, host, port)),
                            decoded(user[0]),
                            user.length > 1 ? decoded(user[1]) : "",
                            checkedRoom(orEmpty(at.group(4))),
                            Main.FIRST,
                            Optional.empty())
                    .with(orEmpty(at.group(5)));
        }
        Matcher bare = WITHOUT_SERVER.matcher(url.secret());
        if (!bare.matches()) {
            throw wrong("a LiveKit room is written " + EXAMPLE + ", livekits://… where the server has TLS, or"
                    + " livekit:ROOM for the server of the setting " + LiveKitAccess.URL.key()
                    + "; write '/', '?', '#' and '@' in key, secret and room as %2F, %3F, %23 and %40");
        }
        return new RoomAddress(Optional.empty(), "", "", checkedRoom(bare.group(1)), Main.FIRST, Optional.empty())
                .with(orEmpty(bare.group(2)));
    }

    private RoomAddress with(String query) {
        Main chosen = main;
        Optional<String> only = participant;
        for (String option : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] pair = option.split("=", 2);
            String value = pair.length > 1 ? decoded(pair[1]) : "";
            switch (pair[0]) {
                case "main" ->
                    chosen = switch (value) {
                        case "first" -> Main.FIRST;
                        case "active-speaker" -> Main.ACTIVE_SPEAKER;
                        default -> throw wrong("main must be first or active-speaker, not " + Quoted.of(value));
                    };
                case "participant" -> {
                    if (value.isBlank()) {
                        throw wrong("participant must be the identity of a participant");
                    }
                    only = Optional.of(value);
                }
                default ->
                    throw wrong("a LiveKit room has the options main and participant, not " + Quoted.of(pair[0]));
            }
        }
        return new RoomAddress(server, apiKey, apiSecret, room, chosen, only);
    }

    private static String checkedRoom(String encoded) {
        String name = decoded(encoded);
        if (name.isBlank()) {
            throw wrong("the name of the room is missing: write " + EXAMPLE);
        }
        if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw wrong("the name of the room must have 1 to " + MAX_NAME + " characters and no control characters");
        }
        return name;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw wrong("a '%' in key, secret, room or option must be written as %25");
        }
    }

    /** The room with this participant only, as an address without secrets. */
    String publicUrlOf(String identity) {
        return this + "?participant=" + encoded(identity);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static MeshException wrong(String message) {
        return MeshException.invalid("source.url", message);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return server.map(at -> (at.isTls() ? "livekits://" : "livekit://") + at.host() + ":" + at.port() + "/")
                        .orElse("livekit:")
                + encoded(room);
    }
}
