package io.mediamesh.e2e;

import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A WebRTC client written by others, in a process of its own: see {@code peer.py}. */
final class AiortcPeer implements AutoCloseable {
    private final Process process;
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private final Thread output;

    private AiortcPeer(Process process) {
        this.process = process;
        this.output = read(process.inputReader(StandardCharsets.UTF_8), line -> {
            if (line.startsWith("{")) {
                events.add(new JsonObject(line));
            }
        });
        read(process.errorReader(StandardCharsets.UTF_8), complaints::add);
    }

    /** Starts it; the test is skipped with the reason where it is not installed. */
    static AiortcPeer start(Product product, String... arguments) {
        return start(List.of(), product, arguments);
    }

    /** Starts it with a program before it, for example one that enters a network namespace. */
    static AiortcPeer start(List<String> within, Product product, String... arguments) {
        List<String> command = new ArrayList<>(within);
        command.add(Checkout.python().toString());
        command.add("-u");
        command.add(Checkout.root().resolve("e2e/src/test/python/peer.py").toString());
        command.addAll(List.of("--url", product.url("/offer")));
        command.addAll(List.of(arguments));
        try {
            return new AiortcPeer(new ProcessBuilder(command).start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private interface Line {
        void take(String line);
    }

    private static Thread read(BufferedReader reader, Line sink) {
        return Thread.ofVirtual().start(() -> {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    sink.take(line);
                }
            } catch (IOException ended) {
                // The process has ended.
            }
        });
    }

    /** Everything of this kind so far. */
    List<JsonObject> events(String kind) {
        return events.stream()
                .filter(event -> kind.equals(event.getString("event")))
                .toList();
    }

    /** What came on data channels. */
    List<JsonObject> messages() {
        return events("message");
    }

    /** Waits for this kind. */
    JsonObject await(String kind) {
        Await.until("the event " + kind + " of the peer; it said " + events + complaints, () -> {
            if (!process.isAlive() && events(kind).isEmpty()) {
                throw new AssertionError("the peer has ended: " + events + complaints);
            }
            return !events(kind).isEmpty();
        });
        return events(kind).getFirst();
    }

    /** Waits for its end; the summaries that it printed. */
    List<JsonObject> summaries() {
        try {
            process.waitFor();
            output.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        if (events("summary").isEmpty()) {
            throw new AssertionError("the peer failed: " + events + complaints);
        }
        return events("summary");
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM: it closes in good order. */
    void leave() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
