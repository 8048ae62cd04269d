package io.mediamesh.vision.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxFile;
import io.mediamesh.media.OnnxPort;
import io.mediamesh.vision.onnx.InputForm.Placement;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final Recognition recognition;
    private final OutputReader reader;
    private final Set<String> wanted;
    private final ExtraInputs extras;

    /** Not more than calls at one time; guarded by this. */
    private final Deque<PictureInput> idle = new ArrayDeque<>();
    /** Of this object and of its calls; guarded by this. */
    private int uses = 1;
    /** Guarded by this. */
    private boolean closed;

    private DetectorModel(OrtSession session, ExtraInputs extras, Recognition recognition) {
        this.session = session;
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
        Manifest manifest;
        try {
            manifest = Manifest.beside(file);
        } catch (MeshException wrong) {
            throw refused(namedBy, file, wrong);
        }
        if (manifest.sha256().isPresent()) {
            Checksum.check(namedBy, file, maxBytes, manifest.sha256().get());
        }
        OrtSession session = OnnxFile.open(namedBy, file, maxBytes, threads);
        try {
            return recognised(session, manifest);
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

    private static DetectorModel recognised(OrtSession session, Manifest manifest) {
        try {
            Map<String, OnnxPort> inputs = OnnxPort.all(session.getInputInfo());
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            InputPort port = InputPort.of(inputs, manifest, metadata);
            ExtraInputs extras = ExtraInputs.of(inputs, port);
            try {
                Trial trial = trial(session, port, extras, inputs.keySet(), metadata, manifest);
                DetectorModel model = new DetectorModel(session, extras, Recognition.of(trial));
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
        try (PictureInput even = new PictureInput(form)) {
            Map<String, Output> outputs = run(session, even, extras, session.getOutputNames());
            outputs.values().forEach(Output::checkFinite);
            return new Trial(port, inputs, outputs, metadata, manifest);
        }
    }

    private void warmUp() {
        try (PictureInput even = new PictureInput(recognition.input())) {
            reader.read(run(session, even, extras, wanted), recognition.confidence());
        }
    }

    private static Map<String, Output> run(
            OrtSession session, PictureInput picture, ExtraInputs extras, Set<String> wanted) {
        Map<String, OnnxTensor> inputs = new HashMap<>(extras.tensors());
        inputs.put(picture.name(), picture.onnx());
        try (OrtSession.Result result = session.run(inputs, wanted)) {
            Map<String, Output> outputs = new LinkedHashMap<>();
            for (String name : wanted) {
                outputs.put(name, Output.of(name, result.get(name).orElseThrow()));
            }
            return outputs;
        } catch (OrtException defect) {
            throw failed(defect);
        }
    }

    /**
     * What is in a picture, with boxes in its pixels, the most certain first.
     *
     * @param minConfidence below which objects are left out; the model's own limit holds besides
     * @throws MeshException {@link FailureCode#UNAVAILABLE} when the model fails, or was closed
     */
    public List<Detection> detect(I420 picture, double minConfidence) {
        PictureInput input = take();
        try {
            Placement place = input.fill(picture);
            double limit = Math.max(minConfidence, recognition.confidence());
            List<Box> boxes = reader.read(run(session, input, extras, wanted), limit);
            return Box.distinct(boxes, recognition.overlap()).stream()
                    .flatMap(box -> box.in(picture, place, recognition.labels()).stream())
                    .toList();
        } finally {
            giveBack(input);
        }
    }

    /** How long ONNX Runtime alone takes for a picture, in nanoseconds, without what comes before and after it. */
    public long runtimeNanos(I420 picture) {
        PictureInput input = take();
        try {
            input.fill(picture);
            Map<String, OnnxTensor> inputs = new HashMap<>(extras.tensors());
            inputs.put(input.name(), input.onnx());
            long start = System.nanoTime();
            session.run(inputs, wanted).close();
            return System.nanoTime() - start;
        } catch (OrtException defect) {
            throw failed(defect);
        } finally {
            giveBack(input);
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
            idle.forEach(PictureInput::close);
            idle.clear();
            extras.close();
            close(session);
        }
    }

    private PictureInput take() {
        use();
        try {
            synchronized (this) {
                PictureInput kept = idle.poll();
                if (kept != null) {
                    return kept;
                }
            }
            return new PictureInput(recognition.input());
        } catch (RuntimeException | Error failure) {
            release();
            throw failure;
        }
    }

    private synchronized void giveBack(PictureInput input) {
        idle.push(input);
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
