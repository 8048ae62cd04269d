package io.mediamesh.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.audio.AudioService;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.gateway.GatewayService;
import io.mediamesh.ingest.IngestService;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Settings;
import io.mediamesh.recorder.RecorderService;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.mediamesh.tracking.TrackingService;
import io.mediamesh.vision.VisionService;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What probes, autoscalers and the adapter's rules ask of the product, against the running product. */
final class ProductMetricsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern SERIES = Pattern.compile("seriesQuery: '\\{__name__=~\"(.*?)\"");

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static HttpResponse<String> get(int port, String path) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Name and labels of a metric that an autoscaler wants. */
    private record Wanted(String name, Map<String, String> labels) {}

    private static Set<Wanted> wantedByAutoscalers() {
        Set<Wanted> wanted = new HashSet<>();
        Manifests.ofOverlay("prod")
                .ofKind("HorizontalPodAutoscaler")
                .flatMap(scaler -> Manifests.each(scaler.getJsonObject("spec"), "metrics"))
                .filter(metric -> metric.getString("type").equals("Pods"))
                .map(metric -> metric.getJsonObject("pods").getJsonObject("metric"))
                .forEach(metric -> wanted.add(new Wanted(
                        metric.getString("name"),
                        Workload.strings(metric.getJsonObject("selector", new JsonObject())
                                .getJsonObject("matchLabels", new JsonObject())))));
        return wanted;
    }

    @Test
    void probesAnswerAndAutoscalersFindTheirMetrics(@TempDir Path data) {
        int port = freePort();
        List<Service> services = List.of(
                new IngestService(),
                new VisionService(),
                new TrackingService(),
                new AudioService(),
                new RecorderService(),
                new GatewayService());
        Settings settings = Settings.of(
                Node.settingsOf(services),
                Map.of(
                        "data.dir", data.toString(),
                        "node.probe.port", String.valueOf(port),
                        "gateway.http.port", "0",
                        "gateway.http.extra_ports", "",
                        "audio.websocket.port", "off",
                        "audio.tcp.port", "off",
                        "audio.udp.port", "off",
                        "audio.sse.port", "off"));
        Set<Wanted> wanted = wantedByAutoscalers();
        assertThat(wanted).hasSizeGreaterThan(5);
        Node node = Await.result(Node.start(services, settings, PictureCodec.NONE));
        try {
            Set<String> paths = new HashSet<>();
            for (Workload member : Manifests.ofOverlay("prod").members()) {
                for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                    paths.add(member.container()
                            .getJsonObject(probe)
                            .getJsonObject("httpGet")
                            .getString("path"));
                }
            }
            assertThat(paths)
                    .allSatisfy(path -> Await.until(path, () -> get(port, path).statusCode(), status -> status == 200));

            List<String> lines = get(port, "/metrics").body().lines().toList();
            for (Wanted metric : wanted) {
                assertThat(lines)
                        .as(metric.toString())
                        .anyMatch(line -> line.matches(metric.name + "(\\{.*}|) .*")
                                && metric.labels.entrySet().stream()
                                        .allMatch(label ->
                                                line.contains(label.getKey() + "=\"" + label.getValue() + "\"")));
            }
        } finally {
            Await.result(node.stop());
        }
    }

    @Test
    void theAdaptersRulesGiveEveryMetricThatAutoscalersWant() {
        String rules = Manifests.of(Checkout.root().resolve("k8s/prometheus-adapter"))
                .ofKind("ConfigMap")
                .findFirst()
                .orElseThrow()
                .getJsonObject("data")
                .getString("config.yaml");
        Matcher series = SERIES.matcher(rules);
        assertThat(series.find()).isTrue();
        assertThat(wantedByAutoscalers()).allMatch(metric -> metric.name.matches(series.group(1)));
        assertThat(Manifests.parse(rules)).hasSize(1);
    }
}
