package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The peers as they are built and run for the fan-out benchmark. */
@Tag("slow")
class GoPeersTest {
    private Lab lab;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(hasGo(), "needs Go on the PATH");
        lab = Lab.open(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), 1);
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"-publish, /publish, /viewer", "-broadcast, /broadcast/broadcaster, /broadcast/viewer"})
    void everyViewerOfTheGoHubGetsEveryFrameUnchanged(String way, String source, String viewer) throws Exception {
        Path viewers = GoPeers.viewers(lab);
        try (Child hub =
                Child.talking(lab, "hub", List.of(GoPeers.gorillaHub(lab).toString()), Map.of())) {
            String address = hub.expectLine().replace("http://", "ws://");
            Load load = Load.run(
                    lab,
                    viewers,
                    List.of(
                            "-viewers",
                            "5",
                            "-settle",
                            "200ms",
                            "-duration",
                            "2s",
                            "-url",
                            address + viewer,
                            way,
                            address + source),
                    hub.pid());

            assertThat(load.altered()).isZero();
            assertThat(load.counts().getLong("headless")).isZero();
            assertThat(load.counts().getLong("fewest_frames")).isPositive();
            // A frame may be under way when the counting begins or ends.
            assertThat(load.deliveredShare()).isBetween(0.9, 1.1);
        }
    }

    @Test
    void viewersThatGetNothingEndTheRunWithTheReason() throws Exception {
        Path viewers = GoPeers.viewers(lab);
        try (Child hub =
                Child.talking(lab, "hub", List.of(GoPeers.gorillaHub(lab).toString()), Map.of())) {
            String address = hub.expectLine().replace("http://", "ws://");
            List<String> load = List.of(
                    "-viewers", "2", "-patience", "500ms", "-url", address + "/viewer", "-mjpeg", "127.0.0.1:0");

            assertThatThrownBy(() -> Load.run(lab, viewers, load, hub.pid()))
                    .hasMessageContaining("2 of 2 viewers got no frame in 500ms");
        }
    }

    private static boolean hasGo() {
        try {
            return new ProcessBuilder("go", "version").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
