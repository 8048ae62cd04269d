package io.mediamesh.vision.onnx;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** ONNX and ONNX Runtime as Python has them: they make the models of the tests, and judge what comes out of real ones. */
public final class Python {
    private Python() {}

    /** Runs a script that lies beside the tests; the test is skipped where there is no Python. */
    public static String run(String script, Object... arguments) {
        Path python = Checkout.python();
        try {
            Path folder = Files.createTempDirectory("python");
            Path file = folder.resolve(script);
            Path output = folder.resolve("output");
            try (InputStream text = Python.class.getResourceAsStream(script)) {
                Files.write(file, text.readAllBytes());
            }
            List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
            Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(Files.readString(output, StandardCharsets.UTF_8));
            }
            String said = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(file);
            Files.delete(output);
            Files.delete(folder);
            return said;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** A file below shared/, which lies beside the checkout; the test is skipped where it is absent. */
    static Path shared(String name) {
        String models = System.getenv("MEDIAMESH_TEST_MODELS");
        if (models != null && name.startsWith("models/")) {
            return Path.of(models).resolve(name.substring("models/".length()));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared").resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return Assumptions.abort("shared/" + name + " is not beside the checkout");
    }
}
