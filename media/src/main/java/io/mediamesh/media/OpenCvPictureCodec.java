package io.mediamesh.media;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * JPEG by OpenCV's libjpeg-turbo. OpenCV's own I420 conversions take every picture for limited range and even size, so
 * the planes go through YCrCb, which OpenCV defines at full range, as JFIF does.
 *
 * <p>Thread-safe and without state: every call frees what it took. The first call in a process takes a second longer
 * unless {@link OpenCv#load()} was called before. The EXIF orientation of a JPEG is not applied,
 * because it would change the size that the header says.
 */
public final class OpenCvPictureCodec implements PictureCodec {
    // ITU-R BT.601-7, section 2.5.3: luma takes 16 to 235, chroma 16 to 240 around 128.
    private static final double LUMA_GAIN = 255.0 / 219;
    private static final double LUMA_OFFSET = -16 * LUMA_GAIN;
    private static final double CHROMA_GAIN = 255.0 / 224;
    private static final double CHROMA_OFFSET = 128 - 128 * CHROMA_GAIN;

    @Override
    public Jpeg encode(I420 picture, JpegForm form) {
        OpenCv.load();
        double scale = Math.min(
                1.0,
                Math.min(
                        (double) form.maxWidthPx() / picture.widthPx(),
                        (double) form.maxHeightPx() / picture.heightPx()));
        int widthPx = Math.max(1, (int) Math.round(picture.widthPx() * scale));
        int heightPx = Math.max(1, (int) Math.round(picture.heightPx() * scale));
        try (var _ = new PointerScope()) {
            Mat bgr = bgr(picture, widthPx, heightPx);
            BytePointer file = new BytePointer();
            IntPointer parameters = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, form.quality());
            if (!opencv_imgcodecs.imencode(".jpg", bgr, file, parameters)) {
                throw new MeshException(FailureCode.INTERNAL, "OpenCV could not encode a picture");
            }
            byte[] bytes = new byte[Math.toIntExact(file.limit())];
            file.get(bytes);
            return new Jpeg(widthPx, heightPx, Bytes.takeOver(bytes));
        }
    }

    @Override
    public I420 decode(Bytes jpeg) {
        JpegHeader header = JpegHeader.of(jpeg);
        return decode(jpeg, header.widthPx(), header.heightPx(), "JPEG");
    }

    /**
     * Decodes a picture file as people send it, a JPEG or a PNG; transparency is left out.
     *
     * @throws MeshException {@link FailureCode#INVALID} when it is neither of them, or damaged, {@link
     *     FailureCode#TOO_LARGE} when its header announces a picture beyond the limits (checked before any memory is taken)
     */
    public I420 decodeFile(Bytes file) {
        if (!PngHeader.isPng(file)) {
            return decode(file);
        }
        PngHeader header = PngHeader.of(file);
        return decode(file, header.widthPx(), header.heightPx(), "PNG");
    }

    private static I420 decode(Bytes encoded, int widthPx, int heightPx, String format) {
        OpenCv.load();
        try (var _ = new PointerScope()) {
            Mat file = new Mat(1, encoded.length(), CV_8UC1);
            encoded.copyTo(view(file));
            Mat bgr = decoded(file, format);
            if (bgr.empty() || bgr.cols() != widthPx || bgr.rows() != heightPx) {
                throw MeshException.invalid(
                        format.toLowerCase(Locale.ROOT), "the " + format + " is damaged and could not be decoded");
            }
            return picture(bgr);
        }
    }

    private static Mat decoded(Mat file, String format) {
        try {
            return opencv_imgcodecs.imdecode(
                    file, opencv_imgcodecs.IMREAD_COLOR | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
        } catch (RuntimeException refused) {
            throw new MeshException(FailureCode.INVALID, "the " + format + " could not be decoded", refused);
        }
    }

    private static Mat bgr(I420 picture, int widthPx, int heightPx) {
        int lumaBytes = picture.widthPx() * picture.heightPx();
        int chromaBytes = picture.chromaWidthPx() * picture.chromaHeightPx();
        Mat packed = new Mat(1, picture.planes().length(), CV_8UC1);
        picture.planes().copyTo(view(packed));
        BytePointer data = packed.data();
        Mat luma = new Mat(picture.heightPx(), picture.widthPx(), CV_8UC1, data);
        Mat blue =
                new Mat(picture.chromaHeightPx(), picture.chromaWidthPx(), CV_8UC1, data.getPointer((long) lumaBytes));
        Mat red = new Mat(
                picture.chromaHeightPx(),
                picture.chromaWidthPx(),
                CV_8UC1,
                data.getPointer((long) lumaBytes + chromaBytes));
        Size size = new Size(widthPx, heightPx);
        Size chromaSize = new Size((widthPx + 1) / 2, (heightPx + 1) / 2);
        Mat fullLuma = fullRange(scaled(luma, size), picture.range(), LUMA_GAIN, LUMA_OFFSET);
        Mat fullBlue = fullRange(scaled(blue, chromaSize), picture.range(), CHROMA_GAIN, CHROMA_OFFSET);
        Mat fullRed = fullRange(scaled(red, chromaSize), picture.range(), CHROMA_GAIN, CHROMA_OFFSET);
        Mat merged = new Mat();
        opencv_core.merge(new MatVector(fullLuma, doubled(fullRed, size), doubled(fullBlue, size)), merged);
        Mat bgr = new Mat();
        opencv_imgproc.cvtColor(merged, bgr, opencv_imgproc.COLOR_YCrCb2BGR);
        return bgr;
    }

    private static Mat scaled(Mat plane, Size size) {
        if (plane.cols() == size.width() && plane.rows() == size.height()) {
            return plane;
        }
        Mat small = new Mat();
        opencv_imgproc.resize(plane, small, size, 0, 0, opencv_imgproc.INTER_AREA);
        return small;
    }

    /** Repeats each sample: libjpeg averages 2×2 samples again, so that the chroma comes through as it was. */
    private static Mat doubled(Mat plane, Size size) {
        Mat large = new Mat();
        opencv_imgproc.resize(plane, large, size, 0, 0, opencv_imgproc.INTER_NEAREST);
        return large;
    }

    private static Mat fullRange(Mat plane, I420.Range range, double gain, double offset) {
        return switch (range) {
            case FULL -> plane;
            case LIMITED -> {
                Mat expanded = new Mat();
                plane.convertTo(expanded, CV_8UC1, gain, offset);
                yield expanded;
            }
        };
    }

    private static I420 picture(Mat bgr) {
        int widthPx = bgr.cols();
        int heightPx = bgr.rows();
        Mat yCrCb = new Mat();
        opencv_imgproc.cvtColor(bgr, yCrCb, opencv_imgproc.COLOR_BGR2YCrCb);
        Mat half = new Mat();
        Size chromaSize = new Size((widthPx + 1) / 2, (heightPx + 1) / 2);
        opencv_imgproc.resize(yCrCb, half, chromaSize, 0, 0, opencv_imgproc.INTER_AREA);
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        int chromaBytes = chromaSize.width() * chromaSize.height();
        copyChannel(yCrCb, 0, planes, 0);
        copyChannel(half, 2, planes, widthPx * heightPx);
        copyChannel(half, 1, planes, widthPx * heightPx + chromaBytes);
        return new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes));
    }

    private static void copyChannel(Mat picture, int channel, byte[] planes, int offset) {
        Mat plane = new Mat();
        opencv_core.extractChannel(picture, plane, channel);
        plane.data().get(planes, offset, plane.cols() * plane.rows());
    }

    /** The memory of a continuous matrix, valid as long as the scope that owns the matrix is open. */
    private static MemorySegment view(Mat bytes) {
        return MemorySegment.ofBuffer(bytes.data().capacity(bytes.total()).asByteBuffer());
    }
}
