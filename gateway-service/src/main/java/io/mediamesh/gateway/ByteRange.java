package io.mediamesh.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request wants of a file (RFC 9110, section 14). Several ranges at once are not served: the whole file is. */
sealed interface ByteRange {
    /** One range of bytes, or of the last bytes; a first one beyond the end is no range of the file. */
    Pattern SINGLE = Pattern.compile("\\s*bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /** All of it. */
    record Whole() implements ByteRange {}

    /** From the first to the last byte, both included. */
    record Part(long first, long last) implements ByteRange {}

    /** Nothing that the file has. */
    record Outside() implements ByteRange {}

    /**
     * Reads a header.
     *
     * @param header the value of {@code Range}; a malformed one is ignored
     * @param sizeBytes of the file
     */
    static ByteRange of(@Nullable String header, long sizeBytes) {
        Matcher range = SINGLE.matcher(header == null ? "" : header);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Whole();
        }
        if (range.group(1).isEmpty()) {
            long length = Long.parseLong(range.group(2));
            return length == 0 || sizeBytes == 0
                    ? new Outside()
                    : new Part(Math.max(0, sizeBytes - length), sizeBytes - 1);
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
        if (last < first) {
            return new Whole();
        }
        return first >= sizeBytes ? new Outside() : new Part(first, Math.min(last, sizeBytes - 1));
    }
}
