package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.ExitCode;

/** Ends a command with a sentence for the user and one of the codes of {@link ExitCode}. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailure(int exitCode, MeshException cause) {
        super(cause.getMessage(), cause);
        this.exitCode = exitCode;
    }

    CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
