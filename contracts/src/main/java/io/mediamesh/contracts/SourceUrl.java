package io.mediamesh.contracts;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a stream comes from, for example {@code rtsp://user:secret@host/path}. The text as given is only handed out
 * by {@link #secret()}; everything that prints a URL gets it without user, password and token parameters.
 */
public final class SourceUrl {
    private static final int MAX_LENGTH = 4096;
    private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+.-]*):.*", Pattern.DOTALL);
    private static final Pattern USER_INFO =
            Pattern.compile("^([a-z][a-z0-9+.-]*://)[^/?#]*@", Pattern.CASE_INSENSITIVE);
    private static final Pattern SECRET_PARAMETER = Pattern.compile(
            "([?&;](?:[^=&;#]*(?:token|key|secret|pass|pwd|auth|sig|credential)[^=&;#]*)=)[^&;#]*",
            Pattern.CASE_INSENSITIVE);

    private final String text;
    private final String scheme;

    private SourceUrl(String text, String scheme) {
        this.text = text;
        this.scheme = scheme;
    }

    /**
     * Checks that there is a scheme; whether it is one that can be opened is for ingest to say.
     *
     * @throws MeshException {@link FailureCode#INVALID}
     */
    public static SourceUrl parse(String text) {
        var match = SCHEME.matcher(text.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            throw MeshException.invalid(
                    "source.url",
                    "the source needs a URL with a scheme, for example test:, file:///clip.mp4 or rtsp://host/path");
        }
        if (text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw MeshException.invalid(
                    "source.url", "the source URL has control characters or more than " + MAX_LENGTH + " characters");
        }
        return new SourceUrl(text, match.group(1));
    }

    /** The scheme in lower case. */
    public String scheme() {
        return scheme;
    }

    /** The URL with its credentials, for whoever opens it. Never log it. */
    public String secret() {
        return text;
    }

    /** The URL without credentials. */
    public String masked() {
        String noUser = USER_INFO.matcher(text).replaceFirst("$1***@");
        return SECRET_PARAMETER.matcher(noUser).replaceAll("$1***");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceUrl url && text.equals(url.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return masked();
    }
}
