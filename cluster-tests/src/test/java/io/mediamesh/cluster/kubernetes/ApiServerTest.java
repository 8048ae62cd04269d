package io.mediamesh.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The manifests as a real Kubernetes API server takes them: a dry run with strict fields, and its own pod security. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
final class ApiServerTest {
    static final List<String> OVERLAYS = Manifests.OVERLAYS;
    /** Version 1.34 says this of every headless service, of the default that it has put in itself. */
    private static final String NOISE = "spec.SessionAffinity is ignored for headless services";

    private final Path folder;
    private final ApiServer server;

    ApiServerTest(@TempDir Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.server = ApiServer.start(folder);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** What is refused or warned of. */
    private static void takes(JsonObject object, HttpResponse<String> answer) {
        String name = object.getString("kind") + " " + Manifests.nameOf(object);
        assertThat(answer.statusCode()).as(name + ": " + answer.body()).isIn(200, 201);
        assertThat(answer.headers().allValues("Warning"))
                .filteredOn(warning -> !warning.contains(NOISE))
                .as(name)
                .isEmpty();
    }

    private void prepareNamespace(Manifests manifests) {
        manifests.ofKind("Namespace").forEach(namespace -> takes(namespace, server.apply(namespace)));
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everyObjectOfAnOverlayIsTaken(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        prepareNamespace(manifests);
        for (JsonObject object : manifests.objects()) {
            HttpResponse<String> answer = server.tryOut(object);
            if (overlay.equals("hostnetwork") && Manifests.nameOf(object).equals("mediamesh-ingest")) {
                assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
            } else {
                takes(object, answer);
            }
        }
    }

    /** A Deployment is taken whatever its pods may do, so each pod is tried by itself. */
    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everyPodIsAdmittedByTheRestrictedProfile(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        prepareNamespace(manifests);
        for (Workload workload : manifests.workloads()) {
            HttpResponse<String> answer = server.tryOut(podOf(workload, workload.podSpec()));
            if (overlay.equals("hostnetwork") && workload.component().equals("ingest")) {
                assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
                assertThat(answer.headers().allValues("Warning"))
                        .as("all that the restricted profile has against it is the network of the host")
                        .singleElement()
                        .asString()
                        .contains("host namespaces", "hostPort")
                        .doesNotContain("runAsNonRoot", "seccomp", "capabilities", "allowPrivilegeEscalation");
            } else {
                takes(workload.object(), answer);
            }
        }
    }

    private static JsonObject podOf(Workload workload, JsonObject podSpec) {
        JsonObject spec = podSpec.copy();
        // The claim of a StatefulSet becomes a volume of its pod.
        Manifests.each(workload.spec(), "volumeClaimTemplates").forEach(claim -> {
            String name = claim.getJsonObject("metadata").getString("name");
            spec.getJsonArray("volumes")
                    .add(new JsonObject()
                            .put("name", name)
                            .put("persistentVolumeClaim", new JsonObject().put("claimName", name + "-0")));
        });
        return new JsonObject()
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put(
                        "metadata",
                        new JsonObject()
                                .put("name", workload.name())
                                .put(
                                        "namespace",
                                        workload.object()
                                                .getJsonObject("metadata")
                                                .getString("namespace")))
                .put("spec", spec);
    }

    @Test
    void aPodThatMayBecomeRootIsNotAdmitted() {
        Manifests manifests = Manifests.ofOverlay("prod");
        prepareNamespace(manifests);
        Workload workload = manifests.members().getFirst();
        JsonObject spec = workload.podSpec().copy();
        spec.getJsonObject("securityContext").put("runAsNonRoot", false);
        HttpResponse<String> answer = server.tryOut(podOf(workload, spec));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("violates PodSecurity", "runAsNonRoot");
    }

    @Test
    void aFieldThatDoesNotExistIsRefused() {
        Manifests manifests = Manifests.ofOverlay("prod");
        prepareNamespace(manifests);
        JsonObject wrong =
                manifests.find("Service", "mediamesh-gateway").orElseThrow().copy();
        wrong.getJsonObject("spec").put("selectors", new JsonObject());
        HttpResponse<String> answer = server.tryOut(wrong);
        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(answer.body()).contains(".spec.selectors: field not declared in schema");
    }

    @Test
    void whatTheOperatorsOfPrometheusAndOfCertificatesReadIsTakenByTheirDefinitions() throws IOException {
        try (Stream<Path> files = Files.list(KubernetesTools.file("crds"))) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".yaml")).toList()) {
                for (JsonObject definition : Manifests.parse(Files.readString(file))) {
                    // Those of cert-manager are templates of Helm.
                    definition.getJsonObject("metadata").remove("labels");
                    HttpResponse<String> answer = server.apply(definition);
                    assertThat(answer.statusCode())
                            .as(file + ": " + answer.body())
                            .isIn(200, 201);
                }
            }
        }
        Await.until(
                "their kinds are known",
                () -> server.knows("monitoring.coreos.com/v1", "ServiceMonitor")
                        && server.knows("cert-manager.io/v1", "Certificate")
                        && server.knows("cert-manager.io/v1", "Issuer"));
        Manifests manifests = Manifests.ofProductionWith(
                Files.createDirectory(folder.resolve("with")), "cert-manager", "service-monitor");
        prepareNamespace(manifests);
        List<JsonObject> theirs = manifests.objects().stream()
                .filter(object -> object.getString("apiVersion").matches("(monitoring|cert-manager)\\..*"))
                .toList();
        assertThat(theirs).hasSizeGreaterThan(8);
        theirs.forEach(object -> takes(object, server.tryOut(object)));
        // What cert-manager writes is what the pods mount.
        for (Workload member : manifests.members()) {
            String secret = Manifests.each(member.podSpec(), "volumes")
                    .filter(volume -> volume.getString("name").equals("cluster-tls"))
                    .map(volume -> volume.getJsonObject("secret").getString("secretName"))
                    .findFirst()
                    .orElseThrow();
            assertThat(manifests.ofKind("Certificate")).anyMatch(certificate -> certificate
                    .getJsonObject("spec")
                    .getString("secretName")
                    .equals(secret));
        }
    }
}
