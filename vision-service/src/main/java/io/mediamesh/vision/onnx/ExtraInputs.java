package io.mediamesh.vision.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxPort;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** What a model wants to be told besides the picture, the same each time. To be closed. */
final class ExtraInputs implements AutoCloseable {
    private final Map<String, OnnxTensor> tensors = new HashMap<>();

    private ExtraInputs() {}

    static ExtraInputs of(Map<String, OnnxPort> inputs, InputPort picture) throws OrtException {
        ExtraInputs extras = new ExtraInputs();
        try {
            for (OnnxPort port : inputs.values()) {
                if (port.name().equals("orig_target_sizes")) {
                    // So the boxes come in pixels of the input.
                    extras.put(port, new long[] {1, 2}, picture.widthPx(), picture.heightPx());
                } else if (port.name().equals("pixel_mask")) {
                    extras.putOnes(port, picture);
                }
            }
            return extras;
        } catch (OrtException | RuntimeException failure) {
            extras.close();
            throw failure;
        }
    }

    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    private void putOnes(OnnxPort port, InputPort picture) throws OrtException {
        int last = port.rank() - 1;
        if (last < 1 || last > 2) {
            throw wrong(port);
        }
        long[] shape = LongStream.rangeClosed(0, last).map(index -> 1).toArray();
        shape[last - 1] = port.dimension(-2, picture.heightPx());
        shape[last] = port.dimension(-1, picture.widthPx());
        long count = shape[last - 1] * shape[last];
        if (shape[last - 1] > InputPort.MOST_SIDE_PX || shape[last] > InputPort.MOST_SIDE_PX) {
            throw wrong(port);
        }
        double[] ones = new double[Math.toIntExact(count)];
        Arrays.fill(ones, 1);
        put(port, shape, ones);
    }

    private void put(OnnxPort port, long[] shape, double... values) throws OrtException {
        if (!port.isNumber()) {
            throw wrong(port);
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(Long.BYTES * values.length);
        tensors.put(port.name(), port.tensor(memory, shape, values));
    }

    private static MeshException wrong(OnnxPort port) {
        return new MeshException(FailureCode.UNAVAILABLE, "its input " + port + " is not what this name stands for");
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
        tensors.clear();
    }
}
