package io.mediamesh.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A participant of a room on LiveKit's own SDK for Python, in a process of its own, which does what it is told: see the
 * head of {@code room-guest.py}.
 */
public final class RoomGuest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private RoomGuest(Process process) {
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
    public static RoomGuest join(LiveKitServer server, String room, String identity) {
        Path python = Checkout.python();
        try (InputStream script = Objects.requireNonNull(RoomGuest.class.getResourceAsStream("room-guest.py"))) {
            Path file = Files.createTempFile("room-guest", ".py");
            file.toFile().deleteOnExit();
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
            RoomGuest guest = new RoomGuest(new ProcessBuilder(
                            python.toString(),
                            file.toString(),
                            server.url(),
                            LiveKitServer.KEY,
                            LiveKitServer.SECRET,
                            room,
                            identity)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
            guest.tell("join");
            return guest;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Does what each line says, one after the other, and returns what there is to say about the last one. */
    public String tell(String... lines) {
        String last = "";
        for (String line : lines) {
            last = told(line);
        }
        return last;
    }

    private String told(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        Await.until("an answer to: " + line, PATIENCE, () -> !answers.isEmpty() || !process.isAlive());
        String answer = String.valueOf(answers.poll());
        if (!answer.startsWith(line.split(" ", 2)[0] + ": ")) {
            throw new AssertionError(line + " → " + answer);
        }
        return answer.substring(answer.indexOf(' ') + 1);
    }

    /** Goes without a word. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
