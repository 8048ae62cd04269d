package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;

/** Ends a command with a sentence for the user and an exit code; {@code docs/operations.md} lists the codes. */
final class CommandFailure extends RuntimeException {
    static final int FAILED = 1;
    /** A setting or a source is not right: the same command will fail again. */
    static final int WRONG_INPUT = 5;
    /** The process could not start, for example because a port is in use. */
    static final int NOT_STARTED = 6;

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
