package io.mediamesh.ingest.livekit;

import io.mediamesh.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Assumptions;

/** A participant on LiveKit's own SDK for Python: see {@code publisher.py}. */
final class Publisher implements AutoCloseable {
    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Publisher(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(() -> {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                output.lines().forEach(answers::add);
            } catch (IOException | UncheckedIOException over) {
                answers.add("failed: " + over.getMessage());
            }
        });
    }

    /** Somebody in the room who does nothing yet; the test is skipped with the reason where the SDK is not there. */
    static Publisher join(LiveKitServer server, String room, String identity) {
        Path python = Path.of(System.getProperty("mediamesh.test.python", "absent"));
        Assumptions.assumeTrue(
                Files.isExecutable(python), "the Python clients are not installed; ./mediamesh test does that");
        try (InputStream script = Publisher.class.getResourceAsStream("publisher.py")) {
            Path file = Files.createTempFile("publisher", ".py");
            file.toFile().deleteOnExit();
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
            Publisher publisher = new Publisher(new ProcessBuilder(
                            python.toString(),
                            file.toString(),
                            server.webSocketUrl(),
                            LiveKitServer.KEY,
                            LiveKitServer.SECRET,
                            room,
                            identity)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
            publisher.tell("join");
            return publisher;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Does what the line says, and returns what there is to say about it. */
    String tell(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        Await.until("an answer to: " + line, () -> !answers.isEmpty() || !process.isAlive());
        String answer = String.valueOf(answers.poll());
        if (!answer.startsWith(line.split(" ", 2)[0] + ": ")) {
            throw new IllegalStateException(line + " → " + answer);
        }
        return answer.substring(answer.indexOf(' ') + 1);
    }

    /** Goes without a word. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
