package io.mediamesh.cluster.container;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Docker's programs, run in the folder of the project. */
final class Docker {
    private Docker() {}

    /** The result of a program that has ended, with what it wrote to both of its outputs. */
    record Result(int status, String output) {}

    /** Skips the test, with the reason, where no engine answers. */
    static void needEngine() {
        boolean there;
        try {
            there = run(20, Map.of(), List.of("docker", "info")).status() == 0;
        } catch (UncheckedIOException noProgram) {
            there = false;
        }
        Assumptions.assumeTrue(there, "no docker engine answers; ./mediamesh test starts one where it may");
    }

    /** What a program of docker says, which must end well. */
    static String docker(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return well(run(120, Map.of(), command), command);
    }

    static String well(Result result, List<String> command) {
        if (result.status() != 0) {
            throw new AssertionError(command + " ended with " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** Runs a program to its end. */
    static Result run(long limitSeconds, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Checkout.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.environment().keySet().removeIf(name -> name.startsWith("MEDIAMESH_WEBRTC_"));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + limitSeconds + " s: " + output.join());
            }
            return new Result(process.exitValue(), output.join());
        } catch (IOException noProgram) {
            throw new UncheckedIOException(noProgram);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static String readAll(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
