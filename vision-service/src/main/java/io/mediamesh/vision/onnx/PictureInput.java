package io.mediamesh.vision.onnx;

import static org.bytedeco.opencv.global.opencv_core.CV_16FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OpenCv;
import io.mediamesh.vision.onnx.InputForm.Colours;
import io.mediamesh.vision.onnx.InputForm.Placement;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The input of a model, filled with one picture after the other. The planes of a picture are scaled as they are, and
 * become colours at the size of the input. Used by one thread at a time; to be closed.
 */
final class PictureInput implements AutoCloseable {
    // ITU-R BT.601-7, section 2.5.3: luma takes 16 to 235, chroma 16 to 240 around 128.
    private static final double LUMA_GAIN = 255.0 / 219;
    private static final double CHROMA_GAIN = 255.0 / 224;
    private static final int COLOURS = 3;

    private final InputForm form;
    private final int type;
    /** Whose memory the tensor is. */
    private final BytePointer memory;

    private final OnnxTensor tensor;
    private final Stages stages = new Stages();
    /** What lies outside of this is padding already. */
    private Placement filled = new Placement(0, 0, 0, 0, 1, 1);

    /** What is made on the way. OpenCV takes memory for it once, as long as pictures keep their size. */
    private static final class Stages implements AutoCloseable {
        /** The planes as they came. */
        private final Mat packed = new Mat();
        /** Luma, red and blue at the size of the input: OpenCV's order. */
        private final MatVector sized = three();

        private final Mat merged = new Mat();
        private final Mat colours = new Mat();
        private final MatVector singles = three();
        /** Where the colours of a pixel lie together: each colour, in the numbers of the model. */
        private final MatVector scaled = three();

        private static MatVector three() {
            return new MatVector(new Mat(), new Mat(), new Mat());
        }

        @Override
        public void close() {
            List.of(packed, sized, merged, colours, singles, scaled).forEach(Pointer::close);
        }
    }

    PictureInput(InputForm form) {
        OpenCv.load();
        this.form = form;
        this.type = switch (form.port().type()) {
            case UINT8 -> CV_8UC1;
            case FLOAT16 -> CV_16FC1;
            default -> CV_32FC1;
        };
        this.memory = new BytePointer((long) COLOURS * form.widthPx() * form.heightPx() * bytes());
        try {
            this.tensor = tensor();
        } catch (OrtException defect) {
            memory.close();
            stages.close();
            throw new IllegalStateException(defect);
        }
        clear();
    }

    private int bytes() {
        return switch (form.port().type()) {
            case UINT8 -> 1;
            case FLOAT16 -> 2;
            default -> Float.BYTES;
        };
    }

    private OnnxTensor tensor() throws OrtException {
        var view = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        OnnxJavaType numbers = form.port().type();
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), view, form.shape(), numbers);
    }

    /** Of the model's input. */
    String name() {
        return form.port().name();
    }

    OnnxTensor onnx() {
        return tensor;
    }

    /** Puts the picture in, and tells where it lies. */
    Placement fill(I420 picture) {
        Placement place = form.place(picture.widthPx(), picture.heightPx());
        if (place.left() != filled.left()
                || place.top() != filled.top()
                || place.widthPx() != filled.widthPx()
                || place.heightPx() != filled.heightPx()) {
            clear();
            filled = place;
        }
        try (var _ = new PointerScope()) {
            colours(picture, place);
            opencv_core.split(stages.colours, stages.singles);
            Rect area = new Rect(place.left(), place.top(), place.widthPx(), place.heightPx());
            for (int colour = 0; colour < COLOURS; colour++) {
                Mat target = form.planar() ? plane(colour).apply(area) : stages.scaled.get(colour);
                scaled(stages.singles.get(colour), target, colour);
            }
            if (!form.planar()) {
                opencv_core.merge(stages.scaled, whole().apply(area));
            }
        }
        return place;
    }

    private void scaled(Mat from, Mat to, int colour) {
        double gain = form.whole() ? 1 : 1 / form.scale().deviation().get(colour);
        double offset = form.whole() ? 0 : -form.scale().mean().get(colour) * gain;
        from.convertTo(to, type, gain, offset);
    }

    private void clear() {
        try (var _ = new PointerScope()) {
            for (int colour = 0; colour < COLOURS; colour++) {
                Mat one = new Mat(1, 1, CV_8UC1, Scalar.all(form.padding()));
                Mat value = new Mat();
                scaled(one, value, colour);
                Mat plane = form.planar() ? plane(colour) : new Mat(form.heightPx(), form.widthPx(), type);
                opencv_core.repeat(value, form.heightPx(), form.widthPx(), plane);
                if (!form.planar()) {
                    opencv_core.insertChannel(plane, whole(), colour);
                }
            }
        }
    }

    /** One colour of the input, where they lie one after the other. */
    private Mat plane(int colour) {
        long bytes = (long) form.widthPx() * form.heightPx() * bytes();
        return new Mat(form.heightPx(), form.widthPx(), type, memory.getPointer(colour * bytes));
    }

    private Mat whole() {
        return new Mat(form.heightPx(), form.widthPx(), opencv_core.CV_MAKETYPE(type, COLOURS), memory);
    }

    /** The colours of the picture, in the model's order, at the size that it has in the input. */
    private void colours(I420 picture, Placement place) {
        int lumaBytes = picture.widthPx() * picture.heightPx();
        int chromaBytes = picture.chromaWidthPx() * picture.chromaHeightPx();
        stages.packed.create(1, picture.planes().length(), CV_8UC1);
        BytePointer data = stages.packed.data();
        picture.planes()
                .copyTo(MemorySegment.ofBuffer(
                        data.capacity(stages.packed.total()).asByteBuffer()));
        boolean limited = picture.range() == I420.Range.LIMITED;
        int[] starts = {0, lumaBytes + chromaBytes, lumaBytes};
        for (int index = 0; index < starts.length; index++) {
            boolean luma = index == 0;
            Mat plane = new Mat(
                    luma ? picture.heightPx() : picture.chromaHeightPx(),
                    luma ? picture.widthPx() : picture.chromaWidthPx(),
                    CV_8UC1,
                    data.getPointer((long) starts[index]));
            Mat sized = stages.sized.get(index);
            opencv_imgproc.resize(
                    plane, sized, new Size(place.widthPx(), place.heightPx()), 0, 0, opencv_imgproc.INTER_LINEAR);
            if (limited) {
                double gain = luma ? LUMA_GAIN : CHROMA_GAIN;
                sized.convertTo(sized, CV_8UC1, gain, luma ? -16 * gain : 128 - 128 * gain);
            }
        }
        opencv_core.merge(stages.sized, stages.merged);
        opencv_imgproc.cvtColor(
                stages.merged,
                stages.colours,
                form.colours() == Colours.RGB ? opencv_imgproc.COLOR_YCrCb2RGB : opencv_imgproc.COLOR_YCrCb2BGR);
    }

    @Override
    public void close() {
        tensor.close();
        memory.close();
        stages.close();
    }
}
