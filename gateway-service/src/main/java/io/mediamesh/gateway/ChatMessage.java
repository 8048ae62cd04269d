package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says in a chat.
 *
 * @param id never given again
 * @param name who says it
 * @param text what
 * @param unixMillis when
 */
record ChatMessage(String id, String name, String text, long unixMillis) {
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_TEXT = 2_000;
    private static final String NOBODY = "guest";

    /**
     * Reads what a client sent: {@code {"name","text"}}, or the text alone.
     *
     * @throws MeshException naming what is wrong
     */
    static ChatMessage of(String sent, long unixMillis) {
        String name = "";
        String text = sent;
        if (sent.stripLeading().startsWith("{")) {
            JsonObject json = json(sent);
            name = field(json, "name", "");
            text = field(json, "text", null);
        }
        String clean = cleaned(text, true).strip();
        String who = cleaned(name, false).strip();
        if (clean.isEmpty()) {
            throw MeshException.invalid("text", "a message needs a text");
        }
        checkLength("text", clean, LONGEST_TEXT);
        checkLength("name", who, LONGEST_NAME);
        return new ChatMessage(UUID.randomUUID().toString(), who.isEmpty() ? NOBODY : who, clean, unixMillis);
    }

    private static JsonObject json(String sent) {
        try {
            return new JsonObject(sent);
        } catch (DecodeException noJson) {
            throw MeshException.invalid(
                    "message", "the message begins with { but is not valid JSON; {\"name\":…,\"text\":…} or a text is");
        }
    }

    private static String field(JsonObject json, String name, @Nullable String absent) {
        Object value = json.getValue(name);
        if (value instanceof String given) {
            return given;
        }
        if (value == null && absent != null) {
            return absent;
        }
        throw MeshException.invalid(
                name,
                value == null ? "the message has no " + name : name + " must be a text, not " + Quoted.of("" + value));
    }

    private static void checkLength(String field, String value, int longest) {
        int length = value.codePointCount(0, value.length());
        if (length > longest) {
            throw MeshException.invalid(
                    field, field + " has " + length + " characters; at most " + longest + " are taken");
        }
    }

    /** Without control characters, and without those that turn the writing direction of what follows. */
    private static String cleaned(String text, boolean lines) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean kept = lines && (point == '\n' || point == '\t');
            int type = Character.getType(point);
            boolean turns = (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
            if (kept || (!Character.isISOControl(point) && type != Character.SURROGATE && !turns)) {
                clean.appendCodePoint(point);
            }
        });
        return clean.toString();
    }

    /** About how much memory it takes. */
    int chars() {
        return id.length() + name.length() + text.length();
    }

    /** The form between gateways. */
    JsonObject toWire() {
        return new JsonObject()
                .put("id", id)
                .put("name", name)
                .put("text", text)
                .put("time", unixMillis);
    }

    /** Reads what {@link #toWire()} wrote. */
    static ChatMessage ofWire(JsonObject json) {
        return new ChatMessage(
                json.getString("id"), json.getString("name"), json.getString("text"), json.getLong("time"));
    }

    /** The form that clients get, with the time in Unix seconds. */
    String toClientText() {
        return new JsonObject()
                .put("type", "message")
                .put("id", id)
                .put("name", name)
                .put("text", text)
                .put("time", BigDecimal.valueOf(unixMillis, 3))
                .encode();
    }
}
