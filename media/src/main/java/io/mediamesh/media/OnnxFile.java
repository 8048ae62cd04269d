package io.mediamesh.media;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models in files, opened with ONNX Runtime. Nothing of it is loaded before the first one is opened. */
public final class OnnxFile {
    /** The largest file that the format can have: a message of protocol buffers ends at 2 GiB. */
    public static final long MOST_BYTES = (1L << 31) - 1;

    private OnnxFile() {}

    /**
     * Opens a model; takes up to seconds. The caller closes it. A session may be run by several threads at once.
     *
     * @param namedBy what a message begins with, for example the setting that names the file
     * @param maxBytes the largest file that is opened
     * @param threads that one run may use
     * @throws MeshException {@link FailureCode#UNAVAILABLE} when there is no such file or it is no model, {@link
     *     FailureCode#TOO_LARGE} when it is larger than the limit
     */
    public static OrtSession open(String namedBy, Path file, long maxBytes, int threads) {
        return open(namedBy, file, maxBytes, threads, options -> {});
    }

    /** What is said besides of how a model is run. */
    interface Extra {
        void addTo(SessionOptions options) throws OrtException;
    }

    static OrtSession open(String namedBy, Path file, long maxBytes, int threads, Extra extra) {
        check(namedBy, file, maxBytes);
        try (SessionOptions options = new SessionOptions()) {
            extra.addTo(options);
            options.setIntraOpNumThreads(threads);
            // Threads that wait for work without sleeping would take the processors from the rest of the mesh.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // What fails is told by exceptions; its warnings, hundreds of lines for some models, are about how they
            // were exported.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        } catch (OrtException broken) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    namedBy + " names no model that ONNX Runtime can use (" + broken.getCode() + "): "
                            + file.getFileName(),
                    broken);
        }
    }

    /**
     * Looks whether there is a file that may be opened, without reading it.
     *
     * @param namedBy what a message begins with
     * @param maxBytes the largest file that may be opened
     * @throws MeshException as {@link #open}
     */
    public static void check(String namedBy, Path file, long maxBytes) {
        long bytes = size(namedBy, file);
        if (bytes > maxBytes) {
            throw new MeshException(
                    FailureCode.TOO_LARGE,
                    namedBy + " names a file of " + bytes + " bytes, and the limit is " + maxBytes + ": "
                            + file.getFileName());
        }
    }

    private static long size(String namedBy, Path file) {
        try {
            if (Files.isReadable(file) && Files.isRegularFile(file)) {
                return Files.size(file);
            }
        } catch (IOException gone) {
            // told below
        }
        throw new MeshException(
                FailureCode.UNAVAILABLE, namedBy + " names no file that can be read: " + file.getFileName());
    }
}
