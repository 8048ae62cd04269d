package io.mediamesh.cluster.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * JSON schemas of Kubernetes' kinds for kubeconform, from Kubernetes' own OpenAPI description: one file for all
 * definitions, and one for each kind that refers to it. Unknown fields are refused.
 */
final class ApiSchemas {
    private ApiSchemas() {}

    /** Writes them; kubeconform's schema location is {@code folder/{{.ResourceKind}}{{.KindSuffix}}.json}. */
    static void write(Path swagger, Path folder) throws IOException {
        JsonObject definitions = new JsonObject(Files.readString(swagger)).getJsonObject("definitions");
        definitions.forEach(entry -> close(entry.getKey(), (JsonObject) entry.getValue()));
        Files.writeString(
                folder.resolve("definitions.json"),
                new JsonObject().put("definitions", definitions).encode());
        for (String name : definitions.fieldNames()) {
            JsonArray kinds =
                    definitions.getJsonObject(name).getJsonArray("x-kubernetes-group-version-kind", new JsonArray());
            if (kinds.size() == 1) {
                JsonObject kind = kinds.getJsonObject(0);
                String group = kind.getString("group").replaceFirst("\\..*", "");
                String file = String.join(
                                "-",
                                kind.getString("kind"),
                                group.isEmpty() ? kind.getString("version") : group + "-" + kind.getString("version"))
                        .toLowerCase(Locale.ROOT);
                Files.writeString(
                        folder.resolve(file + ".json"),
                        new JsonObject()
                                .put("$ref", "definitions.json#/definitions/" + name)
                                .encode());
            }
        }
    }

    private static void close(String name, JsonObject definition) {
        if (definition.containsKey("properties")) {
            definition.put("additionalProperties", false);
        }
        // The description says text where Kubernetes takes numbers too.
        if (name.endsWith(".IntOrString") || name.endsWith(".resource.Quantity")) {
            definition.remove("type");
            definition.remove("format");
            definition.put("type", new JsonArray().add("string").add("number"));
        }
    }
}
