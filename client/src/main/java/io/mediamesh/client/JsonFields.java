package io.mediamesh.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

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

    /** A number, or none where the field is missing or null. */
    static OptionalDouble numberIfAny(JsonObject json, String name) {
        return json.getValue(name) == null ? OptionalDouble.empty() : OptionalDouble.of(number(json, name));
    }

    /** A text, or none where the field is missing or null. */
    static Optional<String> textIfAny(JsonObject json, String name) {
        return json.getValue(name) == null ? Optional.empty() : Optional.of(text(json, name));
    }

    static boolean flag(JsonObject json, String name) {
        if (json.getValue(name) instanceof Boolean flag) {
            return flag;
        }
        throw isNot(name, "true or false");
    }

    /** A row of numbers, NaN where one is null. */
    static List<Double> numbers(JsonObject json, String name) {
        return numbers(json.getValue(name), name);
    }

    /** Several rows of numbers. */
    static List<List<Double>> rows(JsonObject json, String name) {
        if (!(json.getValue(name) instanceof JsonArray array)) {
            throw isNot(name, "a list of lists of numbers");
        }
        List<List<Double>> rows = new ArrayList<>(array.size());
        for (int index = 0; index < array.size(); index++) {
            rows.add(numbers(array.getValue(index), name));
        }
        return Collections.unmodifiableList(rows);
    }

    private static List<Double> numbers(@Nullable Object value, String name) {
        if (!(value instanceof JsonArray array)) {
            throw isNot(name, "a list of numbers");
        }
        List<Double> numbers = new ArrayList<>(array.size());
        for (int index = 0; index < array.size(); index++) {
            switch (array.getValue(index)) {
                case null -> numbers.add(Double.NaN);
                case Number number -> numbers.add(number.doubleValue());
                default -> throw isNot(name, "a list of numbers");
            }
        }
        return Collections.unmodifiableList(numbers);
    }

    /** A row of numbers, or none where the field is missing or null. */
    static Optional<List<Double>> numbersIfAny(JsonObject json, String name) {
        return json.getValue(name) == null ? Optional.empty() : Optional.of(numbers(json, name));
    }

    static List<String> texts(JsonObject json, String name) {
        if (json.getValue(name) instanceof JsonArray array && array.stream().allMatch(String.class::isInstance)) {
            return array.stream().map(String.class::cast).toList();
        }
        throw isNot(name, "a list of texts");
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
