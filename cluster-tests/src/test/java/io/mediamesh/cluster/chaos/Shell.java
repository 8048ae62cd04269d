package io.mediamesh.cluster.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that make trouble, or judge what came of it. */
final class Shell {
    private Shell() {}

    /** What a program left behind. */
    record Result(int status, String output) {
        /** The output; fails unless the program succeeded. */
        String expect() {
            if (status != 0) {
                throw new AssertionError("exit code " + status + ": " + output);
            }
            return output;
        }
    }

    /** Skips the test, with the reason, where the program is not installed. */
    static void need(String program) {
        boolean there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        Assumptions.assumeTrue(there, program + " is not installed");
    }

    static Result run(String... command) {
        return run(List.of(command));
    }

    /** Runs a program that ends within half a minute. */
    static Result run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
