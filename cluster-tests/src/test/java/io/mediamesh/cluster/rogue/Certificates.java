package io.mediamesh.cluster.rogue;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Certificates as operators make them, by {@code tools/cluster-certificates}. */
final class Certificates {
    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** What the script said, and how it ended. */
    record Said(int exitCode, String output) {}

    /** A new authority in this folder, and certificates of it. The test is skipped where openssl is missing. */
    static Certificates create(Path folder, String... names) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("create", folder.toString()));
        arguments.addAll(List.of(names));
        Said said = script(arguments);
        Assumptions.assumeFalse(said.exitCode == 3, said.output);
        if (said.exitCode != 0) {
            throw new AssertionError(said.output);
        }
        return new Certificates(folder);
    }

    static Said script(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Checkout.root().resolve("tools/cluster-certificates").toString()));
        command.addAll(arguments);
        return run(command);
    }

    static Said run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + command);
        }
        return new Said(process.exitValue(), output);
    }

    Path file(String name, String kind) {
        return folder.resolve(name).resolve(kind);
    }

    String text(String name, String kind) throws IOException {
        return Files.readString(file(name, kind));
    }

    /** The settings of a member with this certificate. */
    Map<String, String> settings(String name) {
        return Map.of(
                "cluster.tls.certificate", file(name, "tls.crt").toString(),
                "cluster.tls.key", file(name, "tls.key").toString(),
                "cluster.tls.trust", file(name, "ca.crt").toString());
    }
}
