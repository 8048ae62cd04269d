package io.mediamesh.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.audio.AudioService;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.gateway.GatewayService;
import io.mediamesh.ingest.IngestService;
import io.mediamesh.mesh.ClusterConfig;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.recorder.RecorderService;
import io.mediamesh.testkit.Checkout;
import io.mediamesh.tracking.TrackingService;
import io.mediamesh.vision.VisionService;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** That manifests, settings and code say the same. The manifests are what kustomize makes of each overlay. */
final class ManifestsTest {
    static final List<String> OVERLAYS = Manifests.OVERLAYS;
    private static final Set<String> SERVICES = Set.of("gateway", "ingest", "vision", "tracking", "audio", "recorder");

    private static Service service(String name) {
        return switch (name) {
            case "gateway" -> new GatewayService();
            case "ingest" -> new IngestService();
            case "vision" -> new VisionService();
            case "tracking" -> new TrackingService();
            case "audio" -> new AudioService();
            case "recorder" -> new RecorderService();
            default -> throw new AssertionError("no service is called " + name);
        };
    }

    private static Settings settings(Workload member) {
        return Settings.resolve(
                Node.settingsOf(List.of(service(member.component()))), new JsonObject(), member.environment());
    }

    /** The text in force of a setting that the member's code declares. */
    private static String value(Workload member, String key) {
        Setting<?> setting = settings(member).known().stream()
                .filter(known -> known.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no setting " + key));
        return member.environment().getOrDefault(setting.environmentVariable(), setting.defaultText());
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everyServiceIsThereWithSettingsThatItsCodeKnowsAndAllows(String overlay) {
        List<Workload> members = Manifests.ofOverlay(overlay).members();
        assertThat(members.stream().map(Workload::component)).containsExactlyInAnyOrderElementsOf(SERVICES);
        for (Workload member : members) {
            ClusterConfig cluster = ClusterConfig.of(settings(member));
            assertThat(cluster.enabled()).isTrue();
            assertThat(cluster.host()).isEqualTo("10.244.1.7");
            assertThat(cluster.tls().isPresent()).isEqualTo(!overlay.equals("dev"));
        }
    }

    @Test
    void aSettingThatDoesNotExistWouldBeNoticed() {
        Workload gateway = Manifests.ofOverlay("prod").members().stream()
                .filter(member -> member.component().equals("gateway"))
                .findFirst()
                .orElseThrow();
        Map<String, String> environment = new HashMap<>(gateway.environment());
        environment.put("MEDIAMESH_GATEWAY_HTTP_PROT", "8080");
        assertThatThrownBy(() ->
                        Settings.resolve(Node.settingsOf(List.of(new GatewayService())), new JsonObject(), environment))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("did you mean MEDIAMESH_GATEWAY_HTTP_PORT");
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void portsAreThoseOfTheSettings(String overlay) {
        for (Workload member : Manifests.ofOverlay(overlay).members()) {
            assertThat(member.port("members").map(String::valueOf)).contains(value(member, "cluster.port"));
            assertThat(member.port("bus").map(String::valueOf)).contains(value(member, "cluster.bus_port"));
            assertThat(member.port("probes").map(String::valueOf)).contains(value(member, "node.probe.port"));
            for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                assertThat(member.container()
                                .getJsonObject(probe)
                                .getJsonObject("httpGet")
                                .getString("port"))
                        .isEqualTo("probes");
            }
            if (member.component().equals("gateway")) {
                Map.of(
                                "http", "gateway.http.port",
                                "http-extra", "gateway.http.extra_ports",
                                "audio-ws", "audio.websocket.port",
                                "audio-tcp", "audio.tcp.port",
                                "audio-udp", "audio.udp.port",
                                "audio-sse", "audio.sse.port")
                        .forEach((port, key) -> assertThat(member.port(port).map(String::valueOf))
                                .as(port)
                                .contains(value(member, key)));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void servicesSelectPodsThatHaveTheirPorts(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        manifests.ofKind("Service").forEach(service -> {
            JsonObject spec = service.getJsonObject("spec");
            List<Workload> selected = manifests.workloads().stream()
                    .filter(workload ->
                            workload.isSelectedBy(new JsonObject().put("matchLabels", spec.getJsonObject("selector"))))
                    .toList();
            assertThat(selected).as("pods of " + Manifests.nameOf(service)).isNotEmpty();
            Manifests.each(spec, "ports")
                    .filter(port -> port.getValue("targetPort") instanceof String)
                    .forEach(port -> assertThat(selected)
                            .allSatisfy(workload -> assertThat(workload.port(port.getString("targetPort")))
                                    .as(workload.name() + " for " + port)
                                    .contains(port.getInteger("port"))));
        });
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void membersAreFoundByTheHeadlessServiceOfAllOfThemReadyOrNot(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        for (Workload member : manifests.members()) {
            JsonObject found = manifests
                    .find("Service", value(member, "cluster.members"))
                    .orElseThrow()
                    .getJsonObject("spec");
            assertThat(found.getString("clusterIP")).isEqualTo("None");
            assertThat(found.getBoolean("publishNotReadyAddresses")).isTrue();
            assertThat(manifests.members())
                    .allMatch(other ->
                            other.isSelectedBy(new JsonObject().put("matchLabels", found.getJsonObject("selector"))));
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void whateverSelectsOrNamesPodsFindsThem(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        for (Workload workload : manifests.workloads()) {
            assertThat(workload.isSelectedBy(workload.spec().getJsonObject("selector")))
                    .as(workload.name())
                    .isTrue();
        }
        Stream.concat(
                        manifests.ofKind("PodDisruptionBudget").map(budget -> budget.getJsonObject("spec")
                                .getJsonObject("selector")),
                        manifests.ofKind("NetworkPolicy").map(policy -> policy.getJsonObject("spec")
                                .getJsonObject("podSelector")))
                .forEach(selector ->
                        assertThat(manifests.workloads()).anyMatch(workload -> workload.isSelectedBy(selector)));
        manifests.ofKind("HorizontalPodAutoscaler").forEach(scaler -> {
            JsonObject target = scaler.getJsonObject("spec").getJsonObject("scaleTargetRef");
            JsonObject scaled = manifests
                    .find(target.getString("kind"), target.getString("name"))
                    .orElseThrow();
            assertThat(scaled.getJsonObject("spec").getValue("replicas"))
                    .as("its number is the autoscaler's")
                    .isNull();
        });
        for (Workload workload : manifests.workloads()) {
            assertThat(manifests.ofKind("PodDisruptionBudget"))
                    .as("a budget for " + workload.name())
                    .anyMatch(budget ->
                            workload.isSelectedBy(budget.getJsonObject("spec").getJsonObject("selector")));
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void noPodHasARightOrATokenOrVariablesThatNobodyWrote(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        assertThat(manifests.objects().stream().map(object -> object.getString("kind")))
                .doesNotContain("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");
        for (Workload workload : manifests.workloads()) {
            assertThat(workload.podSpec().getBoolean("automountServiceAccountToken"))
                    .isFalse();
            // A service called mediamesh-… would give every pod MEDIAMESH_…_SERVICE_HOST, which is no setting.
            assertThat(workload.podSpec().getBoolean("enableServiceLinks")).isFalse();
        }
        for (Workload member : manifests.members()) {
            assertThat(manifests.find("ServiceAccount", member.podSpec().getString("serviceAccountName")))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void drainingFitsIntoTheTimeThatAPodHasToEnd(String overlay) {
        for (Workload member : Manifests.ofOverlay(overlay).members()) {
            int pauseSeconds = member.container()
                    .getJsonObject("lifecycle")
                    .getJsonObject("preStop")
                    .getJsonObject("sleep")
                    .getInteger("seconds");
            assertThat(member.podSpec().getInteger("terminationGracePeriodSeconds"))
                    .isGreaterThan(pauseSeconds + Math.toIntExact(Node.STOP_LIMIT.toSeconds()));
            JsonObject readiness = member.container().getJsonObject("readinessProbe");
            assertThat(readiness.getInteger("periodSeconds") * readiness.getInteger("failureThreshold"))
                    .as("seconds until a pod that hangs gets no more work, besides the two or three to notice")
                    .isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void whatIsWrittenToIsAVolume(String overlay) {
        for (Workload member : Manifests.ofOverlay(overlay).members()) {
            Set<String> mounted = Manifests.each(member.container(), "volumeMounts")
                    .map(mount -> mount.getString("mountPath"))
                    .collect(Collectors.toSet());
            assertThat(mounted).contains("/tmp", value(member, "data.dir"));
            if (Set.of("gateway", "recorder").contains(member.component())) {
                assertThat(mounted).contains(value(member, "recorder.directory"));
            }
            Set<String> volumes = Stream.concat(
                            Manifests.each(member.podSpec(), "volumes"),
                            Manifests.each(member.spec(), "volumeClaimTemplates")
                                    .map(claim -> claim.getJsonObject("metadata")))
                    .map(volume -> volume.getString("name"))
                    .collect(Collectors.toSet());
            assertThat(Manifests.each(member.container(), "volumeMounts").map(mount -> mount.getString("name")))
                    .isSubsetOf(volumes);
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void certificatesAreWhereTheSettingsSay(String overlay) {
        for (Workload member : Manifests.ofOverlay(overlay).members()) {
            ClusterConfig.of(settings(member)).tls().ifPresent(tls -> {
                String folder = Manifests.each(member.container(), "volumeMounts")
                        .filter(mount -> mount.getString("name").equals("cluster-tls"))
                        .map(mount -> mount.getString("mountPath"))
                        .findFirst()
                        .orElseThrow();
                String secret = Manifests.each(member.podSpec(), "volumes")
                        .filter(volume -> volume.getString("name").equals("cluster-tls"))
                        .map(volume -> volume.getJsonObject("secret").getString("secretName"))
                        .findFirst()
                        .orElseThrow();
                assertThat(List.of(tls.certificate(), tls.key(), tls.trust()))
                        .extracting(String::valueOf)
                        .containsExactly(folder + "/tls.crt", folder + "/tls.key", folder + "/ca.crt");
                assertThat(secret).isEqualTo("mediamesh-" + member.component() + "-tls");
            });
        }
    }

    /** Kubernetes adds rules up, so one that is too wide is enough to open a port. */
    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void onlyMembersReachThePortsOfTheCluster(String overlay) {
        Manifests manifests = Manifests.ofOverlay(overlay);
        List<JsonObject> policies = manifests
                .ofKind("NetworkPolicy")
                .map(policy -> policy.getJsonObject("spec"))
                .toList();
        for (Workload workload : manifests.workloads()) {
            assertThat(policies)
                    .as("something denies what " + workload.name() + " is not allowed")
                    .anyMatch(policy -> workload.isSelectedBy(policy.getJsonObject("podSelector"))
                            && policy.getJsonArray("policyTypes").contains("Ingress")
                            && policy.getJsonArray("policyTypes").contains("Egress"));
        }
        for (Workload member : manifests.members()) {
            for (int port : List.of(5701, 15_701)) {
                List<JsonObject> peers = policies.stream()
                        .filter(policy -> member.isSelectedBy(policy.getJsonObject("podSelector")))
                        .flatMap(policy -> Manifests.each(policy, "ingress"))
                        .filter(rule -> opens(rule, port))
                        .flatMap(rule -> Manifests.each(rule, "from"))
                        .filter(peer -> !(overlay.equals("hostnetwork") && peer.containsKey("ipBlock")))
                        .toList();
                assertThat(peers)
                        .as("who reaches " + port + " of " + member.name())
                        .containsExactly(new JsonObject()
                                .put(
                                        "podSelector",
                                        new JsonObject()
                                                .put(
                                                        "matchLabels",
                                                        new JsonObject().put("mediamesh.io/member", "true"))));
            }
        }
    }

    private static boolean opens(JsonObject rule, int port) {
        if (!rule.containsKey("from")) {
            // To everybody: then at least not over TCP.
            assertThat(Manifests.each(rule, "ports"))
                    .isNotEmpty()
                    .allMatch(open -> !Set.of(5701, 15_701).contains(open.getInteger("port"))
                            && (open.getString("protocol", "TCP").equals("UDP") || !open.containsKey("endPort")));
            return false;
        }
        return !rule.containsKey("ports")
                || Manifests.each(rule, "ports")
                        .anyMatch(open -> open.getString("protocol", "TCP").equals("TCP")
                                && IntStream.rangeClosed(
                                                open.getInteger("port"),
                                                open.getInteger("endPort", open.getInteger("port")))
                                        .anyMatch(one -> one == port));
    }

    @Test
    void aPortOfANodeIsThePortOfThePodForTheWholeRangeOfMedia() {
        Manifests manifests = Manifests.ofOverlay("prod");
        Workload ingest = manifests.members().stream()
                .filter(member -> member.component().equals("ingest"))
                .findFirst()
                .orElseThrow();
        JsonObject media = manifests
                .find("Service", "mediamesh-webrtc-media")
                .orElseThrow()
                .getJsonObject("spec");
        assertThat(media.getString("externalTrafficPolicy")).isEqualTo("Local");
        List<Integer> range = IntStream.rangeClosed(
                        Integer.parseInt(value(ingest, "webrtc.min_port")),
                        Integer.parseInt(value(ingest, "webrtc.max_port")))
                .boxed()
                .toList();
        assertThat(range).hasSize(Integer.parseInt(value(ingest, "webrtc.max_peers")));
        for (String port : List.of("port", "targetPort", "nodePort")) {
            assertThat(Manifests.each(media, "ports").map(one -> one.getInteger(port)))
                    .as(port)
                    .containsExactlyElementsOf(range);
        }
        assertThat(value(ingest, "webrtc.advertised_addresses")).isEqualTo("10.0.0.4");
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void imagesAreThoseOfThisVersion(String overlay) throws IOException {
        Matcher version = Pattern.compile("<version>(.*)</version>")
                .matcher(Files.readString(Checkout.root().resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        for (Workload member : Manifests.ofOverlay(overlay).members()) {
            boolean gpu = overlay.equals("gpu") && member.component().equals("vision");
            assertThat(member.container().getString("image"))
                    .isEqualTo("mediamesh/" + member.component() + ":" + version.group(1) + (gpu ? "-gpu" : ""));
            assertThat(Objects.requireNonNull(member.container().getJsonObject("resources"))
                            .getJsonObject("limits")
                            .getString("memory"))
                    .isNotEmpty();
        }
    }
}
