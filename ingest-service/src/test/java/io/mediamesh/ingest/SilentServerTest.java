package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SilentServerTest {
    private Vertx vertx;
    private ServerSocket silent;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        silent.close();
        for (Socket socket : accepted) {
            socket.close();
        }
        Await.result(vertx.close());
    }

    /** Accepts; answers each request with the next answer, and with silence when there is none left. */
    private void serve(String... answers) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = silent.accept();
                    accepted.add(socket);
                    byte[] buffer = new byte[4096];
                    for (String answer : answers) {
                        int count = socket.getInputStream().read(buffer);
                        if (count < 0) {
                            break;
                        }
                        said.add(new String(buffer, 0, count, StandardCharsets.UTF_8));
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    }
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
    }

    private Recording play(String scheme, String... settings) {
        String url = scheme + "://user:s3cret@127.0.0.1:" + silent.getLocalPort() + "/live?token=t0ken";
        return Recording.of(TestConfigs.source(vertx, url, false, TestConfigs.local(settings)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtsp", "http"})
    void aHostThatNeverAnswersIsGivenUpInTimeWhileOthersPlay(String scheme) {
        serve();
        try (Recording stuck = play(scheme, "ingest.open_timeout", "1s");
                Recording other = Recording.of(new TestSource(TestParameters.parse("test:?size=64x48&tone=0", 4096)))) {
            stuck.awaitState("lost: no answer in time");
            long waited = System.nanoTime() - stuck.startedNanos;
            assertThat(waited / 1e9).isGreaterThan(0.99);
            other.awaitPictures(30);
            assertThat(stuck.states).allSatisfy(state -> assertThat(state).doesNotContain("s3cret", "t0ken"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtsp", "http"})
    void stoppingDoesNotWaitForTheHost(String scheme) {
        serve();
        Recording stuck = play(scheme, "ingest.open_timeout", "60s", "ingest.stall_timeout", "60s");
        Await.until("a connection", () -> !accepted.isEmpty());
        stuck.stop();
        // Far less than the timeouts: the limit of awaitOver is the assertion.
        stuck.awaitOver();
        assertThat(stuck.states).isEmpty();
    }

    @Test
    void anRtspRedirectIsNotFollowed() throws IOException {
        try (ServerSocket inside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            List<Integer> bytesInside = new CopyOnWriteArrayList<>();
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        try (Socket socket = inside.accept()) {
                            bytesInside.add(socket.getInputStream().readAllBytes().length);
                        }
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
            serve(
                    "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n",
                    "RTSP/1.0 302 Found\r\nCSeq: 2\r\nLocation: rtsp://127.0.0.1:" + inside.getLocalPort()
                            + "/x\r\n\r\n");
            try (Recording recording = play("rtsp", "ingest.open_timeout", "3s")) {
                recording.awaitOver();
                assertThat(recording.state()).startsWith("failed: the server sends us to another address");
                assertThat(bytesInside).allMatch(count -> count == 0);
            }
        }
    }

    @Test
    void aRefusedConnectionIsTriedAgain() throws IOException {
        silent.close();
        try (Recording recording = play("rtsp")) {
            Await.until("two attempts", () -> recording.states.size() >= 2);
            assertThat(recording.states).allMatch(state -> state.equals("lost: can't be opened: Connection refused"));
        }
    }
}
