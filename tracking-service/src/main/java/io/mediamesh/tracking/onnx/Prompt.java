package io.mediamesh.tracking.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.media.OnnxPort;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** A box in the form that a decoder takes, with an empty mask where it wants one. To be closed. */
final class Prompt implements AutoCloseable {
    // What the decoders call the corners of a box, and a point that is none.
    private static final double UPPER_LEFT = 2;
    private static final double LOWER_RIGHT = 3;
    private static final double NONE = -1;
    /** SAM's masks have a pixel for so many of the picture's in each direction. */
    private static final int REDUCED_BY = 4;

    private final Arena arena = Arena.ofConfined();
    private final Map<String, OnnxTensor> tensors = new HashMap<>();

    private Prompt() {}

    static Prompt of(Signature signature, Fit fit, Box boxOfPicture) throws OrtException {
        Prompt prompt = new Prompt();
        try {
            prompt.add(signature, fit, fit.toModel(boxOfPicture));
            return prompt;
        } catch (OrtException | RuntimeException failure) {
            prompt.close();
            throw failure;
        }
    }

    private void add(Signature signature, Fit fit, Box box) throws OrtException {
        int count = (int) signature.points().dimension(-2, signature.labels().dimension(-1, 2));
        double[] points = new double[2 * count];
        points[0] = box.x1();
        points[1] = box.y1();
        points[2] = box.x2();
        points[3] = box.y2();
        double[] labels = new double[count];
        Arrays.fill(labels, NONE);
        labels[0] = UPPER_LEFT;
        labels[1] = LOWER_RIGHT;
        boolean four = signature.points().rank() == 4;
        put(signature.points(), four ? new long[] {1, 1, count, 2} : new long[] {1, count, 2}, points);
        put(signature.labels(), four ? new long[] {1, 1, count} : new long[] {1, count}, labels);
        if (signature.pictureSize().isPresent()) {
            OnnxPort size = signature.pictureSize().get();
            put(size, new long[] {2}, fit.contentHeightPx(), fit.contentWidthPx());
        }
        if (signature.maskInput().isPresent()) {
            OnnxPort mask = signature.maskInput().get();
            long[] shape = closed(mask);
            int last = shape.length - 1;
            shape[last] = mask.dimension(-1, fit.modelWidthPx() / REDUCED_BY);
            shape[last - 1] = mask.dimension(-2, fit.modelHeightPx() / REDUCED_BY);
            put(mask, shape, new double[(int) LongStream.of(shape).reduce(1, (one, two) -> one * two)]);
        }
        if (signature.hasMaskInput().isPresent()) {
            OnnxPort mask = signature.hasMaskInput().get();
            put(mask, closed(mask), new double[1]);
        }
    }

    /** The shape for one box. */
    private static long[] closed(OnnxPort port) {
        return port.shape().stream().mapToLong(side -> Math.max(1, side)).toArray();
    }

    private void put(OnnxPort port, long[] shape, double... values) throws OrtException {
        ByteBuffer memory =
                arena.allocate((long) Long.BYTES * values.length, Long.BYTES).asByteBuffer();
        tensors.put(port.name(), port.tensor(memory, shape, values));
    }

    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
        arena.close();
    }
}
