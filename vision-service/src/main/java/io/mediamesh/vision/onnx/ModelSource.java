package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the file of a model comes from. */
public sealed interface ModelSource {
    /** What to call it where people read; without anything secret. */
    String text();

    /** What the file's sha256 has to be, in small hexadecimal digits; empty for any. */
    Optional<String> sha256();

    /** A file of this machine. */
    record OfFile(Path file, Optional<String> sha256) implements ModelSource {
        @Override
        public String text() {
            return file.toString();
        }
    }

    /** A file that is downloaded once. */
    record OfUrl(URI url, Optional<String> sha256) implements ModelSource {
        @Override
        public String text() {
            // The query may hold a key.
            return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
        }
    }

    /**
     * Reads {@code models/yolo.onnx} or {@code https://host/yolo.onnx}, either with {@code #sha256=…} behind it.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    static ModelSource parse(String text) {
        Matcher parts = Parts.WITH_SUM.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("a file or a URL; #sha256= is followed by 64 hexadecimal digits");
        }
        Optional<String> sum = Optional.ofNullable(parts.group(2)).map(digits -> digits.toLowerCase(Locale.ROOT));
        String place = parts.group(1);
        return Parts.URL.matcher(place).lookingAt() ? new OfUrl(url(place), sum) : new OfFile(Path.of(place), sum);
    }

    /**
     * The same for a field of a request.
     *
     * @throws MeshException naming the field
     */
    static ModelSource ofField(String field, String text) {
        try {
            return parse(text);
        } catch (InvalidPathException wrong) {
            throw MeshException.invalid(field, Quoted.of(text) + " is no path");
        } catch (IllegalArgumentException wrong) {
            throw MeshException.invalid(field, field + " must be " + wrong.getMessage());
        }
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            String path = url.getRawPath() == null ? "" : url.getRawPath().toLowerCase(Locale.ROOT);
            boolean plain = url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && path.startsWith("/")
                    && path.length() > 1
                    && url.normalize().equals(url)
                    && !Parts.HIDDEN.matcher(path).find();
            if (plain) {
                return url;
            }
        } catch (URISyntaxException wrong) {
            // told below
        }
        throw new IllegalArgumentException(
                "a file, or a URL such as https://models.example.com/yolo.onnx, without user, password, and dots that"
                        + " lead elsewhere");
    }

    /** The forms. */
    final class Parts {
        private static final Pattern WITH_SUM = Pattern.compile("([^#]+?)(?:#sha256=([0-9a-fA-F]{64}))?");
        private static final Pattern URL = Pattern.compile("(?i)https?://");
        /** What a server may take for a '/', a '\' or a '.'. */
        private static final Pattern HIDDEN = Pattern.compile("%2f|%5c|%2e|\\\\|//|/\\.\\.?(/|$)");

        private Parts() {}
    }
}
