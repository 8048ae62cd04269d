package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.I420;
import java.lang.foreign.MemorySegment;
import java.nio.DoubleBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The brightness of a frame, which is the Y plane as it is: nothing here asks whether black is 0 or 16. Lives as long as
 * the {@code PointerScope} in which it was made.
 */
final class FrameLuma {
    private final int widthPx;
    private final int heightPx;
    private final Map<Integer, Mat> reduced = new HashMap<>();

    FrameLuma(I420 picture) {
        this.widthPx = picture.widthPx();
        this.heightPx = picture.heightPx();
        Mat luma = new Mat(heightPx, widthPx, opencv_core.CV_8UC1);
        long bytes = (long) widthPx * heightPx;
        MemorySegment.copy(
                picture.planes().segment(),
                0,
                MemorySegment.ofBuffer(luma.data().capacity(bytes).asByteBuffer()),
                0,
                bytes);
        reduced.put(1, luma);
    }

    int widthPx() {
        return widthPx;
    }

    int heightPx() {
        return heightPx;
    }

    /** The frame with one pixel for so many in each direction; {@code Pose.resizing(1.0 / factor)} leads there. */
    Mat reducedBy(int factor) {
        return reduced.computeIfAbsent(factor, wanted -> {
            Mat small = new Mat();
            Size size = new Size(Math.max(1, widthPx / wanted), Math.max(1, heightPx / wanted));
            opencv_imgproc.resize(reduced.get(1), small, size, 0, 0, opencv_imgproc.INTER_AREA);
            return small;
        });
    }

    /** What is where a patch lies. */
    Patch sample(Pose pose, int width, int height) {
        int factor = Math.max(1, (int) Math.round(Math.abs(pose.scaleNear(width / 2.0, height / 2.0))));
        Mat from = reducedBy(factor);
        Pose place = Pose.resizing((double) from.cols() / widthPx, (double) from.rows() / heightPx)
                .after(pose);
        Mat patch = new Mat();
        opencv_imgproc.warpPerspective(
                from,
                patch,
                matrix(place),
                new Size(width, height),
                opencv_imgproc.INTER_LINEAR | opencv_imgproc.WARP_INVERSE_MAP,
                opencv_core.BORDER_REPLICATE,
                new Scalar());
        opencv_imgproc.GaussianBlur(patch, patch, new Size(3, 3), 0);
        return Patch.of(patch);
    }

    /** The pixels of a patch that lie in the frame. */
    Patch inside(Pose pose, int width, int height) {
        byte[] pixels = new byte[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                Pose.At at = pose.of(x, y);
                if (at.x() >= -0.5 && at.y() >= -0.5 && at.x() < widthPx - 0.5 && at.y() < heightPx - 0.5) {
                    pixels[y * width + x] = (byte) 255;
                }
            }
        }
        return new Patch(width, height, pixels);
    }

    static Mat matrix(Pose pose) {
        Mat matrix = new Mat(3, 3, opencv_core.CV_64FC1);
        matrix.<DoubleBuffer>createBuffer().put(pose.rows());
        return matrix;
    }
}
