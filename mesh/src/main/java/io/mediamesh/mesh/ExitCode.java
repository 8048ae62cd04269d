package io.mediamesh.mesh;

/** How a process of the product ends where nobody asked it to; {@code docs/operations.md} explains the codes to users. */
public final class ExitCode {
    /** A check or a goal was missed, or there is a defect. */
    public static final int FAILED = 1;
    /** The arguments are not those of the command. */
    public static final int WRONG_USAGE = 2;
    /** A setting or a source is not right: the same command will fail again. */
    public static final int WRONG_INPUT = 5;
    /** The process could not start, for example because a port is in use. */
    public static final int NOT_STARTED = 6;

    private ExitCode() {}
}
