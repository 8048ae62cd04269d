package io.mediamesh.e2e;

import io.mediamesh.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A participant of a room on LiveKit's own SDK, in a process of its own, which does what it is told. */
final class RoomGuest implements AutoCloseable {
    private static final String PROGRAM = "ingest-service/src/test/resources/io/mediamesh/ingest/livekit/publisher.py";

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
    static RoomGuest join(LiveKitServer server, String room, String identity) {
        try {
            RoomGuest guest = new RoomGuest(new ProcessBuilder(
                            Tool.python().toString(),
                            Tool.projectRoot().resolve(PROGRAM).toString(),
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

    /** Does what each line says, one after the other; see the head of the program. */
    void tell(String... lines) {
        for (String line : List.of(lines)) {
            try {
                commands.write(line + "\n");
                commands.flush();
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
            Await.until(
                    "an answer to: " + line, Duration.ofSeconds(30), () -> !answers.isEmpty() || !process.isAlive());
            String answer = String.valueOf(answers.poll());
            if (!answer.startsWith(line.split(" ", 2)[0] + ": ")) {
                throw new AssertionError(line + " → " + answer);
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
