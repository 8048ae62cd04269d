package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import java.lang.foreign.MemorySegment;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The brightness of a picture at full range, scaled down so that detectors take the same time for every source. Lives
 * as long as the {@code PointerScope} in which it was made.
 *
 * @param pixels one byte a pixel
 * @param scaleX pixels of the picture for one of these, from left to right
 * @param scaleY likewise from top to bottom
 */
record Luma(Mat pixels, double scaleX, double scaleY) {
    /** Scales down until neither side is longer than the limit; never up. */
    static Luma of(I420 picture, int maxSidePx) {
        int widthPx = picture.widthPx();
        int heightPx = picture.heightPx();
        Mat luma = new Mat(heightPx, widthPx, opencv_core.CV_8UC1);
        long bytes = (long) widthPx * heightPx;
        MemorySegment target =
                MemorySegment.ofBuffer(luma.data().capacity(bytes).asByteBuffer());
        MemorySegment.copy(picture.planes().segment(), 0, target, 0, bytes);

        double scale = Math.min(1.0, (double) maxSidePx / Math.max(widthPx, heightPx));
        Mat small = luma;
        if (scale < 1) {
            small = new Mat();
            Size size = new Size(
                    Math.max(1, (int) Math.round(widthPx * scale)), Math.max(1, (int) Math.round(heightPx * scale)));
            opencv_imgproc.resize(luma, small, size, 0, 0, opencv_imgproc.INTER_AREA);
        }
        double scaleX = (double) widthPx / small.cols();
        double scaleY = (double) heightPx / small.rows();
        return new Luma(fullRange(small, picture.range()), scaleX, scaleY);
    }

    private static Mat fullRange(Mat luma, I420.Range range) {
        return switch (range) {
            case FULL -> luma;
            case LIMITED -> {
                Mat expanded = new Mat();
                luma.convertTo(expanded, opencv_core.CV_8UC1, 255.0 / 219, -16 * 255.0 / 219);
                yield expanded;
            }
        };
    }

    /** A detection in pixels of the picture, from a box in pixels of this. */
    Detection detection(String label, double confidence, double x, double y, double width, double height) {
        return new Detection(label, confidence, x * scaleX, y * scaleY, (x + width) * scaleX, (y + height) * scaleY);
    }
}
