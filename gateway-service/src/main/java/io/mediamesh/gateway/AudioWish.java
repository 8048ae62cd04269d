package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Spelling;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a consumer of analyses of sound wants.
 *
 * @param stream whose sound
 * @param types without repetition, in order
 * @param named whether the consumer named the types itself, so that all of them have to be there
 * @param maxRateHz of each type, at most; infinite for all there are
 * @param form how they are written
 * @param batchMillis so long messages are collected into one; 0 for each on its own
 * @param compressed whether it would rather have the bytes compressed
 */
record AudioWish(
        StreamId stream,
        List<String> types,
        boolean named,
        double maxRateHz,
        AudioForm form,
        int batchMillis,
        boolean compressed) {
    private static final int MOST_TYPES = 64;
    private static final int MOST_BATCH_MILLIS = 10_000;
    private static final Set<String> COMMAND_FIELDS = new TreeSet<>(List.of("types", "stream", "rate", "format"));

    /** Everything usual of the stream. */
    static AudioWish usual(AudioTypes types, StreamId stream) {
        return new AudioWish(stream, types.defaults(), false, Double.POSITIVE_INFINITY, AudioForm.FULL, 0, false);
    }

    /**
     * Reads {@code types}, {@code stream}, {@code rate}, {@code format}, {@code batch} and {@code compress}.
     *
     * @throws MeshException naming the parameter and what is allowed
     */
    static AudioWish of(MultiMap query, AudioTypes types, StreamId defaultStream) {
        AudioWish wish = usual(types, defaultStream);
        if (query.contains("stream")) {
            wish = wish.withStream(query.get("stream"));
        }
        if (query.contains("rate")) {
            wish = wish.withRate(query.get("rate"));
        }
        if (query.contains("types")) {
            wish = wish.withTypes(
                    Arrays.stream(query.get("types").split(",", -1)).map(String::strip), types);
        }
        if (query.contains("format")) {
            wish = wish.withForm(query.get("format"));
        }
        return new AudioWish(
                        wish.stream,
                        wish.types,
                        wish.named,
                        wish.maxRateHz,
                        wish.form,
                        query.contains("batch") ? batch(query.get("batch")) : 0,
                        query.contains("compress") && compress(query.get("compress")))
                .covered();
    }

    /**
     * The wish after a command of the consumer, {@code {"types":["levels"],"stream":"cam1","rate":10}}: what it does not
     * name stays.
     */
    AudioWish changedBy(JsonObject command, AudioTypes known) {
        for (String field : command.fieldNames()) {
            if (!COMMAND_FIELDS.contains(field)) {
                throw MeshException.invalid(
                        field,
                        "there is no field " + Quoted.of(field) + " here; did you mean "
                                + Spelling.nearest(field, COMMAND_FIELDS).orElseThrow() + "? There are "
                                + String.join(", ", COMMAND_FIELDS));
            }
        }
        AudioWish wish = this;
        if (command.getValue("stream") != null) {
            wish = wish.withStream(String.valueOf(command.getValue("stream")));
        }
        if (command.getValue("rate") != null) {
            wish = wish.withRate(String.valueOf(command.getValue("rate")));
        }
        if (command.getValue("types") != null) {
            if (!(command.getValue("types") instanceof JsonArray names)) {
                throw MeshException.invalid("types", "types must be a list of names, such as [\"levels\"]");
            }
            wish = wish.withTypes(names.stream().map(String::valueOf), known);
        }
        if (command.getValue("format") != null) {
            wish = wish.withForm(String.valueOf(command.getValue("format")));
        }
        return wish.covered();
    }

    /** The fields of a command among those of a request's body. */
    static JsonObject commandIn(JsonObject body) {
        JsonObject command = new JsonObject();
        COMMAND_FIELDS.stream().filter(body::containsKey).forEach(field -> command.put(field, body.getValue(field)));
        return command;
    }

    /** What a viewer of one of the types asks its hub for. */
    ViewOptions options() {
        return new ViewOptions(true, 1, maxRateHz, 1);
    }

    /** What a consumer is told that it gets. */
    JsonObject toJson() {
        return new JsonObject()
                .put("stream", stream.value())
                .put("types", new JsonArray(types))
                .put("rate", Double.isInfinite(maxRateHz) ? 0 : maxRateHz)
                .put("format", form.name().toLowerCase(Locale.ROOT));
    }

    AudioWish withTypes(Stream<String> names, AudioTypes known) {
        List<String> checked = names.limit(MOST_TYPES + 1)
                .map(name -> known.checked(name, "types"))
                .distinct()
                .toList();
        if (checked.isEmpty()) {
            throw MeshException.invalid("types", "types must name at least one of " + String.join(", ", known.known()));
        }
        return new AudioWish(stream, checked, true, maxRateHz, form, batchMillis, compressed);
    }

    private AudioWish withStream(String name) {
        StreamId id;
        try {
            id = new StreamId(name);
        } catch (MeshException impossible) {
            throw MeshException.invalid("stream", String.valueOf(impossible.getMessage()));
        }
        return new AudioWish(id, types, named, maxRateHz, form, batchMillis, compressed);
    }

    private AudioWish withRate(String text) {
        double rateHz = rate(text);
        return new AudioWish(stream, types, named, rateHz, form, batchMillis, compressed);
    }

    /** Items a second; 0 stands for all there are. */
    static double rate(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value == 0) {
                return Double.POSITIVE_INFINITY;
            }
            if (value >= ViewOptions.MIN_RATE_HZ && value <= ViewOptions.MAX_RATE_HZ) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with the bounds
        }
        throw MeshException.invalid(
                "rate", "rate must be a number from 0.01 to 1000 Hz, or 0 for no limit, not " + Quoted.of(text));
    }

    private AudioWish withForm(String text) {
        AudioForm wanted =
                switch (text) {
                    case "full" -> AudioForm.FULL;
                    case "dashboard" -> AudioForm.DASHBOARD;
                    default ->
                        throw MeshException.invalid(
                                "format", "format must be full or dashboard, not " + Quoted.of(text));
                };
        return new AudioWish(stream, types, named, maxRateHz, wanted, batchMillis, compressed);
    }

    /** Leaves out what has no such form. */
    private AudioWish covered() {
        List<String> covered = types.stream().filter(form::covers).toList();
        if (covered.isEmpty()) {
            throw MeshException.invalid(
                    "types",
                    "format=dashboard has forms of pitch_tracker, fft_spectrum and levels only; name one of them, or"
                            + " leave the format out");
        }
        return new AudioWish(stream, covered, named, maxRateHz, form, batchMillis, compressed);
    }

    private static int batch(String text) {
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= MOST_BATCH_MILLIS) {
            return Integer.parseInt(text);
        }
        throw MeshException.invalid(
                "batch", "batch must be a whole number of milliseconds from 0 to 10000, not " + Quoted.of(text));
    }

    private static boolean compress(String text) {
        return switch (text) {
            case "true", "1", "gzip", "deflate", "" -> true;
            case "false", "0" -> false;
            default ->
                throw MeshException.invalid("compress", "compress must be true or false, not " + Quoted.of(text));
        };
    }
}
