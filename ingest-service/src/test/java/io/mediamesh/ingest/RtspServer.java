package io.mediamesh.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real RTSP server and a feed, through {@code tools/rtsp-server}; skips the test where they can't run. */
final class RtspServer implements AutoCloseable {
    private static final Path SCRIPT = Path.of("").toAbsolutePath().resolveSibling("tools/rtsp-server");

    private final int port;
    private Process server;
    private Process feed;

    private RtspServer(int port) throws IOException {
        this.port = port;
        this.server = serve();
        this.feed = feed();
    }

    static RtspServer start() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(SCRIPT), SCRIPT + " is not here");
        Process build =
                new ProcessBuilder(SCRIPT.toString(), "build").inheritIO().start();
        if (!build.waitFor(5, TimeUnit.MINUTES) || build.exitValue() != 0) {
            Assumptions.abort("the RTSP server does not build here; see the message of tools/rtsp-server above");
        }
        return new RtspServer(unusedPort());
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Process serve() throws IOException {
        Process process = new ProcessBuilder(SCRIPT.toString(), "serve", String.valueOf(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        if (!"READY".equals(output.readLine())) {
            throw new IllegalStateException("the RTSP server did not start");
        }
        return process;
    }

    private Process feed() throws IOException {
        return new ProcessBuilder(SCRIPT.toString(), "feed", String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    String url() {
        return "rtsp://127.0.0.1:" + port + "/test";
    }

    /** Ends it as a power cut would. */
    void kill() {
        server.destroyForcibly().onExit().join();
        feed.destroyForcibly().onExit().join();
    }

    void restart() throws IOException {
        kill();
        server = serve();
        feed = feed();
    }

    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", signal, String.valueOf(server.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (result != 0) {
            throw new IllegalStateException("kill " + signal + " failed");
        }
    }

    @Override
    public void close() {
        kill();
    }
}
