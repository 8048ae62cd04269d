package io.mediamesh.media;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An input or an output of an ONNX model.
 *
 * @param type of its numbers; unknown where it is no tensor
 * @param shape its dimensions; 0 or less where the model leaves one open
 */
public record OnnxPort(String name, OnnxJavaType type, List<Long> shape) {
    /** By name, in the order of the model. */
    public static Map<String, OnnxPort> all(Map<String, NodeInfo> nodes) {
        Map<String, OnnxPort> ports = new LinkedHashMap<>();
        nodes.forEach((name, node) -> ports.put(
                name,
                node.getInfo() instanceof TensorInfo tensor
                        ? new OnnxPort(
                                name,
                                tensor.type,
                                LongStream.of(tensor.getShape()).boxed().toList())
                        : new OnnxPort(name, OnnxJavaType.UNKNOWN, List.of())));
        return ports;
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.size();
    }

    /** A dimension, counted from the last one with −1, or this where the model leaves it open. */
    public long dimension(int index, long open) {
        long given = shape.get(index < 0 ? shape.size() + index : index);
        return given > 0 ? given : open;
    }

    /** Whether it is of one of the three types that indices, sizes and features mostly have. */
    public boolean isNumber() {
        return switch (type) {
            case FLOAT, INT32, INT64 -> true;
            case DOUBLE, INT8, INT16, UINT8, BOOL, STRING, FLOAT16, BFLOAT16, UNKNOWN -> false;
        };
    }

    /**
     * A tensor of numbers for this port, whole ones rounded where it takes these. To be closed by the caller.
     *
     * @param memory with room for 8 bytes a number, direct; it has to last as long as the tensor
     * @throws IllegalStateException where this is not a number's port ({@link #isNumber()})
     */
    public OnnxTensor tensor(ByteBuffer memory, long[] shape, double... values) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        memory.order(ByteOrder.nativeOrder());
        return switch (type) {
            case FLOAT -> {
                FloatBuffer floats = memory.asFloatBuffer().limit(values.length);
                for (int index = 0; index < values.length; index++) {
                    floats.put(index, (float) values[index]);
                }
                yield OnnxTensor.createTensor(environment, floats, shape);
            }
            case INT32 -> {
                IntBuffer integers = memory.asIntBuffer().limit(values.length);
                for (int index = 0; index < values.length; index++) {
                    integers.put(index, (int) Math.round(values[index]));
                }
                yield OnnxTensor.createTensor(environment, integers, shape);
            }
            case INT64 -> {
                LongBuffer longs = memory.asLongBuffer().limit(values.length);
                for (int index = 0; index < values.length; index++) {
                    longs.put(index, Math.round(values[index]));
                }
                yield OnnxTensor.createTensor(environment, longs, shape);
            }
            case DOUBLE, INT8, INT16, UINT8, BOOL, STRING, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new IllegalStateException(name + " takes no numbers but " + type);
        };
    }

    /** Whether a tensor of the other one could be put in here. */
    public boolean takes(OnnxPort other) {
        if (type != other.type || rank() != other.rank()) {
            return false;
        }
        for (int index = 0; index < rank(); index++) {
            if (dimension(index, -1) > 0
                    && other.dimension(index, -1) > 0
                    && dimension(index, -1) != other.dimension(index, -1)) {
                return false;
            }
        }
        return true;
    }

    /** Several of them, for people. */
    public static String list(Map<String, OnnxPort> ports) {
        return ports.values().stream().map(OnnxPort::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name + " " + type + " "
                + shape.stream().map(side -> side > 0 ? side.toString() : "?").toList();
    }
}
