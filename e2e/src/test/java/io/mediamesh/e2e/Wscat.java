package io.mediamesh.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A wscat in a terminal that nobody looks at. */
final class Wscat implements AutoCloseable {
    private final Process process;
    private final Path output;

    private Wscat(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Connects; the test is skipped with the reason where wscat is not installed. */
    static Wscat start(Path folder, Product product, String path) throws IOException {
        Path program = Path.of(System.getProperty("mediamesh.test.browser-clients", "absent"))
                .resolve("wscat-6.1.0/node_modules/.bin/wscat");
        Assumptions.assumeTrue(Files.isExecutable(program), "wscat is not installed; ./mediamesh test does that");
        Path output = Files.createTempFile(folder, "wscat", ".txt");
        Process process = new ProcessBuilder(program.toString(), "-c", "ws://localhost:" + product.port() + path)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Wscat(process, output);
    }

    void type(String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(line)
                    .append('\n')
                    .flush();
        } catch (IOException ended) {
            throw new AssertionError(output(), ended);
        }
    }

    /** Ctrl-C. */
    void interrupt() {
        Tool.signal("INT", process.pid());
    }

    boolean isRunning() {
        return process.isAlive();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
