package io.mediamesh.vision.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mediamesh.media.OnnxPort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Memory in which a model works on one picture at a time: its input, and those of its outputs whose size never changes.
 * Taking new memory for each picture would cost as much as bringing the picture in. Used by one thread at a time; to be
 * closed.
 */
final class ModelRun implements AutoCloseable {
    private final PictureInput picture;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
    private final Set<String> asked;

    /** An output that ONNX Runtime writes where it is read. */
    private record Kept(FloatBuffer memory, Output output) {}

    private ModelRun(InputForm form, ExtraInputs extras, Set<String> wanted) {
        this.picture = new PictureInput(form);
        this.inputs = new HashMap<>(extras.tensors());
        inputs.put(picture.name(), picture.onnx());
        this.asked = new LinkedHashSet<>(wanted);
    }

    /** One whose outputs may have any size. */
    static ModelRun open(InputForm form, ExtraInputs extras, Set<String> wanted) {
        return new ModelRun(form, extras, wanted);
    }

    /**
     * One that keeps what it can.
     *
     * @param ports the outputs as the model describes them
     */
    static ModelRun keeping(InputForm form, ExtraInputs extras, Set<String> wanted, Map<String, OnnxPort> ports)
            throws OrtException {
        ModelRun run = new ModelRun(form, extras, wanted);
        try {
            for (String name : wanted) {
                OnnxPort port = ports.get(name);
                if (port != null && Output.isSteady(port)) {
                    run.keep(port);
                }
            }
            return run;
        } catch (OrtException | RuntimeException failure) {
            run.close();
            throw failure;
        }
    }

    private void keep(OnnxPort port) throws OrtException {
        long[] shape = port.shape().stream().mapToLong(Long::longValue).toArray();
        int count = Math.toIntExact(port.shape().stream().reduce(1L, Math::multiplyExact));
        FloatBuffer memory = ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        pinned.put(port.name(), OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), memory, shape));
        kept.put(port.name(), new Kept(memory, Output.of(port.name(), OnnxJavaType.FLOAT, shape, new float[count])));
        asked.remove(port.name());
    }

    PictureInput picture() {
        return picture;
    }

    /** Looks at the picture. What it gives is good until the next time. */
    Map<String, Output> run(OrtSession session) throws OrtException {
        try (OrtSession.Result result = session.run(inputs, asked, pinned)) {
            Map<String, Output> outputs = new LinkedHashMap<>();
            kept.forEach((name, place) -> {
                place.memory.get(0, place.output.values());
                outputs.put(name, place.output);
            });
            for (String name : asked) {
                outputs.put(name, Output.of(name, result.get(name).orElseThrow()));
            }
            return outputs;
        }
    }

    /** The same without reading what it gives. */
    void runOnly(OrtSession session) throws OrtException {
        session.run(inputs, asked, pinned).close();
    }

    @Override
    public void close() {
        pinned.values().forEach(OnnxTensor::close);
        picture.close();
    }
}
