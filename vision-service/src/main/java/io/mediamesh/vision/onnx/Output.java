package io.mediamesh.vision.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxPort;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/** What a model gave for a picture: numbers in a shape. */
final class Output {
    private static final long MOST_VALUES = 1 << 24;

    private final String name;
    private final OnnxJavaType type;
    private final long[] shape;
    private final float[] values;

    private Output(String name, OnnxJavaType type, long[] shape, float[] values) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.values = values;
    }

    /** As a row of numbers; integers up to 2<sup>24</sup> stay what they are. */
    static Output of(String name, OnnxValue value) {
        if (!(value instanceof OnnxTensor tensor)) {
            return new Output(name, OnnxJavaType.UNKNOWN, new long[0], new float[0]);
        }
        OnnxJavaType type = tensor.getInfo().type;
        if (tensor.getInfo().getNumElements() > MOST_VALUES) {
            throw new MeshException(
                    FailureCode.TOO_LARGE,
                    "its output " + name + " has " + tensor.getInfo().getNumElements() + " numbers, and the limit is "
                            + MOST_VALUES);
        }
        float[] values =
                switch (type) {
                    case FLOAT, FLOAT16, BFLOAT16 -> floats(tensor.getFloatBuffer());
                    case INT64 -> floats(tensor.getLongBuffer());
                    case INT32 -> floats(tensor.getIntBuffer());
                    case DOUBLE, INT8, INT16, UINT8, BOOL, STRING, UNKNOWN -> new float[0];
                };
        return new Output(name, type, tensor.getInfo().getShape(), values);
    }

    /** Whether it always has so many numbers of the usual type. */
    static boolean isSteady(OnnxPort port) {
        return port.type() == OnnxJavaType.FLOAT
                && port.shape().stream().allMatch(side -> side > 0 && side <= MOST_VALUES)
                && port.shape().stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b) <= MOST_VALUES;
    }

    /** Numbers in an array that is filled anew for each picture. */
    static Output of(String name, OnnxJavaType type, long[] shape, float[] values) {
        return new Output(name, type, shape, values);
    }

    /** A row of numbers that somebody gives away. */
    static Output of(String name, float[] values) {
        return new Output(name, OnnxJavaType.FLOAT, new long[] {values.length}, values);
    }

    private static float[] floats(FloatBuffer buffer) {
        // The runtime has copied the numbers into an array for nobody else.
        if (buffer.hasArray() && buffer.array().length == buffer.remaining()) {
            return buffer.array();
        }
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static float[] floats(LongBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) buffer.get(index);
        }
        return values;
    }

    private static float[] floats(IntBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) buffer.get(index);
        }
        return values;
    }

    String name() {
        return name;
    }

    float[] values() {
        return values;
    }

    /** The number of dimensions. */
    int rank() {
        return shape.length;
    }

    boolean isReal() {
        return type == OnnxJavaType.FLOAT || type == OnnxJavaType.FLOAT16 || type == OnnxJavaType.BFLOAT16;
    }

    boolean isWhole() {
        return type == OnnxJavaType.INT64 || type == OnnxJavaType.INT32;
    }

    /** A dimension, counted from the last one with −1; 1 where there is none. */
    int dimension(int index) {
        int place = index < 0 ? shape.length + index : index;
        return place < 0 || place >= shape.length ? 1 : (int) shape[place];
    }

    /** Whether it is a table: all dimensions but the last two are 1. */
    boolean isTable() {
        return shape.length >= 2 && (long) dimension(-1) * dimension(-2) == values.length;
    }

    /** Fails where a number is none, as of a model that is damaged or calculates beyond its type. */
    void checkFinite() {
        int worst = 0;
        for (float value : values) {
            worst = Math.max(worst, Float.floatToRawIntBits(value) & 0x7f80_0000);
        }
        if (worst == 0x7f80_0000) {
            throw notFinite(name);
        }
    }

    /** The failure of a model that gives such values. */
    static MeshException notFinite(String output) {
        return new MeshException(
                FailureCode.UNAVAILABLE, "its output " + output + " has values that are no numbers (NaN or infinite)");
    }

    @Override
    public String toString() {
        return name + " " + type + " " + Arrays.toString(shape);
    }
}
