package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tracking sessions in a mesh of two processes, of which one dies or stands still between two frames. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrackingFailoverTest {
    /** So many that the other process has some of them, whatever their names. */
    private static final int SESSIONS = 12;

    private final Map<String, String> cluster = Map.of(
            "MEDIAMESH_CLUSTER_ENABLED", "true",
            "MEDIAMESH_CLUSTER_NAME", "failover",
            "MEDIAMESH_CLUSTER_PORT", "22110",
            "MEDIAMESH_CLUSTER_MEMBERS", "127.0.0.1:22110,127.0.0.1:22111,127.0.0.1:22112");
    private final List<Process> members = new ArrayList<>();
    private Product product;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path empty) throws IOException {
        folder = empty;
        product = Product.start(folder, cluster);
        for (int picture = 0; picture < 5; picture++) {
            Files.write(folder.resolve(picture + ".jpg"), MovingObject.jpeg(picture));
        }
    }

    @AfterAll
    void stop() {
        members.forEach(Process::destroyForcibly);
        if (product != null) {
            product.close();
        }
    }

    /** Starts a process that does nothing but track, and waits until the gateway counts on it. */
    private Process member() throws IOException {
        Path log = Files.createTempFile(folder, "member", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.mediamesh.tracking.TrackingMain")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MEDIAMESH_"));
        builder.environment().putAll(cluster);
        builder.environment().put("MEDIAMESH_DATA_DIR", folder.resolve("member").toString());
        Process process = builder.start();
        members.add(process);
        Await.until("it is ready", Duration.ofSeconds(60), () -> isReady(log));
        Await.until("two members", Duration.ofSeconds(60), () -> memberCount() == 2);
        return process;
    }

    private static boolean isReady(Path log) {
        try {
            return Files.readString(log).contains("ready: tracking");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private int memberCount() {
        return product.getJson("/api/v1/cluster").getJsonArray("members").size();
    }

    private List<String> started() {
        List<String> sessions = new ArrayList<>();
        for (int session = 0; session < SESSIONS; session++) {
            JsonObject start = new JsonObject(post("start", "-F image=@0.jpg -F 'bboxes=[[100,150,200,250]]'")
                    .output());
            sessions.add(start.getString("session_id"));
            assertThat(frame(sessions.getLast(), 1).getInteger("frame_index")).isEqualTo(1);
        }
        return sessions;
    }

    private Tool.Result post(String what, String form) {
        Tool.Result result = Tool.runIn(
                folder,
                60,
                List.of("sh", "-c", "curl -s --fail-with-body " + product.url("/stream/" + what) + " " + form));
        assertThat(result.status()).as(result.output()).isZero();
        return result;
    }

    private JsonObject frame(String session, int picture) {
        JsonObject answer = new JsonObject(post("frame", "-F session_id=" + session + " -F image=@" + picture + ".jpg")
                .output());
        JsonObject data = answer.getJsonObject("frame_data");
        assertThat(data.getInteger("masks_detected")).isEqualTo(1);
        JsonObject region = data.getJsonArray("regions").getJsonObject(0);
        assertThat(region.getInteger("mask_index")).isZero();
        JsonObject centroid = region.getJsonObject("centroid");
        int half = MovingObject.SIDE / 2;
        assertThat(centroid.getInteger("x"))
                .isBetween(MovingObject.left(picture) + half - 15, MovingObject.left(picture) + half + 15);
        assertThat(centroid.getInteger("y"))
                .isBetween(MovingObject.top(picture) + half - 15, MovingObject.top(picture) + half + 15);
        return data;
    }

    @Test
    void sessionsOfAProcessThatIsKilledGoOnAtTheOtherWithTheNextFrame() throws IOException {
        Tool.need("curl");
        Process victim = member();
        List<String> sessions = started();
        double before = product.metric("mediamesh_tracking_taken_over_total");
        Tool.signal("KILL", victim.pid());
        for (String session : sessions) {
            assertThat(frame(session, 2).getInteger("frame_index")).isEqualTo(2);
            assertThat(frame(session, 3).getInteger("frame_index")).isEqualTo(3);
        }
        assertThat(product.metric("mediamesh_tracking_taken_over_total") - before)
                .isBetween(1.0, (double) SESSIONS);
        Await.until("one member", () -> memberCount() == 1);
    }

    @Test
    void sessionsOfAProcessThatStandsStillGoOnAtTheOtherAndKeepToIt() throws IOException {
        Tool.need("curl");
        Process frozen = member();
        List<String> sessions = started();
        Tool.signal("STOP", frozen.pid());
        try {
            for (String session : sessions) {
                assertThat(frame(session, 2).getInteger("frame_index")).isEqualTo(2);
            }
        } finally {
            Tool.signal("CONT", frozen.pid());
        }
        Await.until("it is back", Duration.ofSeconds(60), () -> memberCount() == 2);
        for (String session : sessions) {
            assertThat(frame(session, 3).getInteger("frame_index")).isEqualTo(3);
        }
        frozen.destroyForcibly();
        Await.until("one member", () -> memberCount() == 1);
        for (String session : sessions) {
            assertThat(frame(session, 4).getInteger("frame_index")).isEqualTo(4);
        }
    }
}
