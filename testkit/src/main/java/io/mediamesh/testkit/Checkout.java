package io.mediamesh.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where the sources of the project are, and what its command has installed for the tests. */
public final class Checkout {
    private Checkout() {}

    /** The folder that holds the sources of the project. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("mediamesh"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new AssertionError("not inside the project");
            }
            folder = parent;
        }
        return folder;
    }

    /** The Python that has the pinned clients; the test is skipped with the reason where there is none. */
    public static Path python() {
        Path python = Path.of(System.getProperty("mediamesh.test.python", "absent"));
        Assumptions.assumeTrue(
                Files.isExecutable(python), "the Python clients are not installed; ./mediamesh test does that");
        return python;
    }
}
