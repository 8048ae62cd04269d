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
 */
public record StreamDescription(StreamId id, SourceUrl url, boolean loop, Map<String, String> labels) {
    /** Copies the labels. */
    public StreamDescription {
        labels = Map.copyOf(labels);
    }

    /** All of it, credentials included: for the directory and the store, never for clients. */
    public JsonObject toSecretJson() {
        JsonObject sorted = new JsonObject();
        new TreeMap<>(labels).forEach(sorted::put);
        return new JsonObject()
                .put("id", id.value())
                .put("url", url.secret())
                .put("loop", loop)
                .put("labels", sorted);
    }

    /** Reads what {@link #toSecretJson()} wrote. */
    public static StreamDescription ofSecretJson(JsonObject json) {
        Map<String, String> labels = new TreeMap<>();
        json.getJsonObject("labels").forEach(entry -> labels.put(entry.getKey(), String.valueOf(entry.getValue())));
        return new StreamDescription(
                new StreamId(json.getString("id")),
                SourceUrl.parse(json.getString("url")),
                json.getBoolean("loop"),
                labels);
    }
}
