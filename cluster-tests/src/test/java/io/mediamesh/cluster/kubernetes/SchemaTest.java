package io.mediamesh.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The manifests against the schemas of Kubernetes' API, by kubeconform. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchemaTest {
    private final Path folder;

    SchemaTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        ApiSchemas.write(KubernetesTools.file("swagger.json"), folder);
    }

    private KubernetesTools.Output kubeconform(List<Path> files) {
        List<String> command = new ArrayList<>(List.of(
                KubernetesTools.file("kubeconform").toString(),
                "-strict",
                "-summary",
                "-schema-location",
                folder + "/{{.ResourceKind}}{{.KindSuffix}}.json"));
        files.forEach(file -> command.add(file.toString()));
        return KubernetesTools.run(command);
    }

    @Test
    void everyOverlayHasTheFormOfTheApi() throws IOException {
        List<Path> files = new ArrayList<>();
        int objects = 0;
        for (String overlay : Manifests.OVERLAYS) {
            Manifests manifests = Manifests.ofOverlay(overlay);
            objects += manifests.objects().size();
            files.add(Files.writeString(folder.resolve(overlay + ".yaml"), manifests.text()));
        }
        KubernetesTools.Output said = kubeconform(files);
        assertThat(said.exitCode()).as(said.text()).isZero();
        assertThat(said.text()).contains("Valid: " + objects + ", Invalid: 0, Errors: 0, Skipped: 0");
    }

    @Test
    void aFieldThatDoesNotExistIsRefused() throws IOException {
        String wrong = Manifests.ofOverlay("dev").text().replaceFirst("enableServiceLinks:", "enableServiceLink:");
        KubernetesTools.Output said = kubeconform(List.of(Files.writeString(folder.resolve("wrong.yaml"), wrong)));
        assertThat(said.exitCode()).isNotZero();
        assertThat(said.text()).contains("enableServiceLink");
    }
}
