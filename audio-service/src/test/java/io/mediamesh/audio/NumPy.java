package io.mediamesh.audio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** NumPy and SciPy as judges: runs lines of Python on rows of numbers. */
final class NumPy {
    private static final String BEFORE = """
            import sys, numpy as np
            x = [np.fromfile(name, dtype='<f8') for name in sys.argv[2:]]
            """;
    private static final String AFTER = "\nnp.asarray(result, dtype='<f8').ravel().tofile(sys.argv[1])\n";

    private NumPy() {}

    /**
     * What a script leaves in {@code result}, row by row; it finds its inputs in {@code x[0]}, {@code x[1]}, …, and
     * NumPy as {@code np}.
     * The test is skipped with the reason where there is no Python with NumPy.
     */
    static double[] result(String script, double[]... inputs) {
        Path python = Path.of(System.getProperty("mediamesh.test.python", "absent"));
        Assumptions.assumeTrue(
                Files.isExecutable(python), "the Python clients are not installed; ./mediamesh test does that");
        try {
            Path folder = Files.createTempDirectory("numpy");
            Path result = folder.resolve("result");
            Path output = folder.resolve("output");
            ProcessBuilder command =
                    new ProcessBuilder(python.toString(), "-c", BEFORE + script + AFTER, result.toString());
            for (int index = 0; index < inputs.length; index++) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(inputs[index].length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asDoubleBuffer().put(inputs[index]);
                command.command()
                        .add(Files.write(folder.resolve("x" + index), bytes.array())
                                .toString());
            }
            Process process = command.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(Files.readString(output, StandardCharsets.UTF_8));
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(result)).order(ByteOrder.LITTLE_ENDIAN);
            double[] numbers = new double[bytes.remaining() / Double.BYTES];
            bytes.asDoubleBuffer().get(numbers);
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            return numbers;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
