package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pictures as text: base64, maybe with line breaks, maybe as the URL that browsers make of a canvas. */
final class PictureText {
    private static final Pattern DATA_URL = Pattern.compile("data:image/[A-Za-z0-9.+-]{1,32};base64,");
    private static final int LONGEST_PREFIX = 64;

    private PictureText() {}

    /**
     * Decodes.
     *
     * @param text what stands between the quotation marks of a JSON string
     * @param escaped whether there are escapes in it
     * @return empty where it is no base64, or none of anything
     */
    static Optional<Bytes> decode(Bytes text, boolean escaped) {
        try {
            byte[] plain = escaped ? unescaped(text) : text.toArray();
            int from = prefixLength(plain);
            int length = withoutBlanks(plain, from);
            byte[] base64 = new byte[length];
            System.arraycopy(plain, from, base64, 0, length);
            byte[] picture = Base64.getDecoder().decode(base64);
            return picture.length == 0 ? Optional.empty() : Optional.of(Bytes.takeOver(picture));
        } catch (IllegalArgumentException | DecodeException noBase64) {
            return Optional.empty();
        }
    }

    private static byte[] unescaped(Bytes text) {
        String quoted = '"' + new String(text.toArray(), StandardCharsets.UTF_8) + '"';
        return String.valueOf(Json.decodeValue(quoted)).getBytes(StandardCharsets.UTF_8);
    }

    private static int prefixLength(byte[] plain) {
        if (plain.length < 5 || plain[0] != 'd' || plain[4] != ':') {
            return 0;
        }
        String beginning = new String(plain, 0, Math.min(LONGEST_PREFIX, plain.length), StandardCharsets.ISO_8859_1);
        Matcher prefix = DATA_URL.matcher(beginning);
        return prefix.lookingAt() ? prefix.end() : 0;
    }

    /** Moves what is no blank together; how much that is. */
    private static int withoutBlanks(byte[] plain, int from) {
        int to = from;
        for (int index = from; index < plain.length; index++) {
            byte unit = plain[index];
            if (unit != '\n' && unit != '\r' && unit != ' ' && unit != '\t') {
                plain[to++] = unit;
            }
        }
        return to - from;
    }
}
