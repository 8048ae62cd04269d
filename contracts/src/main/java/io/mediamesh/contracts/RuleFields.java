package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fields of a JSON object that somebody wrote: what is missing, unknown or of another type is refused by its full name.
 *
 * @param json the object
 * @param prefix how the names of its fields begin for whoever wrote them, for example {@code zones.0.}
 */
record RuleFields(JsonObject json, String prefix) {
    private static final int MOST_ENTRIES = 256;
    private static final int LONGEST_TEXT = 128;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} _.-]{0,63}");

    static double seconds(Duration time) {
        return time.toNanos() / NANOS_PER_SECOND;
    }

    static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * NANOS_PER_SECOND));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    String path(String field) {
        return prefix + field;
    }

    boolean has(String field) {
        return json.getValue(field) != null;
    }

    void allowOnly(String... known) {
        for (String field : json.fieldNames()) {
            if (!Arrays.asList(known).contains(field)) {
                throw MeshException.invalid(
                        path(field),
                        "the field " + path(field) + " is not known here; known are " + String.join(", ", known));
            }
        }
    }

    Object required(String field) {
        Object value = json.getValue(field);
        if (value == null) {
            throw MeshException.invalid(path(field), "the field " + path(field) + " is missing");
        }
        return value;
    }

    /** The unique name of a part. */
    String name() {
        if (required("name") instanceof String name && NAME.matcher(name).matches()) {
            return name;
        }
        throw MeshException.invalid(
                path("name"),
                path("name") + " must be 1 to 64 letters, digits, blanks, '_', '.' or '-', beginning with a letter or a"
                        + " digit");
    }

    double number(String field, double defaultValue, double min, double max) {
        Object value = json.getValue(field);
        if (value == null) {
            return defaultValue;
        }
        return checked(value, path(field), min, max);
    }

    static double checked(Object value, String path, double min, double max) {
        if (value instanceof Number number && number.doubleValue() >= min && number.doubleValue() <= max) {
            return number.doubleValue();
        }
        throw MeshException.invalid(
                path,
                path + " must be a number from " + plain(min) + " to " + plain(max) + ", not "
                        + Quoted.of(String.valueOf(value)));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    boolean flag(String field, boolean defaultValue) {
        Object value = json.getValue(field);
        if (value == null) {
            return defaultValue;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw MeshException.invalid(path(field), path(field) + " must be true or false");
    }

    String text(String field, int shortest, int longest) {
        if (required(field) instanceof String text
                && text.length() >= shortest
                && text.length() <= longest
                && text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        throw MeshException.invalid(
                path(field),
                path(field) + " must be a text of " + shortest + " to " + longest
                        + " characters without control characters");
    }

    <E extends Enum<E>> E choice(String field, Class<E> type, E defaultValue) {
        Object value = json.getValue(field);
        return value == null ? defaultValue : chosen(value, path(field), type);
    }

    /** Some of these words; all of them where nothing is said. */
    <E extends Enum<E>> Set<E> choices(String field, Class<E> type) {
        List<Object> all = list(field, type.getEnumConstants().length);
        Set<E> chosen = EnumSet.noneOf(type);
        for (int index = 0; index < all.size(); index++) {
            chosen.add(chosen(all.get(index), path(field) + "." + index, type));
        }
        return chosen.isEmpty() ? EnumSet.allOf(type) : chosen;
    }

    private static <E extends Enum<E>> E chosen(Object value, String path, Class<E> type) {
        for (E each : type.getEnumConstants()) {
            if (word(each).equals(value)) {
                return each;
            }
        }
        String known =
                Arrays.stream(type.getEnumConstants()).map(RuleFields::word).collect(Collectors.joining(", "));
        throw MeshException.invalid(
                path, path + " must be one of " + known + ", not " + Quoted.of(String.valueOf(value)));
    }

    List<Object> list(String field, int most) {
        Object value = json.getValue(field);
        if (value == null) {
            return List.of();
        }
        if (value instanceof JsonArray array && array.size() <= most) {
            return array.stream().toList();
        }
        throw MeshException.invalid(path(field), path(field) + " must be a list of at most " + most + " entries");
    }

    /** Words without the same one twice. */
    List<String> texts(String field) {
        List<Object> all = list(field, MOST_ENTRIES);
        Set<String> texts = new LinkedHashSet<>();
        for (int index = 0; index < all.size(); index++) {
            if (!(all.get(index) instanceof String text) || text.isBlank() || text.length() > LONGEST_TEXT) {
                String path = path(field) + "." + index;
                throw MeshException.invalid(path, path + " must be a text of 1 to " + LONGEST_TEXT + " characters");
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    RuleFields object(String field) {
        Object value = json.getValue(field);
        if (value == null) {
            return new RuleFields(new JsonObject(), path(field) + ".");
        }
        if (value instanceof JsonObject object) {
            return new RuleFields(object, path(field) + ".");
        }
        throw MeshException.invalid(path(field), path(field) + " must be an object");
    }

    <T> List<T> objects(String field, int most, Function<RuleFields, T> reader) {
        List<Object> all = list(field, most);
        List<T> objects = new ArrayList<>();
        for (int index = 0; index < all.size(); index++) {
            String path = path(field) + "." + index;
            if (!(all.get(index) instanceof JsonObject object)) {
                throw MeshException.invalid(path, path + " must be an object");
            }
            objects.add(reader.apply(new RuleFields(object, path + ".")));
        }
        return List.copyOf(objects);
    }
}
