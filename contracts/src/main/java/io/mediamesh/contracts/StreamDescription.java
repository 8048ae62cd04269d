package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is needed to open a stream anywhere in the mesh.
 *
 * @param id its name
 * @param url where it comes from
 * @param loop whether a source with an end begins anew
 * @param labels whatever the user wants to remember about it
 * @param home id of the member to which a pushed stream is sent; empty where any member can fetch it
 * @param settings settings that hold for this stream instead of the product's, by key
 */
public record StreamDescription(
        StreamId id,
        SourceUrl url,
        boolean loop,
        Map<String, String> labels,
        String home,
        Map<String, String> settings) {
    /** Copies the maps. */
    public StreamDescription {
        labels = Map.copyOf(labels);
        settings = Map.copyOf(settings);
    }

    /** A stream that any member can fetch, with the product's settings. */
    public StreamDescription(StreamId id, SourceUrl url, boolean loop, Map<String, String> labels) {
        this(id, url, loop, labels, "", Map.of());
    }

    /** A stream that its sender pushes to one member. */
    public static StreamDescription pushed(StreamId id, SourceUrl url, String home, Map<String, String> settings) {
        return new StreamDescription(id, url, false, Map.of(), home, settings);
    }

    /** All of it, credentials included: for the directory and the store, never for clients. */
    public JsonObject toSecretJson() {
        JsonObject json = new JsonObject()
                .put("id", id.value())
                .put("url", url.secret())
                .put("loop", loop)
                .put("labels", sorted(labels));
        if (!home.isEmpty()) {
            json.put("home", home);
        }
        if (!settings.isEmpty()) {
            json.put("settings", sorted(settings));
        }
        return json;
    }

    /** Reads what {@link #toSecretJson()} wrote. */
    public static StreamDescription ofSecretJson(JsonObject json) {
        return new StreamDescription(
                new StreamId(json.getString("id")),
                SourceUrl.parse(json.getString("url")),
                json.getBoolean("loop"),
                texts(json.getJsonObject("labels")),
                json.getString("home", ""),
                texts(json.getJsonObject("settings", new JsonObject())));
    }

    private static JsonObject sorted(Map<String, String> texts) {
        JsonObject json = new JsonObject();
        new TreeMap<>(texts).forEach(json::put);
        return json;
    }

    private static Map<String, String> texts(JsonObject json) {
        Map<String, String> texts = new TreeMap<>();
        json.forEach(entry -> texts.put(entry.getKey(), String.valueOf(entry.getValue())));
        return texts;
    }
}
