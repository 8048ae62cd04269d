package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers as they are run for the benchmarks with WebRTC. */
@Tag("slow")
class PythonPeersTest {
    private static final List<String> SMALL = List.of("--size", "160x120", "--fps", "10", "--bitrate", "100000");

    private Lab lab;

    @BeforeEach
    void open() throws IOException {
        lab = Lab.open(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), 1);
        assumeTrue(Files.isExecutable(lab.python()), "needs the Python clients that ./mediamesh installs");
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--luma-plane"})
    void aServerAnswersEveryPeerWithMessagesAndIsWatchedMeanwhile(String option) throws Exception {
        String[] options = option.isEmpty() ? new String[0] : new String[] {option};
        try (PythonPeers.Server server = PythonPeers.intensityServer(lab, "server", options)) {
            PeerLoad load = PeerLoad.run(lab, server.offerUrl(), server.pid(), with("--peers", "2", "--seconds", "2"));
            List<Double> offers = PeerLoad.offers(lab, server.offerUrl(), 3, with("--connection-id", "turn"));

            assertThat(load.messagesPerSecond()).hasSize(2).allSatisfy(rate -> assertThat(rate)
                    .isPositive());
            assertThat(load.took()).isPositive();
            assertThat(load.cpu()).isPositive();
            assertThat(load.cpuByThreads()).isNotEmpty();
            assertThat(offers).hasSize(3).allSatisfy(millis -> assertThat(millis)
                    .isPositive());
        }
    }

    private static List<String> with(String... options) {
        List<String> all = new ArrayList<>(SMALL);
        all.addAll(List.of(options));
        return all;
    }
}
