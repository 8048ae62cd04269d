package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What gateways ask the members that detect about the models of detectors, as requests on the event bus to {@link
 * #addressOf} each member; failures come back with their {@link FailureCode}. Every member has its own files.
 */
public final class ModelsProtocol {
    /** Name of the service whose members take these requests. */
    public static final String SERVICE = "vision";
    /** Longest time that a member takes to exchange a model, in milliseconds: it may have to be downloaded. */
    public static final long EXCHANGE_MILLIS = 300_000;

    private ModelsProtocol() {}

    /** Where a member takes requests. */
    public static String addressOf(String memberId) {
        return "mediamesh.models." + memberId;
    }

    /** What can be asked. */
    public sealed interface Request {
        /** The form on the bus. */
        JsonObject toJson();

        /** Reads what {@link #toJson()} wrote. */
        static Request ofJson(JsonObject json) {
            return switch (json.getString("op", "")) {
                case "list" -> new ListAll();
                case "exchange" ->
                    new Exchange(
                            json.getString("name"),
                            Optional.ofNullable(json.getString("source")),
                            json.getBoolean("only_try"));
                default -> throw MeshException.invalid("op", "an unknown request of another version");
            };
        }
    }

    /** All models that the settings name: {@link #modelsJson}. */
    public record ListAll() implements Request {
        @Override
        public JsonObject toJson() {
            return new JsonObject().put("op", "list");
        }
    }

    /**
     * Looks with another model, answered with its {@link Model} when it does; {@link FailureCode#UNPROCESSABLE} for what
     * cannot be used, {@link FailureCode#CONFLICT} while it is being exchanged already or by a detector that is not in use.
     *
     * @param source a file or a URL, either with {@code #sha256=…} behind it; empty for what the settings name
     * @param onlyTry whether it is only tried, and everything left as it is
     */
    public record Exchange(String name, Optional<String> source, boolean onlyTry) implements Request {
        @Override
        public JsonObject toJson() {
            JsonObject json =
                    new JsonObject().put("op", "exchange").put("name", name).put("only_try", onlyTry);
            source.ifPresent(given -> json.put("source", given));
            return json;
        }
    }

    /** Whether a model looks at pictures. */
    public enum State {
        /** It does. */
        LOADED,
        /** It cannot be used. */
        FAILED,
        /** No detector in use is called like it. */
        UNUSED
    }

    /**
     * A model at a member.
     *
     * @param source the file or the URL in use, without what may be secret
     * @param exchanged whether it was chosen at run time, in place of what the settings name
     * @param reason why it failed; empty otherwise
     * @param family for people; empty unless it is loaded
     * @param input for people; likewise
     * @param classes their names; empty where they have only numbers, and unless it is loaded
     * @param provider where it runs, for example {@code cpu}; empty unless it is loaded
     * @param fallback why not where the settings want it; empty where it does
     * @param node id of the member
     */
    public record Model(
            String name,
            State state,
            String reason,
            String source,
            boolean exchanged,
            String family,
            String input,
            List<String> classes,
            String provider,
            String fallback,
            String node) {
        /** The form on the bus, and for clients. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("name", name)
                    .put("state", state.name().toLowerCase(Locale.ROOT))
                    .put("reason", reason)
                    .put("source", source)
                    .put("exchanged", exchanged)
                    .put("family", family)
                    .put("input", input)
                    .put("classes", new JsonArray(classes))
                    .put("provider", provider)
                    .put("provider_fallback", fallback)
                    .put("node", node);
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Model ofJson(JsonObject json) {
            return new Model(
                    json.getString("name"),
                    State.valueOf(json.getString("state").toUpperCase(Locale.ROOT)),
                    json.getString("reason"),
                    json.getString("source"),
                    json.getBoolean("exchanged"),
                    json.getString("family"),
                    json.getString("input"),
                    json.getJsonArray("classes").stream()
                            .map(String.class::cast)
                            .toList(),
                    json.getString("provider"),
                    json.getString("provider_fallback"),
                    json.getString("node"));
        }
    }

    /** The answer to {@link ListAll}, and for clients. */
    public static JsonObject modelsJson(List<Model> models) {
        return new JsonObject()
                .put("models", new JsonArray(models.stream().map(Model::toJson).toList()))
                .put("count", models.size());
    }

    /** Reads what {@link #modelsJson} wrote. */
    public static List<Model> modelsOf(JsonObject json) {
        return json.getJsonArray("models").stream()
                .map(model -> Model.ofJson((JsonObject) model))
                .toList();
    }
}
