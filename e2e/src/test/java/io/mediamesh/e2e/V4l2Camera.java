package io.mediamesh.e2e;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A web camera of this machine that is not there: {@code fake-camera.c} answers for its driver. */
final class V4l2Camera {
    static final String DEVICE = "/dev/video9";

    private final Path library;
    private final Path state;

    private V4l2Camera(Path library, Path state) {
        this.library = library;
        this.state = state;
    }

    /** Compiles it; the test is skipped with the reason where there is no compiler. */
    static V4l2Camera build(Path folder) {
        Tool.need("cc");
        Path library = folder.resolve("fake-camera.so");
        Path source = Checkout.root().resolve("e2e/src/test/c/fake-camera.c");
        Tool.Result built = Tool.run(
                60,
                List.of(
                        "cc",
                        "-shared",
                        "-fPIC",
                        "-O2",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-o",
                        library.toString(),
                        source.toString()));
        if (built.status() != 0) {
            throw new AssertionError(built.output());
        }
        V4l2Camera camera = new V4l2Camera(library, folder.resolve("fake-camera.state"));
        camera.becomes("ready");
        return camera;
    }

    /** What a program needs in its environment to see it. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "FAKE_CAMERA", DEVICE, "FAKE_CAMERA_STATE", state.toString());
    }

    /** {@code ready}, {@code gone}, {@code busy}, {@code denied} or {@code silent}. */
    void becomes(String word) {
        try {
            Path next = Files.writeString(state.resolveSibling("fake-camera.next"), word);
            Files.move(next, state, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
