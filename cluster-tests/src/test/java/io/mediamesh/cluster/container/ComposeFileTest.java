package io.mediamesh.cluster.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The Compose file, run as a user runs it, with two containers of gateway and vision. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ComposeFileTest {
    private static final Pattern METRIC = Pattern.compile("\\b(?:mediamesh|process|jvm)_[a-z_]+");
    private static final Pattern PUBLISHED = Pattern.compile(":(\\d+)\\s*$");

    private ComposeProject project;
    private List<GatewayClient> gateways = List.of();

    @BeforeAll
    void start() {
        Images.built();
        project = new ComposeProject(Images.TAG);
        project.run("up", "--detach", "--scale", "gateway=2", "--scale", "vision=2");
        gateways = Stream.of("1", "2")
                .map(index -> project.run("port", "--index", index, "gateway", "8080"))
                .map(ComposeFileTest::portOf)
                .map(GatewayClient::new)
                .toList();
        gateways.forEach(GatewayClient::awaitHealth);
        Await.until(
                "all eight are members",
                Duration.ofSeconds(90),
                () -> gateways.getFirst().members().count() == 8);
    }

    private static int portOf(String address) {
        return PUBLISHED
                .matcher(address.strip())
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no port in " + address));
    }

    @AfterAll
    void stop() {
        if (project != null) {
            project.close();
        }
    }

    @Test
    void aStreamThatIsPutAtOneGatewayIsWatchedAtTheOtherAndMovesWhenItsContainerIsKilled() {
        GatewayClient one = gateways.getFirst();
        GatewayClient other = gateways.getLast();
        one.send(
                "PUT",
                "/api/v1/streams/door",
                new JsonObject().put("source", new JsonObject().put("url", "test:")),
                201);
        try (Socket viewer = other.socket("/api/v1/streams/door/topics/detections")) {
            viewer.await("detections", message -> message.containsKey("objects"));
            String producer = producerOf(one, "detections");
            String container = project.containers("vision").stream()
                    .filter(id -> producer.endsWith(id.substring(0, 12)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(producer + " is no container of vision"));
            Docker.docker("kill", "--signal", "KILL", container);
            viewer.await("the loss is told", message -> message.encode().contains("lost"));
            viewer.await("detections of the other container", message -> message.containsKey("objects"));
            assertThat(producerOf(one, "detections")).isNotEqualTo(producer);
        }
        dashboardAsksForMetricsThatThereAre();
    }

    private static String producerOf(GatewayClient gateway, String topic) {
        String node = GatewayClient.json(gateway.get("/api/v1/topics")).getJsonArray("topics").stream()
                .map(JsonObject.class::cast)
                .filter(stats -> stats.getString("topic").equals(topic))
                .map(stats -> stats.getString("node"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody produces " + topic));
        return gateway.members()
                .filter(member -> member.getString("id").equals(node))
                .map(member -> member.getString("name"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(node + " is no member"));
    }

    /** After something has run, since figures appear with what they tell of. */
    private void dashboardAsksForMetricsThatThereAre() {
        Set<String> asked = names(read("compose/grafana/dashboards/mediamesh.json"));
        assertThat(asked).hasSizeGreaterThan(15);
        assertThat(told()).containsAll(asked);
    }

    private Set<String> told() {
        return Images.SERVICES.stream()
                .flatMap(service -> project.containers(service).stream())
                .filter(id -> Docker.docker("inspect", "--format", "{{.State.Running}}", id)
                        .strip()
                        .equals("true"))
                .map(id -> Docker.docker(
                        "exec",
                        id,
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/8081; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"))
                .flatMap(text -> names(text).stream())
                .collect(Collectors.toSet());
    }

    /** Without what OpenMetrics puts behind the name of a counter. */
    private static Set<String> names(String text) {
        return METRIC.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_total$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(String file) {
        try {
            return Files.readString(Checkout.root().resolve(file));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Test
    void eachGatewayKeepsItsStreamsInAFolderOfItsOwn() {
        List<String> folders = project.containers("gateway").stream()
                .map(id -> Docker.docker("exec", id, "sh", "-c", "tr '\\0' '\\n' </proc/1/environ | grep DATA_DIR"))
                .map(String::strip)
                .sorted()
                .toList();
        assertThat(folders).containsExactly("MEDIAMESH_DATA_DIR=/data/1", "MEDIAMESH_DATA_DIR=/data/2");
    }

    @Test
    void theProfilesAreThere() {
        assertThat(project.run("--profile", "livekit", "--profile", "coturn", "--profile", "monitoring", "config"))
                .contains("livekit/livekit-server", "coturn/coturn", "prom/prometheus", "grafana/grafana");
    }
}
