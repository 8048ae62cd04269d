package io.mediamesh.cluster.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** One container of each service on a network of their own, used through the ports of the gateway's. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SixContainersTest {
    private static final int HTTP = 8080;
    private static final int AUDIO_WEBSOCKET = 8765;
    private static final int AUDIO_TCP = 8766;
    private static final int AUDIO_SSE = 8768;
    private static final long MIB = 1024 * 1024;

    private final Map<String, GenericContainer<?>> containers = new LinkedHashMap<>();
    private Network network;
    private GatewayClient gateway;

    @BeforeAll
    void start() {
        Images.built();
        network = Network.newNetwork();
        for (String service : Images.SERVICES) {
            containers.put(service, container(service));
        }
        containers.values().parallelStream().forEach(GenericContainer::start);
        gateway = new GatewayClient(port(HTTP));
        gateway.awaitHealth();
        gateway.send(
                "PUT",
                "/api/v1/streams/test",
                new JsonObject().put("source", new JsonObject().put("url", "test:")),
                201);
    }

    /** As an operator is advised to run it: nothing writable but what has to be, no rights, a bound on memory. */
    private GenericContainer<?> container(String service) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(Images.name(service)))
                .withNetwork(network)
                .withNetworkAliases(service)
                .withTmpFs(Map.of("/tmp", "rw,exec,mode=1777,size=128m"))
                .withEnv("MEDIAMESH_CLUSTER_MEMBERS", String.join(",", Images.SERVICES))
                .withEnv("MEDIAMESH_CLUSTER_NAME", "six-containers")
                // That they serve is waited for below; here only that they run.
                .waitingFor(Wait.forLogMessage(".*probes and metrics of this process.*\\n", 1))
                .withCreateContainerCmdModifier(create -> create.getHostConfig()
                        .withReadonlyRootfs(true)
                        .withMemory(768 * MIB)
                        .withSecurityOpts(List.of("no-new-privileges"))
                        .withCapDrop(Capability.ALL));
        if (service.equals("gateway")) {
            container.withEnv("MEDIAMESH_AUTH", "none").withExposedPorts(HTTP, AUDIO_WEBSOCKET, AUDIO_TCP, AUDIO_SSE);
        }
        String models = System.getenv().getOrDefault("MEDIAMESH_TEST_MODELS", "");
        if (service.equals("vision") && Files.isRegularFile(Path.of(models, "yolox_nano.onnx"))) {
            // Testcontainers' own way of binding folders tries an image of a registry first.
            container
                    .withCreateContainerCmdModifier(
                            create -> create.getHostConfig().withBinds(Bind.parse(models + ":/models:ro")))
                    .withEnv("MEDIAMESH_VISION_MODELS", "objects=/models/yolox_nano.onnx")
                    .withEnv("MEDIAMESH_VISION_DETECTORS", "motion,faces,objects");
        }
        return container;
    }

    @AfterAll
    void stop() {
        containers.values().parallelStream().forEach(GenericContainer::stop);
        if (network != null) {
            network.close();
        }
    }

    private int port(int inside) {
        return of("gateway").getMappedPort(inside);
    }

    private GenericContainer<?> of(String service) {
        GenericContainer<?> container = containers.get(service);
        if (container == null) {
            throw new AssertionError("no container of " + service);
        }
        return container;
    }

    private byte[] picture(String topic) {
        var answer = gateway.get("/api/v1/streams/test/snapshot.jpg?topic=" + topic);
        assertThat(answer.statusCode()).as(GatewayClient.text(answer)).isEqualTo(200);
        return answer.body();
    }

    @Test
    @Order(1)
    void everyMemberTellsItsServiceAndItsContainer() {
        assertThat(gateway.members().map(member -> member.getString("name"))).allSatisfy(name -> assertThat(name)
                .matches("(gateway|ingest|vision|tracking|audio|recorder)-[0-9a-f]{12}"));
        assertThat(gateway.members().count()).isEqualTo(Images.SERVICES.size());
    }

    @Test
    @Order(2)
    void picturesGoFromTheContainerOfIngestThroughThatOfVisionToViewers() {
        // ISO/IEC 10918-1, B.1.1.3: every JPEG begins with the marker SOI.
        assertThat(picture("video")).startsWith(0xFF, 0xD8);
        assertThat(picture("annotated")).startsWith(0xFF, 0xD8);
        try (Socket viewer = gateway.socket("/ws/video-stream?stream=test")) {
            JsonObject frame = viewer.await(
                    "a frame", message -> message.getString("type", "").equals("frame"));
            assertThat(Base64.getDecoder().decode(frame.getString("data"))).startsWith(0xFF, 0xD8);
        }
    }

    @Test
    @Order(3)
    void theLightAndWhatIsDetectedComeAsTheyAreFound() {
        JsonObject light = gateway.awaitEvent(
                "/api/v1/streams/test/topics/intensity", event -> event.containsKey("current_intensity"));
        assertThat(light.getDouble("current_intensity")).isBetween(1.0, 254.0);
        try (Socket viewer = gateway.socket("/api/v1/streams/test/topics/intensity")) {
            assertThat(viewer.await("the light", message -> message.containsKey("average_intensity"))
                            .getInteger("frame_count"))
                    .isPositive();
        }
        // Shapes move in the test picture, so that there is motion; one that is found proves OpenCV's libraries, too.
        assertThat(gateway.awaitEvent("/api/v1/streams/test/topics/detections", event -> !event.getJsonArray(
                                        "objects", new JsonArray())
                                .isEmpty())
                        .getJsonArray("objects"))
                .isNotEmpty();
        assertThat(GatewayClient.text(gateway.get("/health"))).doesNotContain("cannot be used");
    }

    @Test
    @Order(4)
    void aTrackingSessionRunsFromStartToEnd() {
        byte[] image = picture("video");
        JsonObject started = gateway.form("/stream/start", Map.of("bboxes", "[[100, 100, 300, 300]]"), image);
        String session = started.getString("session_id");
        assertThat(started.getJsonObject("frame_data").getInteger("masks_detected"))
                .isEqualTo(1);
        JsonObject next = gateway.form("/stream/frame", Map.of("session_id", session), image);
        assertThat(next.getJsonObject("frame_data").getInteger("frame_index")).isEqualTo(1);
        // The same picture again: what is followed lies where it was marked, though plain ground around it may be left
        // out.
        JsonObject box = next.getJsonObject("frame_data")
                .getJsonArray("regions")
                .getJsonObject(0)
                .getJsonObject("bounding_box");
        assertThat(box.getInteger("x_min")).isBetween(60, 300);
        assertThat(box.getInteger("x_max")).isBetween(100, 340);
        assertThat(gateway.form("/stream/end", Map.of("session_id", session), new byte[0])
                        .getString("status"))
                .isEqualTo("success");
    }

    @Test
    @Order(5)
    void soundIsAnalysedOverEachOfItsPorts() throws IOException {
        String wish = "?types=levels&stream=test";
        JsonObject events = new GatewayClient(port(AUDIO_SSE)).awaitEvent("/" + wish, this::isLevels);
        // The tone of the test source has −20 dBFS.
        assertThat(events.encode()).contains("\"data_type\":\"levels\"");
        try (Socket socket = new GatewayClient(port(AUDIO_WEBSOCKET)).socket("/" + wish)) {
            socket.await("levels over a WebSocket", this::isLevels);
        }
        try (java.net.Socket tcp = new java.net.Socket(InetAddress.getLoopbackAddress(), port(AUDIO_TCP))) {
            tcp.setSoTimeout(30_000);
            tcp.getOutputStream()
                    .write("{\"types\":[\"levels\"],\"stream\":\"test\"}\n".getBytes(StandardCharsets.UTF_8));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(tcp.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.lines().filter(line -> line.contains("\"levels\"")).findFirst())
                    .isPresent();
        }
    }

    private boolean isLevels(JsonObject message) {
        return "levels"
                .equals(message.getJsonObject("metadata", new JsonObject()).getString("data_type"));
    }

    @Test
    @Order(6)
    void whatIsRecordedInOneContainerIsDownloadedThroughAnother() {
        String id = gateway.send("POST", "/api/v1/streams/test/recordings", new JsonObject(), 201)
                .getString("id");
        Await.until("a second is recorded", Duration.ofSeconds(60), () -> {
            JsonObject recording = GatewayClient.json(gateway.get("/api/v1/recordings/" + id));
            return recording.getDouble("duration") >= 1;
        });
        gateway.send("POST", "/api/v1/recordings/" + id + "/stop", new JsonObject(), 200);
        String file = "/api/v1/recordings/" + id + "/video.mp4";
        byte[] whole = gateway.get(file).body();
        // ISO/IEC 14496-12, 4.3: the first box is the file type.
        assertThat(new String(whole, 4, 4, StandardCharsets.US_ASCII)).isEqualTo("ftyp");
        var piece = gateway.get(file, "Range", "bytes=4-7");
        assertThat(piece.statusCode()).isEqualTo(206);
        assertThat(GatewayClient.text(piece)).isEqualTo("ftyp");
        assertThat(Docker.docker(
                        "exec", of("recorder").getContainerId(), "find", "/recordings", "-path", "*" + id + "*.mp4"))
                .contains(".mp4");
    }

    @Test
    @Order(7)
    void framesOfABroadcasterReachItsViewers() {
        String frame = Base64.getEncoder().encodeToString(picture("video"));
        try (Socket viewer = gateway.socket("/viewer?stream=show&id=1");
                Socket broadcaster = gateway.socket("/broadcaster?stream=show")) {
            broadcaster.send(new JsonObject()
                    .put("frame", frame)
                    .put("hasrectangle", true)
                    .put(
                            "rectangle",
                            new JsonObject()
                                    .put("x1", 100)
                                    .put("y1", 100)
                                    .put("x2", 300)
                                    .put("y2", 300)));
            JsonObject seen = viewer.await("the frame", message -> message.containsKey("frame"));
            assertThat(seen.getString("frame")).isEqualTo(frame);
            assertThat(seen.getJsonObject("metadata").getJsonArray("regions")).hasSize(1);
        }
    }

    @Test
    @Order(8)
    void nothingIsWritableButWhatHasToBeAndNobodyIsRoot() {
        for (String service : Images.SERVICES) {
            String id = of(service).getContainerId();
            assertThat(Docker.docker("exec", id, "id", "-u").strip())
                    .as(service)
                    .isEqualTo("10001");
            assertThat(Docker.docker("exec", id, "cat", "/proc/1/comm").strip())
                    .as(service)
                    .isEqualTo("java");
            String refused = Docker.docker(
                    "exec", id, "sh", "-c", "for f in / /opt/mediamesh /etc/mediamesh; do touch $f/x 2>&1; done; true");
            assertThat(refused.lines()).as(service).hasSize(3).allMatch(line -> line.contains("Read-only"));
            Docker.docker("exec", id, "sh", "-c", "touch /tmp/x && rm /tmp/x");
            Docker.docker("exec", id, "/opt/mediamesh/is-ready");
        }
    }

    @Test
    @Order(9)
    void aServiceThatIsKilledAndStartedAgainServesAgain() {
        try (Socket viewer = gateway.socket("/api/v1/streams/test/topics/detections")) {
            viewer.await("detections", message -> message.containsKey("objects"));
            String id = of("vision").getContainerId();
            Docker.docker("kill", "--signal", "KILL", id);
            viewer.await("the loss is told", message -> message.encode().contains("lost"));
            Docker.docker("start", id);
            viewer.await("detections again", message -> message.containsKey("objects"));
        }
    }

    @Test
    @Order(10)
    void sigtermDrainsAndTheExitCodeTellsIt() {
        String id = of("audio").getContainerId();
        Docker.docker("stop", "--time", "30", id);
        assertThat(Docker.docker("inspect", "--format", "{{.State.ExitCode}}", id)
                        .strip())
                .isEqualTo("143");
        Await.until("the others miss it", () -> gateway.members().count() == Images.SERVICES.size() - 1);
    }
}
