package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What gateways ask the members that analyse sound, as requests on the event bus. Each request is sent to {@link
 * #addressOf} one member; failures come back with their {@link FailureCode}. Settings are the same at all members: any
 * one of them may be asked and told.
 */
public final class AudioProtocol {
    /** Name of the service whose members take these requests. */
    public static final String SERVICE = "audio";
    /** Longest time that a member takes for an answer, in milliseconds. */
    public static final long TIMEOUT_MILLIS = 5_000;

    private AudioProtocol() {}

    /** Where a member takes requests. */
    public static String addressOf(String memberId) {
        return "mediamesh.audio." + memberId;
    }

    /** What can be asked. */
    public sealed interface Request {
        /** The form on the bus. */
        JsonObject toJson();

        /** Reads what {@link #toJson()} wrote. */
        static Request ofJson(JsonObject json) {
            return switch (json.getString("op", "")) {
                case "settings" -> new ShowSettings(streamOf(json));
                case "change" -> new Change(streamOf(json), texts(json.getJsonObject("values")));
                case "statistics" -> new ShowStatistics();
                default -> throw MeshException.invalid("op", "an unknown request of another version");
            };
        }
    }

    /**
     * The settings of the analyses as they hold now: answered with {@code {"values":{key:text,…},"changed":{…},
     * "known":[{"key","kind","default","description"},…]}}.
     *
     * @param stream for this stream, or for all that have none of their own
     */
    public record ShowSettings(Optional<StreamId> stream) implements Request {
        @Override
        public JsonObject toJson() {
            return request("settings", stream);
        }
    }

    /**
     * Changes settings at all members, for the analyses that run now too; answered like {@link ShowSettings}. {@link
     * FailureCode#INVALID}, and nothing is changed, where one of them is unknown or its value not allowed.
     *
     * @param stream for this stream only, or for all
     * @param values by key; an empty text takes a change back
     */
    public record Change(Optional<StreamId> stream, Map<String, String> values) implements Request {
        /** Copies the map. */
        public Change {
            values = Map.copyOf(values);
        }

        @Override
        public JsonObject toJson() {
            JsonObject texts = new JsonObject();
            new TreeMap<>(values).forEach(texts::put);
            return request("change", stream).put("values", texts);
        }
    }

    /**
     * What a member analyses: {@code {"streams":n,"threads":n,"queued":n,"analyses":[{"stream","type","results",
     * "rate_hz","faults","cpu_seconds"},…]}}.
     */
    public record ShowStatistics() implements Request {
        @Override
        public JsonObject toJson() {
            return request("statistics", Optional.empty());
        }
    }

    private static JsonObject request(String op, Optional<StreamId> stream) {
        JsonObject json = new JsonObject().put("op", op);
        stream.ifPresent(id -> json.put("stream", id.value()));
        return json;
    }

    private static Optional<StreamId> streamOf(JsonObject json) {
        return Optional.ofNullable(json.getString("stream")).map(StreamId::new);
    }

    private static Map<String, String> texts(JsonObject json) {
        Map<String, String> texts = new TreeMap<>();
        json.forEach(entry -> texts.put(entry.getKey(), String.valueOf(entry.getValue())));
        return texts;
    }
}
