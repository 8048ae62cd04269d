package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The name of a LiveKit room. */
record RoomName(String value) {
    private static final int MOST_CHARACTERS = 255;
    private static final int HASH_BYTES = 10;
    private static final int MOST_READABLE = 100;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    /** The end of an id that was made from a name which is none; a room of such a name gets one too. */
    private static final Pattern MADE = Pattern.compile(".*-r[0-9a-f]{" + 2 * HASH_BYTES + "}");

    /**
     * Checks the name.
     *
     * @throws MeshException naming the field and what is allowed
     */
    RoomName {
        boolean inside = value.equals("..")
                || value.startsWith("../")
                || value.endsWith("/..")
                || value.contains("/../")
                || value.contains("..\\");
        boolean unprintable = value.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(value);
        if (value.isBlank() || value.length() > MOST_CHARACTERS || inside || unprintable) {
            throw MeshException.invalid(
                    "room_name",
                    "room_name must be 1 to " + MOST_CHARACTERS
                            + " characters without control characters and without ../, not " + Quoted.of(value));
        }
    }

    /**
     * The stream of the room: its name where that can be an id, otherwise what is left of it and a hash. No two rooms
     * have the same one.
     */
    StreamId stream() {
        if (PLAIN.matcher(value).matches() && !MADE.matcher(value).matches()) {
            return new StreamId(value);
        }
        String readable = value.replaceAll("[^A-Za-z0-9._-]+", "_").replaceFirst("^[^A-Za-z0-9]+", "");
        String cut = readable.substring(0, Math.min(MOST_READABLE, readable.length()));
        return new StreamId((cut.isEmpty() ? "room" : cut) + "-r" + hash());
    }

    private String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
