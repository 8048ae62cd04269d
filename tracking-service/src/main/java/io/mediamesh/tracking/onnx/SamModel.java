package io.mediamesh.tracking.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.media.OnnxFile;
import io.mediamesh.media.OnnxPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * An encoder and a decoder of the SAM family, loaded. Thread-safe; {@link #close()} waits for nobody: the memory is given
 * back when the last {@link Scene} is closed, too.
 */
final class SamModel implements AutoCloseable {
    private static final int TRIAL_SIDE_PX = 64;

    private final OrtSession encoder;
    private final OrtSession decoder;
    private final Signature signature;

    /** Of this object and of its scenes; guarded by this. */
    private int uses = 1;
    /** Guarded by this. */
    private boolean closed;

    private SamModel(OrtSession encoder, OrtSession decoder, Signature signature) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.signature = signature;
    }

    /**
     * Loads the models and tries them out.
     *
     * @param threads that one picture may use
     * @throws MeshException {@link FailureCode#UNAVAILABLE} when a file is none, or no model, or one of another family, or
     *     when they fail
     */
    static SamModel load(Path encoderFile, Path decoderFile, int threads) {
        // Before either is loaded, which may take long.
        OnnxFile.check("tracking.encoder", encoderFile, OnnxFile.MOST_BYTES);
        OnnxFile.check("tracking.decoder", decoderFile, OnnxFile.MOST_BYTES);
        OrtSession encoder = open("encoder", encoderFile, threads);
        try {
            OrtSession decoder = open("decoder", decoderFile, threads);
            try {
                SamModel model = new SamModel(encoder, decoder, Signature.of(ports(encoder), ports(decoder)));
                model.tryOut();
                return model;
            } catch (OrtException | RuntimeException refused) {
                close(decoder);
                throw refused;
            }
        } catch (OrtException defect) {
            close(encoder);
            throw failed(defect);
        } catch (RuntimeException refused) {
            close(encoder);
            throw refused;
        }
    }

    private static OrtSession open(String which, Path file, int threads) {
        return OnnxFile.open("tracking." + which, file, OnnxFile.MOST_BYTES, threads);
    }

    private static Signature.Ports ports(OrtSession session) throws OrtException {
        return new Signature.Ports(OnnxPort.all(session.getInputInfo()), OnnxPort.all(session.getOutputInfo()));
    }

    /** What the inputs and outputs do not tell: whether the models do with each other. */
    private void tryOut() {
        byte[] grey = new byte[I420.sizeBytes(TRIAL_SIDE_PX, TRIAL_SIDE_PX)];
        Arrays.fill(grey, (byte) 128);
        I420 picture = new I420(TRIAL_SIDE_PX, TRIAL_SIDE_PX, I420.Range.FULL, Bytes.takeOver(grey));
        try (Scene scene = see(picture)) {
            scene.in(new Box(0, 0, TRIAL_SIDE_PX, TRIAL_SIDE_PX));
        } catch (IllegalStateException failure) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    "tracking.encoder and tracking.decoder name models that fail together: " + failure.getMessage(),
                    failure);
        }
    }

    /** Lets the encoder see a picture. */
    Scene see(I420 picture) {
        use();
        try {
            Fit fit = Fit.of(signature, picture.widthPx(), picture.heightPx());
            return new Scene(fit, encoded(picture, fit));
        } catch (OrtException failure) {
            release();
            throw failed(failure);
        } catch (RuntimeException | Error failure) {
            release();
            throw failure;
        }
    }

    private OrtSession.Result encoded(I420 picture, Fit fit) throws OrtException {
        long[] shape = signature.image().rank() == 4
                ? new long[] {1, 3, fit.inputHeightPx(), fit.inputWidthPx()}
                : new long[] {fit.inputHeightPx(), fit.inputWidthPx(), 3};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory =
                    arena.allocate(3L * Float.BYTES * fit.inputHeightPx() * fit.inputWidthPx(), Float.BYTES);
            FloatBuffer values =
                    memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
            PictureTensor.fill(values, picture, fit, signature);
            try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape)) {
                return encoder.run(
                        Map.of(signature.image().name(), tensor),
                        Set.copyOf(signature.features().values()));
            }
        }
    }

    /** A picture as the encoder saw it. Used by one thread at a time; to be closed. */
    final class Scene implements AutoCloseable {
        private final Fit fit;
        private final OrtSession.Result features;

        private Scene(Fit fit, OrtSession.Result features) {
            this.fit = fit;
            this.features = features;
        }

        Fit fit() {
            return fit;
        }

        /** What is in a box of the picture, by the mask that the model thinks the best. */
        Logits in(Box box) {
            try (Prompt prompt = Prompt.of(signature, fit, box)) {
                Map<String, OnnxTensor> inputs = new HashMap<>(prompt.tensors());
                signature.features().forEach((input, output) -> inputs.put(input, feature(output)));
                Set<String> wanted =
                        Set.of(signature.masks().name(), signature.scores().name());
                try (OrtSession.Result result = decoder.run(inputs, wanted)) {
                    return best(result);
                }
            } catch (OrtException failure) {
                throw failed(failure);
            }
        }

        private OnnxTensor feature(String output) {
            return (OnnxTensor) features.get(output).orElseThrow();
        }

        private Logits best(OrtSession.Result result) throws OrtException {
            OnnxTensor masks = (OnnxTensor) result.get(signature.masks().name()).orElseThrow();
            FloatBuffer scores =
                    ((OnnxTensor) result.get(signature.scores().name()).orElseThrow()).getFloatBuffer();
            long[] shape = masks.getInfo().getShape();
            int columns = (int) shape[shape.length - 1];
            int rows = (int) shape[shape.length - 2];
            FloatBuffer logits = masks.getFloatBuffer();
            int count = Math.min(scores.remaining(), logits.remaining() / Math.max(1, columns * rows));
            if (count < 1) {
                throw new IllegalStateException("the decoder gave no mask");
            }
            int best = 0;
            for (int mask = 1; mask < count; mask++) {
                best = scores.get(mask) > scores.get(best) ? mask : best;
            }
            boolean whole = signature.reduced() || signature.pictureSize().isEmpty();
            return new Logits(
                    logits.slice(best * columns * rows, columns * rows),
                    columns,
                    rows,
                    whole ? fit.modelWidthPx() : fit.contentWidthPx(),
                    whole ? fit.modelHeightPx() : fit.contentHeightPx(),
                    scores.get(best));
        }

        @Override
        public void close() {
            features.close();
            release();
        }
    }

    private synchronized void use() {
        if (closed) {
            throw new MeshException(FailureCode.UNAVAILABLE, "tracking is stopping");
        }
        uses++;
    }

    private synchronized void release() {
        uses--;
        if (uses == 0) {
            close(encoder);
            close(decoder);
        }
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
        } catch (OrtException failure) {
            throw failed(failure);
        }
    }

    private static IllegalStateException failed(OrtException failure) {
        return new IllegalStateException("a model failed: " + failure.getMessage(), failure);
    }
}
