package io.mediamesh.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * Reads the fields of what a server sent. One that is missing or of another type fails with a {@link DecodeException}
 * that names it; those that nobody asks for are left alone, so that servers may add some.
 */
final class JsonFields {
    private JsonFields() {}

    static String text(JsonObject json, String name) {
        if (json.getValue(name) instanceof String text) {
            return text;
        }
        throw isNot(name, "a text");
    }

    static double number(JsonObject json, String name) {
        if (json.getValue(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw isNot(name, "a number");
    }

    static long whole(JsonObject json, String name) {
        Object value = json.getValue(name);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw isNot(name, "a whole number");
    }

    static int count(JsonObject json, String name) {
        long value = whole(json, name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw isNot(name, "a count");
        }
        return (int) value;
    }

    static JsonObject object(JsonObject json, String name) {
        if (json.getValue(name) instanceof JsonObject object) {
            return object;
        }
        throw isNot(name, "an object");
    }

    private static DecodeException isNot(String name, String kind) {
        return new DecodeException("the field " + name + " is missing or not " + kind);
    }
}
