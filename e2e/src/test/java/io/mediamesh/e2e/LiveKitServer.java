package io.mediamesh.e2e;

import io.mediamesh.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A real LiveKit server, run by {@code tools/livekit-server}. */
final class LiveKitServer implements AutoCloseable {
    static final String KEY = "devkey";
    static final String SECRET = "secret-of-the-tests-of-mediamesh";

    private static final int ATTEMPTS = 5;

    private static final String TOKEN = """
            import sys
            from livekit import api
            key, secret, room, identity = sys.argv[1:]
            grants = api.VideoGrants(room_join=True, room=room)
            print(api.AccessToken(key, secret).with_identity(identity).with_grants(grants).to_jwt())
            """;

    private final int port;
    private final Path log;
    private Process process;

    private LiveKitServer(int port, Path log, Process process) {
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /** Starts it and waits until it listens; the test is skipped with the reason where it can't be built. */
    static LiveKitServer start(Path folder) {
        String program = Tool.projectRoot().resolve("tools/livekit-server").toString();
        Tool.Result built = Tool.run(600, List.of(program, "build"));
        Assumptions.assumeTrue(built.status() == 0, "the LiveKit server does not build: " + built.output());
        for (int attempt = 1; ; attempt++) {
            int port = Product.freePort();
            Path log = folder.resolve("livekit-" + port + ".log");
            Process process = launch(port, log);
            if (isReady(process)) {
                return new LiveKitServer(port, log, process);
            }
            // It takes the two ports after this one, too, and somebody may have them.
            if (attempt == ATTEMPTS) {
                throw new AssertionError("the LiveKit server did not start; its log is " + log);
            }
        }
    }

    private static Process launch(int port, Path log) {
        try {
            return new ProcessBuilder(
                            Tool.projectRoot().resolve("tools/livekit-server").toString(), "run", String.valueOf(port))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until it listens; false when it ends instead. */
    private static boolean isReady(Process process) {
        try {
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("READY")) {
                    return process.isAlive();
                }
            }
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String url() {
        return "ws://127.0.0.1:" + port;
    }

    /** What a participant of a room needs to join it, made by LiveKit's own library. */
    String token(String room, String identity) {
        Tool.Result made = Tool.run(30, List.of(Tool.python().toString(), "-c", TOKEN, KEY, SECRET, room, identity));
        if (made.status() != 0) {
            throw new AssertionError(made.output());
        }
        return made.output().strip();
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        Await.until("the LiveKit server is gone", Duration.ofSeconds(10), () -> !process.isAlive());
    }

    /** Starts it anew at the same port. */
    void restart() {
        process = launch(port, log);
        if (!isReady(process)) {
            throw new AssertionError("the LiveKit server did not start again; its log is " + log);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
