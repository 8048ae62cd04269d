package io.mediamesh.cluster.kubernetes;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that makes pods.
 *
 * @param manifests what it refers to
 * @param object the Deployment or StatefulSet
 */
record Workload(Manifests manifests, JsonObject object) {
    /** What Kubernetes would put in, for a pod that there is not. */
    private static final Map<String, String> FIELDS = Map.of(
            "metadata.name",
            "mediamesh-service-5d9f7c-x2x4z",
            "status.podIP",
            "10.244.1.7",
            "status.hostIP",
            "10.0.0.4");

    /** What operators would put in. */
    private static final Map<String, String> SECRETS = Map.of(
            "mediamesh-store/url",
            "jdbc:postgresql://database.example/mediamesh",
            "mediamesh-store/user",
            "mediamesh",
            "mediamesh-store/password",
            "any",
            "mediamesh-turn/user",
            "mediamesh",
            "mediamesh-turn/password",
            "any");

    String name() {
        return Manifests.nameOf(object);
    }

    JsonObject spec() {
        return object.getJsonObject("spec");
    }

    JsonObject podSpec() {
        return spec().getJsonObject("template").getJsonObject("spec");
    }

    Map<String, String> labels() {
        return strings(
                spec().getJsonObject("template").getJsonObject("metadata").getJsonObject("labels"));
    }

    static Map<String, String> strings(JsonObject object) {
        Map<String, String> all = new HashMap<>();
        object.forEach(entry -> all.put(entry.getKey(), String.valueOf(entry.getValue())));
        return all;
    }

    String component() {
        return Objects.requireNonNull(labels().get("app.kubernetes.io/component"), name());
    }

    boolean isMember() {
        return "true".equals(labels().get("mediamesh.io/member"));
    }

    /** The only one. */
    JsonObject container() {
        List<JsonObject> all = Manifests.each(podSpec(), "containers").toList();
        if (all.size() != 1) {
            throw new AssertionError(name() + " has " + all.size() + " containers");
        }
        return all.getFirst();
    }

    Optional<Integer> port(String name) {
        return Manifests.each(container(), "ports")
                .filter(port -> port.getString("name").equals(name))
                .map(port -> port.getInteger("containerPort"))
                .findFirst();
    }

    /** Whether a selector with {@code matchLabels} and {@code matchExpressions} takes its pods; an empty one does. */
    boolean isSelectedBy(JsonObject selector) {
        boolean labelled = strings(selector.getJsonObject("matchLabels", new JsonObject())).entrySet().stream()
                .allMatch(wanted -> wanted.getValue().equals(labels().get(wanted.getKey())));
        return labelled
                && Manifests.each(selector, "matchExpressions")
                        .allMatch(expression -> expression.getString("operator").equals("In")
                                && expression
                                        .getJsonArray("values")
                                        .contains(labels().get(expression.getString("key"))));
    }

    /** The variables that the container would have. */
    Map<String, String> environment() {
        Map<String, String> all = new HashMap<>();
        Manifests.each(container(), "envFrom")
                .flatMap(source -> Stream.ofNullable(source.getJsonObject("configMapRef")))
                .forEach(reference -> all.putAll(strings(manifests
                        .find("ConfigMap", reference.getString("name"))
                        .orElseThrow(() -> new AssertionError("no ConfigMap " + reference))
                        .getJsonObject("data"))));
        Manifests.each(container(), "env").forEach(variable -> all.put(variable.getString("name"), valueOf(variable)));
        return all;
    }

    private static String valueOf(JsonObject variable) {
        JsonObject from = variable.getJsonObject("valueFrom");
        if (from == null) {
            return variable.getString("value");
        }
        JsonObject field = from.getJsonObject("fieldRef");
        if (field != null) {
            return Objects.requireNonNull(FIELDS.get(field.getString("fieldPath")), field.encode());
        }
        JsonObject secret = from.getJsonObject("secretKeyRef");
        String key = secret.getString("name") + "/" + secret.getString("key");
        return Objects.requireNonNull(SECRETS.get(key), key);
    }
}
