package io.mediamesh.ingest;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.ingest.livekit.RoomAddress;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a source URL points at, taken apart. */
sealed interface SourceLocation {
    /** The schemes that can be opened, as messages list them. */
    String ALLOWED_SCHEMES =
            "test:, file:, rtsp://, rtsps://, http://, https://, livekit://, livekits:// and" + " device:/dev/videoN";

    /** The synthetic source. */
    record Test(TestParameters parameters) implements SourceLocation {}

    /** A file. */
    record MediaFile(Path path) implements SourceLocation {}

    /** A camera of this machine. */
    record Device(DeviceParameters parameters) implements SourceLocation {}

    /** A LiveKit room. */
    record LiveKit(RoomAddress address) implements SourceLocation {}

    /**
     * A server.
     *
     * @param scheme rtsp, rtsps, http or https
     * @param userInfo {@code user:password}, still percent-encoded; empty where there is none
     * @param host a name or an address, without brackets
     * @param port never 0
     * @param rest path, query and fragment, beginning with a slash unless empty
     */
    record Remote(String scheme, String userInfo, String host, int port, String rest) implements SourceLocation {
        boolean isTls() {
            return scheme.endsWith("s");
        }

        boolean isHttp() {
            return scheme.startsWith("http");
        }

        /** The URL with the host replaced by one of its addresses, so that nobody resolves the name again. */
        String secretUrlAt(InetAddress address) {
            String literal = address.getHostAddress();
            int zone = literal.indexOf('%');
            String bare = zone < 0 ? literal : literal.substring(0, zone);
            return scheme + "://" + (userInfo.isEmpty() ? "" : userInfo + "@")
                    + (bare.indexOf(':') < 0 ? bare : "[" + bare + "]") + ":" + port + rest;
        }

        /** For logs and reasons. */
        @Override
        public String toString() {
            return SourceUrl.parse(
                            scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port + rest)
                    .masked();
        }
    }

    /** Everything up to the path. The user info ends at the last at-sign, as libavformat has it too. */
    Pattern REMOTE = Pattern.compile(
            "([a-z]+)://(?:([^/?#]*)@)?(\\[[0-9A-Fa-f:.]+]|[^:/?#@\\[\\]]+)(?::(\\d{1,5}))?((?:[/?#].*)?)",
            Pattern.CASE_INSENSITIVE);

    /**
     * Takes a URL apart and checks what can be checked without touching disk or network.
     *
     * @throws MeshException {@link io.mediamesh.contracts.FailureCode#INVALID} naming what is allowed
     */
    static SourceLocation parse(SourceUrl url, int maxSidePx) {
        return switch (url.scheme()) {
            case "test" -> new Test(TestParameters.parse(url.secret(), maxSidePx));
            case "file" -> new MediaFile(filePath(url.secret()));
            case "device" -> new Device(DeviceParameters.parse(url.secret(), maxSidePx));
            case "rtsp", "rtsps", "http", "https" -> remote(url);
            case "livekit", "livekits" -> new LiveKit(RoomAddress.parse(url));
            default ->
                throw wrong("sources of the scheme " + Quoted.of(url.scheme() + ":") + " can't be opened; use "
                        + ALLOWED_SCHEMES);
        };
    }

    private static Remote remote(SourceUrl url) {
        Matcher parts = REMOTE.matcher(url.secret());
        if (!parts.matches()) {
            throw wrong("the source URL must look like " + url.scheme() + "://user:password@host:port/path; write"
                    + " '/', '?' and '#' in user and password as %2F, %3F and %23");
        }
        int port = parts.group(4) == null ? defaultPort(url.scheme()) : Integer.parseInt(parts.group(4));
        if (port < 1 || port > 65_535) {
            throw wrong("the port must be 1 to 65535, not " + port);
        }
        String host = parts.group(3).replaceAll("[\\[\\]]", "");
        return new Remote(url.scheme(), orEmpty(parts.group(2)), host, port, parts.group(5));
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "rtsp" -> 554;
            case "rtsps" -> 322;
            case "http" -> 80;
            default -> 443;
        };
    }

    private static Path filePath(String url) {
        String path = url.substring("file:".length());
        if (path.startsWith("//")) {
            int slash = path.indexOf('/', 2);
            String host = slash < 0 ? path.substring(2) : path.substring(2, slash);
            if (!host.isEmpty() && !host.toLowerCase(Locale.ROOT).equals("localhost")) {
                throw wrong("a file source names no host: write file:///folder/clip.mp4 (three slashes), not file://"
                        + Quoted.of(host));
            }
            path = slash < 0 ? "" : path.substring(slash);
        }
        if (path.isEmpty()) {
            throw wrong("a file source needs a path, for example file:///folder/clip.mp4");
        }
        try {
            return Path.of(percentDecoded(path)).toAbsolutePath().normalize();
        } catch (InvalidPathException bad) {
            throw wrong("the path " + Quoted.of(path) + " is not one that this system can have");
        }
    }

    private static String percentDecoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return path;
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static MeshException wrong(String message) {
        return MeshException.invalid("source.url", message);
    }
}
