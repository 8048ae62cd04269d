package io.mediamesh.cluster.kubernetes;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What {@code tools/kubernetes-tools} has built. A test that needs it is skipped where that was not possible. */
final class KubernetesTools {
    private KubernetesTools() {}

    /** A program or a file of the folder. */
    static Path file(String name) {
        Output folder =
                run(List.of(Checkout.root().resolve("tools/kubernetes-tools").toString(), "folder"));
        Assumptions.assumeTrue(
                folder.exitCode == 0, "Kubernetes' programs are not built; ./mediamesh test does that where it has go");
        return Path.of(folder.text.strip()).resolve(name);
    }

    /** How a program ended, and all that it wrote. */
    record Output(int exitCode, String text) {}

    /** Runs a program that ends by itself. */
    static Output run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Output(process.waitFor(), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
