package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.I420;
import io.mediamesh.tracking.ClippedBox;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Which pixels of a box are the object: GrabCut (Rother, Kolmogorov and Blake, SIGGRAPH 2004) over the colours in the box
 * and around it, at a bounded resolution. Where that gives nothing sensible, the whole box is the object.
 */
final class FirstMask {
    private static final int LONGEST_SIDE_PX = 160;
    private static final double MARGIN = 0.3;
    private static final int ITERATIONS = 4;
    private static final double LEAST_SHARE = 0.2;

    private FirstMask() {}

    /**
     * The object's pixels in the patch.
     *
     * @param pose where the patch is in the picture
     */
    static Patch of(I420 picture, ClippedBox box, Pose pose, int width, int height) {
        int marginX = (int) Math.ceil(box.width() * MARGIN);
        int marginY = (int) Math.ceil(box.height() * MARGIN);
        int left = Math.max(0, box.x() - marginX) & ~1;
        int top = Math.max(0, box.y() - marginY) & ~1;
        int right = Math.min(picture.widthPx(), box.x() + box.width() + marginX);
        int bottom = Math.min(picture.heightPx(), box.y() + box.height() + marginY);
        double scale = Math.min(1, (double) LONGEST_SIDE_PX / Math.max(right - left, bottom - top));
        Size size = new Size(Math.max(8, (int) Math.round((right - left) * scale)), Math.max(8, (int)
                Math.round((bottom - top) * scale)));
        double scaleX = (double) size.width() / (right - left);
        double scaleY = (double) size.height() / (bottom - top);
        Mat colours = colours(picture, new Rect(left, top, right - left, bottom - top), size);
        Rect inner = within(
                (int) Math.round((box.x() - left) * scaleX),
                (int) Math.round((box.y() - top) * scaleY),
                (int) Math.round(box.width() * scaleX),
                (int) Math.round(box.height() * scaleY),
                size);
        Mat object = cut(colours, inner);
        Pose toRegion = Pose.resizing(scaleX, scaleY).after(pose.shifted(-left, -top));
        Mat patch = new Mat();
        opencv_imgproc.warpPerspective(
                object,
                patch,
                FrameLuma.matrix(toRegion),
                new Size(width, height),
                opencv_imgproc.INTER_LINEAR | opencv_imgproc.WARP_INVERSE_MAP,
                opencv_core.BORDER_CONSTANT,
                new Scalar());
        opencv_imgproc.threshold(patch, patch, 127, 255, opencv_imgproc.THRESH_BINARY);
        return Patch.of(patch);
    }

    private static Rect within(int x, int y, int width, int height, Size size) {
        int left = Math.clamp(x, 0, size.width() - 2);
        int top = Math.clamp(y, 0, size.height() - 2);
        return new Rect(
                left, top, Math.clamp(width, 2, size.width() - left), Math.clamp(height, 2, size.height() - top));
    }

    /** The region with three bytes a pixel; GrabCut only compares colours, so they may stay Y, U and V. */
    private static Mat colours(I420 picture, Rect region, Size size) {
        int luma = picture.widthPx() * picture.heightPx();
        int chroma = picture.chromaWidthPx() * picture.chromaHeightPx();
        Rect half = new Rect(
                region.x() / 2, region.y() / 2, Math.ceilDiv(region.width(), 2), Math.ceilDiv(region.height(), 2));
        MatVector planes = new MatVector(
                scaled(plane(picture, 0, picture.widthPx(), region), size),
                scaled(plane(picture, luma, picture.chromaWidthPx(), half), size),
                scaled(plane(picture, luma + chroma, picture.chromaWidthPx(), half), size));
        Mat merged = new Mat();
        opencv_core.merge(planes, merged);
        return merged;
    }

    private static Mat plane(I420 picture, int start, int stride, Rect region) {
        byte[] pixels = new byte[region.width() * region.height()];
        for (int row = 0; row < region.height(); row++) {
            picture.planes()
                    .copyTo(
                            start + (region.y() + row) * stride + region.x(),
                            pixels,
                            row * region.width(),
                            region.width());
        }
        return new Patch(region.width(), region.height(), pixels).mat();
    }

    private static Mat scaled(Mat plane, Size size) {
        Mat scaled = new Mat();
        int how = size.width() < plane.cols() ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR;
        opencv_imgproc.resize(plane, scaled, size, 0, 0, how);
        return scaled;
    }

    private static Mat cut(Mat colours, Rect box) {
        Mat whole = new Mat(colours.rows(), colours.cols(), opencv_core.CV_8UC1, new Scalar(0));
        opencv_imgproc.rectangle(whole, box, new Scalar(255), opencv_imgproc.FILLED, opencv_imgproc.LINE_8, 0);
        if (box.width() >= colours.cols() - 1 && box.height() >= colours.rows() - 1) {
            // There is nothing around it that would tell what is not the object.
            return whole;
        }
        Mat labels = new Mat();
        // Its samples are drawn with a generator of the thread: the same picture shall give the same mask.
        opencv_core.setRNGSeed(1);
        opencv_imgproc.grabCut(
                colours, labels, box, new Mat(), new Mat(), ITERATIONS, opencv_imgproc.GC_INIT_WITH_RECT);
        Mat lowBit = new Mat(labels.rows(), labels.cols(), opencv_core.CV_8UC1, new Scalar(1));
        opencv_core.bitwise_and(labels, lowBit, labels);
        Mat object = new Mat();
        opencv_core.multiply(labels, lowBit, object, 255, -1);
        Mat speck = opencv_imgproc.getStructuringElement(opencv_imgproc.MORPH_ELLIPSE, new Size(3, 3));
        Mat gap = opencv_imgproc.getStructuringElement(opencv_imgproc.MORPH_ELLIPSE, new Size(5, 5));
        opencv_imgproc.morphologyEx(object, object, opencv_imgproc.MORPH_OPEN, speck);
        opencv_imgproc.morphologyEx(object, object, opencv_imgproc.MORPH_CLOSE, gap);
        Mat largest = largest(object);
        return opencv_core.countNonZero(largest) < LEAST_SHARE * box.width() * box.height() ? whole : largest;
    }

    /** The largest piece, without its holes. */
    private static Mat largest(Mat object) {
        MatVector outlines = new MatVector();
        opencv_imgproc.findContours(
                object.clone(), outlines, opencv_imgproc.RETR_EXTERNAL, opencv_imgproc.CHAIN_APPROX_NONE);
        int best = -1;
        double bestArea = 0;
        for (int index = 0; index < outlines.size(); index++) {
            double area = opencv_imgproc.contourArea(outlines.get(index));
            if (area > bestArea) {
                best = index;
                bestArea = area;
            }
        }
        Mat filled = new Mat(object.rows(), object.cols(), opencv_core.CV_8UC1, new Scalar(0));
        if (best >= 0) {
            opencv_imgproc.drawContours(
                    filled,
                    outlines,
                    best,
                    new Scalar(255),
                    opencv_imgproc.FILLED,
                    opencv_imgproc.LINE_8,
                    new Mat(),
                    0,
                    new Point());
        }
        return filled;
    }
}
