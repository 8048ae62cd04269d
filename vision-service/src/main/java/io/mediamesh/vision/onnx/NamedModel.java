package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxProvider;
import io.mediamesh.vision.Detector;
import io.mediamesh.vision.DetectorKind;
import io.mediamesh.vision.Renewable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    public record Limits(long maxBytes, int threads, double minConfidence, OnnxProvider provider) {
        /** On the CPU. */
        public Limits(long maxBytes, int threads, double minConfidence) {
            this(maxBytes, threads, minConfidence, OnnxProvider.CPU);
        }
    }

    /** A model that was not there is asked for again after so long. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String name;
    private final ModelSource configured;
    private final ModelStore store;
    private final Limits limits;

    private volatile ModelSource used;

    /** Held while a model is loaded, and for what follows. */
    private final ReentrantLock loading = new ReentrantLock();

    private Optional<ModelSource> chosen = Optional.empty();

    private volatile boolean begun;
    /** Where the source has its file; null as long as that is not known. */
    private @Nullable Path file;

    private @Nullable FileState tried;
    private @Nullable FileState seen;
    private long triedNanos;

    /** Guarded by this, as is what follows. */
    private @Nullable DetectorModel current;

    private MeshException problem = new MeshException(FailureCode.UNAVAILABLE, "the model is not loaded yet");
    private boolean closed;

    /**
     * Reads nothing yet.
     *
     * @param configured what the settings name
     * @param store where files come from, and what was chosen in their place
     */
    public NamedModel(String name, ModelSource configured, ModelStore store, Limits limits) {
        this.name = name;
        this.configured = configured;
        this.used = configured;
        this.store = store;
        this.limits = limits;
    }

    /** The detectors that look with it; the first one loads it. */
    public DetectorKind kind() {
        return new DetectorKind(name, this::open, this).giving(this::classes);
    }

    private Detector open() {
        // No stream waits while another model is downloaded or loaded.
        if (!begun) {
            loading.lock();
            try {
                if (!begun) {
                    begin();
                }
            } finally {
                loading.unlock();
            }
        }
        use().release();
        return new OnnxDetector(this);
    }

    /** A file is loaded when it is the same twice, because it may still be written. */
    @Override
    public boolean renew() {
        if (!loading.tryLock()) {
            // Somebody is exchanging it by request.
            return false;
        }
        try {
            Path known = file;
            if (known == null) {
                if (!begun || System.nanoTime() - triedNanos < RETRY_NANOS) {
                    return false;
                }
                begin();
                return true;
            }
            FileState now = FileState.of(known);
            boolean settled = now.equals(seen);
            seen = now;
            if (!settled || now.equals(tried)) {
                return false;
            }
            load(known, now);
            return true;
        } finally {
            loading.unlock();
        }
    }

    /** The first time, and again as long as it cannot be downloaded. */
    private void begin() {
        try {
            triedNanos = System.nanoTime();
            chosen = store.chosen(name);
            used = source();
            Path found = store.fileOf(used);
            file = found;
            load(found, FileState.of(found));
        } catch (MeshException refused) {
            remember(refused);
            throw refused;
        } finally {
            begun = true;
        }
    }

    private ModelSource source() {
        return chosen.orElse(configured);
    }

    /**
     * Looks with another model from now on, and after a restart. It is loaded and tried beside the one that is used, which
     * goes on where that fails. Takes up to minutes.
     *
     * @param wanted empty for what the settings name
     * @param onlyTry whether everything is left as it is
     * @throws MeshException {@link FailureCode#CONFLICT} while it is being exchanged already, {@link
     *     FailureCode#UNPROCESSABLE} for what is no model of a detector, and what {@link ModelStore} says
     */
    public void choose(Optional<ModelSource> wanted, boolean onlyTry) {
        if (!loading.tryLock()) {
            throw new MeshException(
                    FailureCode.CONFLICT, "the model " + name + " is being loaded or exchanged; try again in a moment");
        }
        try {
            ModelSource source = wanted.map(store::allowed).orElse(configured);
            Path found = store.fileOf(source);
            FileState state = FileState.of(found);
            DetectorModel fresh = tried(source, found);
            if (onlyTry) {
                fresh.close();
                return;
            }
            try {
                store.choose(name, wanted.isPresent() ? Optional.of(source) : Optional.empty());
            } catch (MeshException full) {
                fresh.close();
                throw full;
            }
            exchange(fresh);
            begun = true;
            chosen = wanted.isPresent() ? Optional.of(source) : Optional.empty();
            used = source();
            file = found;
            tried = state;
            seen = state;
        } finally {
            loading.unlock();
        }
    }

    private DetectorModel tried(ModelSource source, Path found) {
        try {
            return read("the request for " + name, source, found);
        } catch (MeshException refused) {
            boolean ofTheFile = refused.code() == FailureCode.UNAVAILABLE || refused.code() == FailureCode.INVALID;
            throw ofTheFile
                    ? new MeshException(FailureCode.UNPROCESSABLE, String.valueOf(refused.getMessage()), refused)
                    : refused;
        }
    }

    private DetectorModel read(String namedBy, ModelSource source, Path found) {
        if (source instanceof ModelSource.OfFile && source.sha256().isPresent()) {
            Checksum.check(namedBy, found, limits.maxBytes, source.sha256().get());
        }
        return DetectorModel.load(namedBy, found, limits.maxBytes, limits.threads, limits.provider);
    }

    /** What is known of it. */
    public ModelReport report() {
        ModelSource source = used;
        synchronized (this) {
            DetectorModel model = current;
            return new ModelReport(
                    name,
                    source.text(),
                    !source.equals(configured),
                    Optional.ofNullable(model).map(ModelReport.Loaded::of),
                    model != null ? "" : String.valueOf(problem.getMessage()));
        }
    }

    private void load(Path from, FileState state) {
        tried = state;
        seen = state;
        triedNanos = System.nanoTime();
        try {
            exchange(read("the setting vision.models, for " + name + ",", source(), from));
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
