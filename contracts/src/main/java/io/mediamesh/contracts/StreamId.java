package io.mediamesh.contracts;

import java.util.regex.Pattern;

/**
 * The name of a live source, for example {@code cam1}: 1 to 128 characters out of letters, digits, dot, underscore
 * and hyphen, beginning with a letter or a digit. Safe in URLs, file names and event bus addresses.
 */
public record StreamId(String value) implements Comparable<StreamId> {
    /** What an id may look like, for messages. */
    public static final String RULE =
            "use 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or a digit";

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /**
     * Checks the shape.
     *
     * @throws MeshException {@link FailureCode#INVALID} naming the allowed characters
     */
    public StreamId {
        if (!SHAPE.matcher(value).matches()) {
            throw MeshException.invalid("id", "the stream id " + Quoted.of(value) + " is not valid: " + RULE);
        }
    }

    @Override
    public int compareTo(StreamId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
