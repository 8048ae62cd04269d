package io.mediamesh.e2e;

import io.mediamesh.testkit.Checkout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A real RTSP server with a picture and a tone, run by {@code tools/rtsp-server}. */
final class RtspCamera implements AutoCloseable {
    private final Process script;
    private final int port;
    private final long serverPid;
    private final long feedPid;

    private RtspCamera(Process script, int port, long serverPid, long feedPid) {
        this.script = script;
        this.port = port;
        this.serverPid = serverPid;
        this.feedPid = feedPid;
    }

    /** Starts it and waits until it plays; the test is skipped with the reason where it can't be built. */
    static RtspCamera start(int port) {
        String program = Checkout.root().resolve("tools/rtsp-server").toString();
        Tool.Result built = Tool.run(300, List.of(program, "build"));
        Assumptions.assumeTrue(built.status() == 0, "the RTSP server does not build: " + built.output());
        Tool.need("ffmpeg");
        try {
            Process script = new ProcessBuilder(program, "start", String.valueOf(port))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8));
            long server = 0;
            long feed = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("server ")) {
                    server = Long.parseLong(line.substring(7));
                } else if (line.startsWith("feed ")) {
                    feed = Long.parseLong(line.substring(5));
                } else if (line.equals("READY")) {
                    return new RtspCamera(script, port, server, feed);
                }
            }
            throw new AssertionError("the RTSP server did not start");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String url() {
        return "rtsp://127.0.0.1:" + port + "/test";
    }

    /** The server stops answering but keeps its connections. */
    void freeze() {
        Tool.signal("STOP", serverPid);
    }

    void thaw() {
        Tool.signal("CONT", serverPid);
    }

    /** kill -9 of server and feed. */
    void kill() {
        Tool.run(5, List.of("kill", "-9", String.valueOf(serverPid), String.valueOf(feedPid)));
        close();
    }

    @Override
    public void close() {
        script.destroy();
        Tool.run(5, List.of("kill", "-9", String.valueOf(serverPid), String.valueOf(feedPid)));
        try {
            script.waitFor();
        } catch (InterruptedException interrupted) {
            script.destroyForcibly();
        }
    }
}
