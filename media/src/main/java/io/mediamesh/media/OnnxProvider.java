package io.mediamesh.media;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.mediamesh.contracts.MeshException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kinds of processors on which models run (ONNX Runtime's execution providers). One that the library was not built with,
 * or that does not work on this machine, is told once in the log, and the model runs on the CPU.
 */
public enum OnnxProvider {
    CPU,
    /** NVIDIA; needs the library {@code onnxruntime_gpu} and CUDA. */
    CUDA,
    /** Intel; needs a library that was built with it. */
    OPENVINO,
    /** Apple. */
    COREML;

    private static final Logger LOG = LoggerFactory.getLogger(OnnxProvider.class);
    private static final EnumSet<OnnxProvider> TOLD = EnumSet.noneOf(OnnxProvider.class);

    /**
     * A model that was opened.
     *
     * @param session to be closed
     * @param provider where it runs
     * @param fallback why not where it was asked for; empty where it does
     */
    public record Opened(OrtSession session, OnnxProvider provider, String fallback) {}

    /** The words of settings. */
    public static List<String> words() {
        return Arrays.stream(values()).map(OnnxProvider::word).toList();
    }

    /** Its word in settings, for example {@code cuda}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this word. */
    public static OnnxProvider ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * Opens a model here, or on the CPU where that is not possible.
     *
     * @throws MeshException as {@link OnnxFile#open}
     */
    public Opened open(String namedBy, Path file, long maxBytes, int threads) {
        if (this == CPU) {
            return new Opened(OnnxFile.open(namedBy, file, maxBytes, threads), CPU, "");
        }
        String reason;
        try {
            return new Opened(OnnxFile.open(namedBy, file, maxBytes, threads, this::addTo), this, "");
        } catch (MeshException refused) {
            reason = refused.getCause() instanceof OrtException cause
                    ? firstLine(cause)
                    : String.valueOf(refused.getMessage());
        } catch (LinkageError missing) {
            reason = String.valueOf(missing.getMessage());
        }
        // A file that is no model fails here too, and is told as that.
        OrtSession session = OnnxFile.open(namedBy, file, maxBytes, threads);
        tellOnce(reason);
        return new Opened(session, CPU, word() + " does not work here: " + reason);
    }

    private void tellOnce(String reason) {
        synchronized (TOLD) {
            if (!TOLD.add(this)) {
                return;
            }
        }
        LOG.warn("models run on the CPU, because {} does not work here: {}", word(), reason);
    }

    private static String firstLine(OrtException cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private void addTo(SessionOptions options) throws OrtException {
        switch (this) {
            case CPU -> {}
            case CUDA -> options.addCUDA(0);
            case OPENVINO -> options.addOpenVINO("CPU");
            case COREML -> options.addCoreML(Map.of());
        }
    }
}
