package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How long messages wait for consumers, by type; changed while the product runs. On the gateway's event loop only. */
final class AudioBuffers {
    static final int MOST_SIZE = 10_000;
    static final double MOST_TTL_SECONDS = 3_600;
    static final List<String> STRATEGIES = Stream.of(BufferRule.Strategy.values())
            .map(BufferRule.Strategy::word)
            .toList();

    private final BufferRule usual;
    private final Map<String, BufferRule> changed = new HashMap<>();

    AudioBuffers(BufferRule usual) {
        this.usual = usual;
    }

    /** What holds for a type. */
    BufferRule rule(String type) {
        return changed.getOrDefault(type, usual);
    }

    /** Puts another rule, also for what waits already. */
    void change(String type, BufferRule rule) {
        changed.put(type, rule);
    }

    /** Lets the settings hold again. */
    void reset(String type) {
        changed.remove(type);
    }

    boolean isChanged(String type) {
        return changed.containsKey(type);
    }

    /** A rule of {@code {"size","strategy","ttl_seconds"}}; what is not named stays as it is in {@code present}. */
    static BufferRule of(JsonObject json, BufferRule present, String field) {
        for (String name : json.fieldNames()) {
            if (!List.of("size", "strategy", "ttl_seconds").contains(name)) {
                throw MeshException.invalid(
                        field + "." + name, "a buffer has size, strategy and ttl_seconds, and no " + Quoted.of(name));
            }
        }
        return new BufferRule(
                size(json, present, field), strategy(json, present, field), ttlNanos(json, present, field));
    }

    private static int size(JsonObject json, BufferRule present, String field) {
        Object value = json.getValue("size");
        if (value == null) {
            return present.size();
        }
        if (value instanceof Integer size && size >= 1 && size <= MOST_SIZE) {
            return size;
        }
        throw MeshException.invalid(
                field + ".size",
                "size must be a whole number from 1 to " + MOST_SIZE + ", not " + Quoted.of("" + value));
    }

    private static BufferRule.Strategy strategy(JsonObject json, BufferRule present, String field) {
        Object value = json.getValue("strategy");
        if (value == null) {
            return present.strategy();
        }
        if (value instanceof String word && STRATEGIES.contains(word)) {
            return BufferRule.Strategy.valueOf(word.toUpperCase(Locale.ROOT));
        }
        throw MeshException.invalid(
                field + ".strategy",
                "strategy must be one of " + String.join(", ", STRATEGIES) + ", not " + Quoted.of("" + value));
    }

    private static long ttlNanos(JsonObject json, BufferRule present, String field) {
        Object value = json.getValue("ttl_seconds");
        if (value == null) {
            return present.ttlNanos();
        }
        if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= MOST_TTL_SECONDS) {
            return nanos(number.doubleValue());
        }
        throw MeshException.invalid(
                field + ".ttl_seconds",
                "ttl_seconds must be a number from 0 (for ever) to 3600, not " + Quoted.of("" + value));
    }

    /** 0 stands for ever. */
    static long nanos(double ttlSeconds) {
        return ttlSeconds == 0 ? BufferRule.FOR_EVER : Math.round(ttlSeconds * TimeUnit.SECONDS.toNanos(1));
    }

    /** The JSON form. */
    static JsonObject toJson(BufferRule rule) {
        return new JsonObject()
                .put("size", rule.size())
                .put("strategy", rule.strategy().word())
                .put("ttl_seconds", rule.ttlNanos() == BufferRule.FOR_EVER ? 0 : rule.ttlNanos() / 1e9);
    }
}
