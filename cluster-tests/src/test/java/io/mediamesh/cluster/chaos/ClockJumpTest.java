package io.mediamesh.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody sets the wall clock of one member an hour forward and back, as libfaketime does it for one process. */
@Tag("slow")
final class ClockJumpTest {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

    @Test
    void nobodyIsLostAndRecordingsLastAsLongAsTheyLasted(@TempDir Path folder) throws IOException {
        Optional<Path> library = LIBRARIES.stream().filter(Files::exists).findFirst();
        Assumptions.assumeTrue(library.isPresent(), "faketime is not installed");
        Path clock = Files.writeString(folder.resolve("clock"), "+0");
        try (Services services = Services.onLoopback(folder, "clock-jump", 23_240, 2)) {
            services.start("ingest", "ingest");
            ServiceProcess jumping = services.launch(
                    "all",
                    "jumping",
                    Optional.empty(),
                    Map.of(
                            "LD_PRELOAD",
                            library.get().toString(),
                            "FAKETIME_TIMESTAMP_FILE",
                            clock.toString(),
                            // Else it alters the waiting of threads, so that they spin.
                            "FAKETIME_FORCE_MONOTONIC_FIX",
                            "0",
                            "FAKETIME_CACHE_DURATION",
                            "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC",
                            "1"));
            services.awaitReady();
            Gateway gateway = jumping.gateway();
            services.awaitMembers(gateway, 2);
            gateway.putStream("cam", "test:?size=160x120&fps=10");
            try (TopicViewer viewer = TopicViewer.of("cam", "intensity", gateway)) {
                String recording = gateway.record("cam");
                long begun = System.nanoTime();
                for (String offset : List.of("+3600", "-3600", "+0")) {
                    Files.writeString(clock, offset);
                    Await.until(
                            "the process believes it",
                            () -> Math.abs(gateway.get("/health").json().getDouble("time")
                                            - System.currentTimeMillis() / 1e3
                                            - Integer.parseInt(offset))
                                    < 60);
                    viewer.await(20);
                    assertThat(gateway.members()).containsExactly("ingest", "jumping");
                }
                assertThat(viewer.states).isEmpty();
                JsonObject ended = gateway.post("/api/v1/recordings/" + recording + "/stop", new JsonObject())
                        .expect(200);
                double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
                JsonArray parts = ended.getJsonArray("parts");
                assertThat(parts.size()).as(ended.encode()).isEqualTo(1);
                assertThat(parts.getJsonObject(0).getDouble("duration")).isCloseTo(seconds, within(1.5));
            }
        }
    }
}
