package io.mediamesh.vision.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxPort;
import io.mediamesh.media.OnnxProvider;
import io.mediamesh.vision.onnx.InputForm.Placement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A detector in an ONNX file, loaded and tried. Thread-safe: one serves all streams, each call by the thread that makes it.
 * {@link #close()} waits for nobody: the memory is given back when the last call is over.
 */
public final class DetectorModel implements AutoCloseable {
    private static final int MESSAGE_CHARACTERS = 300;

    private final OrtSession session;
    private final OnnxProvider.Opened opened;
    private final Recognition recognition;
    private final OutputReader reader;
    private final Set<String> wanted;
    private final ExtraInputs extras;
    /** As the model describes them. */
    private final Map<String, OnnxPort> outputs;

    /** Not more than calls at one time; guarded by this. */
    private final Deque<ModelRun> idle = new ArrayDeque<>();
    /** Of this object and of its calls; guarded by this. */
    private int uses = 1;
    /** Guarded by this. */
    private boolean closed;

    private DetectorModel(
            OnnxProvider.Opened opened, ExtraInputs extras, Recognition recognition, Map<String, OnnxPort> outputs) {
        this.outputs = outputs;
        this.session = opened.session();
        this.opened = opened;
        this.extras = extras;
        this.recognition = recognition;
        this.reader = new OutputReader(
                recognition.output(),
                recognition.input().widthPx(),
                recognition.input().heightPx());
        this.wanted = new LinkedHashSet<>(recognition.output().outputs());
    }

    /** What its classes are called; empty where that is not known. */
    List<String> labels() {
        return recognition.labels().names();
    }

    /**
     * Loads a model, recognises it, and lets it look at an even picture; takes up to seconds.
     *
     * @param namedBy what a message begins with, for example the setting that names the file
     * @param maxBytes the largest file that is loaded
     * @param threads that one picture may use
     * @throws MeshException {@link FailureCode#UNAVAILABLE} when the file is none, or no model, or no detector that is
     *     known; {@link FailureCode#TOO_LARGE} beyond the limit; {@link FailureCode#INVALID} when its manifest is wrong
     */
    public static DetectorModel load(String namedBy, Path file, long maxBytes, int threads) {
        return load(namedBy, file, maxBytes, threads, OnnxProvider.CPU);
    }

    /** The same, on a processor of this kind where that works. */
    public static DetectorModel load(String namedBy, Path file, long maxBytes, int threads, OnnxProvider provider) {
        Manifest manifest;
        try {
            manifest = Manifest.beside(file);
        } catch (MeshException wrong) {
            throw refused(namedBy, file, wrong);
        }
        if (manifest.sha256().isPresent()) {
            Checksum.check(namedBy, file, maxBytes, manifest.sha256().get());
        }
        OnnxProvider.Opened opened = provider.open(namedBy, file, maxBytes, threads);
        OrtSession session = opened.session();
        try {
            return recognised(opened, manifest);
        } catch (MeshException wrong) {
            close(session);
            throw refused(namedBy, file, wrong);
        } catch (RuntimeException | Error defect) {
            close(session);
            throw defect;
        }
    }

    private static MeshException refused(String namedBy, Path file, MeshException reason) {
        return new MeshException(
                reason.code(),
                namedBy + " names a model that cannot be used, " + file.getFileName() + ": " + reason.getMessage(),
                reason);
    }

    private static DetectorModel recognised(OnnxProvider.Opened opened, Manifest manifest) {
        OrtSession session = opened.session();
        try {
            Map<String, OnnxPort> inputs = OnnxPort.all(session.getInputInfo());
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            InputPort port = InputPort.of(inputs, manifest, metadata);
            ExtraInputs extras = ExtraInputs.of(inputs, port);
            try {
                Trial trial = trial(session, port, extras, inputs.keySet(), metadata, manifest);
                DetectorModel model =
                        new DetectorModel(opened, extras, Recognition.of(trial), OnnxPort.all(session.getOutputInfo()));
                model.warmUp();
                return model;
            } catch (RuntimeException | Error failure) {
                extras.close();
                throw failure;
            }
        } catch (OrtException defect) {
            throw failed(defect);
        }
    }

    private static Trial trial(
            OrtSession session,
            InputPort port,
            ExtraInputs extras,
            Set<String> inputs,
            Map<String, String> metadata,
            Manifest manifest) {
        Family any = Family.YOLOV8;
        InputForm form = new InputForm(
                port.port(),
                port.widthPx(),
                port.heightPx(),
                port.planar(),
                any.colours(),
                any.scale(),
                any.fit(),
                InputForm.USUAL_PADDING);
        try (ModelRun even = ModelRun.open(form, extras, session.getOutputNames())) {
            Map<String, Output> outputs = even.run(session);
            outputs.values().forEach(Output::checkFinite);
            return new Trial(port, inputs, outputs, metadata, manifest);
        } catch (OrtException defect) {
            throw failed(defect);
        }
    }

    private void warmUp() {
        ModelRun run = take();
        try {
            reader.read(run.run(session), recognition.confidence());
        } catch (OrtException defect) {
            throw failed(defect);
        } finally {
            giveBack(run);
        }
    }

    /**
     * What is in a picture, with boxes in its pixels, the most certain first.
     *
     * @param minConfidence below which objects are left out; the model's own limit holds besides
     * @throws MeshException {@link FailureCode#UNAVAILABLE} when the model fails, or was closed
     */
    public List<Detection> detect(I420 picture, double minConfidence) {
        ModelRun run = take();
        try {
            Placement place = run.picture().fill(picture);
            double limit = Math.max(minConfidence, recognition.confidence());
            List<Box> boxes = reader.read(run.run(session), limit);
            return Box.distinct(boxes, recognition.overlap()).stream()
                    .flatMap(box -> box.in(picture, place, recognition.labels()).stream())
                    .toList();
        } catch (OrtException defect) {
            throw failed(defect);
        } finally {
            giveBack(run);
        }
    }

    /** How long ONNX Runtime alone takes for a picture, in nanoseconds, without what comes before and after it. */
    public long runtimeNanos(I420 picture) {
        ModelRun run = take();
        try {
            run.picture().fill(picture);
            long start = System.nanoTime();
            run.runOnly(session);
            return System.nanoTime() - start;
        } catch (OrtException defect) {
            throw failed(defect);
        } finally {
            giveBack(run);
        }
    }

    /** How often ONNX Runtime alone runs in a second, on an even picture, for so long. */
    public double runsPerSecond(Duration time) {
        ModelRun run = take();
        try {
            long begin = System.nanoTime();
            long times = 0;
            long took = 0;
            while (took < time.toNanos()) {
                run.runOnly(session);
                times++;
                took = System.nanoTime() - begin;
            }
            return times * 1e9 / took;
        } catch (OrtException defect) {
            throw failed(defect);
        } finally {
            giveBack(run);
        }
    }

    /** What was recognised, in lines for people. */
    public List<String> description() {
        return recognition.lines();
    }

    /** Its family, for people, for example {@code YOLOX}. */
    public String family() {
        return recognition.family().title();
    }

    /** Where it runs, and why there. */
    OnnxProvider.Opened opened() {
        return opened;
    }

    /** Its input, for people. */
    String input() {
        return recognition.input().toString();
    }

    /** Keeps it from being freed until it is released as often; who holds it can still look with it after it was closed. */
    synchronized void use() {
        if (uses == 0) {
            throw new MeshException(FailureCode.UNAVAILABLE, "the model was closed");
        }
        uses++;
    }

    synchronized void release() {
        uses--;
        if (uses == 0) {
            idle.forEach(ModelRun::close);
            idle.clear();
            extras.close();
            close(session);
        }
    }

    private ModelRun take() {
        use();
        try {
            synchronized (this) {
                ModelRun kept = idle.poll();
                if (kept != null) {
                    return kept;
                }
            }
            return ModelRun.keeping(recognition.input(), extras, wanted, outputs);
        } catch (OrtException defect) {
            release();
            throw failed(defect);
        } catch (RuntimeException | Error failure) {
            release();
            throw failure;
        }
    }

    private synchronized void giveBack(ModelRun run) {
        idle.push(run);
        release();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException defect) {
            throw failed(defect);
        }
    }

    private static MeshException failed(OrtException defect) {
        String said = String.valueOf(defect.getMessage()).lines().findFirst().orElse("");
        return new MeshException(
                FailureCode.UNAVAILABLE,
                "it does not run: "
                        + (said.length() > MESSAGE_CHARACTERS ? said.substring(0, MESSAGE_CHARACTERS) + "…" : said),
                defect);
    }
}
