package io.mediamesh.cluster.kubernetes;

import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What kustomize makes of a folder.
 *
 * @param objects in the order in which they would be applied
 * @param text the same as YAML
 */
record Manifests(List<JsonObject> objects, String text) {
    /** The folders that operators apply. */
    static final List<String> OVERLAYS = List.of("dev", "prod", "gpu", "hostnetwork", "coturn");

    private static final Map<Path, Manifests> BUILT = new ConcurrentHashMap<>();

    static Manifests ofOverlay(String name) {
        return of(Checkout.root().resolve("k8s/overlays").resolve(name));
    }

    /** Production with components that not every cluster can have. */
    static Manifests ofProductionWith(Path scratch, String... components) throws IOException {
        Path k8s =
                scratch.toRealPath().relativize(Checkout.root().resolve("k8s").toRealPath());
        StringBuilder text = new StringBuilder("apiVersion: kustomize.config.k8s.io/v1beta1\n"
                + "kind: Kustomization\n"
                + "namespace: mediamesh\n"
                + "resources:\n"
                + "  - " + k8s.resolve("overlays/prod") + "\n"
                + "components:\n");
        for (String component : components) {
            text.append("  - ")
                    .append(k8s.resolve("components").resolve(component))
                    .append('\n');
        }
        Files.writeString(scratch.resolve("kustomization.yaml"), text);
        return of(scratch);
    }

    static Manifests of(Path folder) {
        return BUILT.computeIfAbsent(folder, Manifests::build);
    }

    private static Manifests build(Path folder) {
        KubernetesTools.Output built =
                KubernetesTools.run(List.of(KubernetesTools.file("kustomize").toString(), "build", folder.toString()));
        if (built.exitCode() != 0) {
            throw new AssertionError(built.text());
        }
        return new Manifests(parse(built.text()), built.text());
    }

    static List<JsonObject> parse(String yaml) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document instanceof Map<?, ?> map) {
                JsonObject object = new JsonObject();
                map.forEach((key, value) -> object.put(String.valueOf(key), value));
                // Once more through text, so that everything in it is JSON's.
                objects.add(new JsonObject(object.encode()));
            }
        }
        return objects;
    }

    Stream<JsonObject> ofKind(String kind) {
        return objects.stream().filter(object -> object.getString("kind").equals(kind));
    }

    Optional<JsonObject> find(String kind, String name) {
        return ofKind(kind).filter(object -> nameOf(object).equals(name)).findFirst();
    }

    /** Everything that makes pods. */
    List<Workload> workloads() {
        return Stream.concat(ofKind("Deployment"), ofKind("StatefulSet"))
                .map(object -> new Workload(this, object))
                .toList();
    }

    /** The six services. */
    List<Workload> members() {
        return workloads().stream().filter(Workload::isMember).toList();
    }

    static String nameOf(JsonObject object) {
        return object.getJsonObject("metadata").getString("name");
    }

    /** The objects of an array; none where there is no array. */
    static Stream<JsonObject> each(JsonObject parent, String key) {
        return parent.getJsonArray(key, new JsonArray()).stream().map(JsonObject.class::cast);
    }
}
