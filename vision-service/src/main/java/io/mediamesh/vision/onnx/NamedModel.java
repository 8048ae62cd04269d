package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.Detector;
import io.mediamesh.vision.DetectorKind;
import io.mediamesh.vision.Renewable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A model that the settings name, which all streams share. When its file or its manifest changes it is loaded anew; each
 * picture is looked at by the one model or by the other, and none waits for the loading.
 */
public final class NamedModel implements Renewable {
    /**
     * How models are loaded.
     *
     * @param maxBytes the largest file
     * @param threads that one picture may use
     * @param minConfidence below which objects are left out, 0 to 1; the model's own limit holds besides
     */
    public record Limits(long maxBytes, int threads, double minConfidence) {}

    private final String name;
    private final Path file;
    private final Limits limits;

    /** Held while a model is loaded, and for what follows. */
    private final ReentrantLock loading = new ReentrantLock();

    private @Nullable FileState tried;
    private @Nullable FileState seen;

    /** Guarded by this, as is what follows. */
    private @Nullable DetectorModel current;

    private MeshException problem = new MeshException(FailureCode.UNAVAILABLE, "the model is not loaded yet");
    private boolean closed;

    /** Reads nothing yet. */
    public NamedModel(String name, Path file, Limits limits) {
        this.name = name;
        this.file = file;
        this.limits = limits;
    }

    /** The detectors that look with it; the first one loads it. */
    public DetectorKind kind() {
        return new DetectorKind(name, this::open, this).giving(this::classes);
    }

    private Detector open() {
        loading.lock();
        try {
            if (tried == null) {
                load(FileState.of(file));
            }
        } finally {
            loading.unlock();
        }
        use().release();
        return new OnnxDetector(this);
    }

    /** A file is loaded when it is the same twice, because it may still be written. */
    @Override
    public boolean renew() {
        loading.lock();
        try {
            FileState now = FileState.of(file);
            boolean settled = now.equals(seen);
            seen = now;
            if (!settled || now.equals(tried)) {
                return false;
            }
            load(now);
            return true;
        } finally {
            loading.unlock();
        }
    }

    private void load(FileState state) {
        tried = state;
        seen = state;
        try {
            exchange(DetectorModel.load(
                    "the setting vision.models, for " + name + ",", file, limits.maxBytes, limits.threads));
        } catch (MeshException refused) {
            remember(refused);
            throw refused;
        } catch (RuntimeException | LinkageError | OutOfMemoryError fault) {
            MeshException refused = new MeshException(
                    FailureCode.UNAVAILABLE, "the model " + name + " cannot be loaded: " + fault.getMessage(), fault);
            remember(refused);
            throw refused;
        }
    }

    private synchronized void remember(MeshException refused) {
        problem = refused;
    }

    private synchronized void exchange(DetectorModel fresh) {
        if (closed) {
            fresh.close();
            throw new MeshException(FailureCode.UNAVAILABLE, "vision is stopping");
        }
        DetectorModel former = current;
        current = fresh;
        if (former != null) {
            former.close();
        }
    }

    /** The model of the moment, which stays usable until it is released. */
    private synchronized DetectorModel use() {
        DetectorModel model = current;
        if (model == null) {
            throw new MeshException(problem.code(), String.valueOf(problem.getMessage()), problem);
        }
        model.use();
        return model;
    }

    List<Detection> detect(I420 picture) {
        DetectorModel model = use();
        try {
            return model.detect(picture, limits.minConfidence);
        } finally {
            model.release();
        }
    }

    private synchronized Optional<List<String>> classes() {
        return Optional.ofNullable(current).map(DetectorModel::labels).filter(labels -> !labels.isEmpty());
    }

    String name() {
        return name;
    }

    @Override
    public synchronized void close() {
        closed = true;
        DetectorModel last = current;
        current = null;
        problem = new MeshException(FailureCode.UNAVAILABLE, "vision is stopping");
        if (last != null) {
            last.close();
        }
    }
}
