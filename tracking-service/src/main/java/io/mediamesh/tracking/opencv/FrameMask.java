package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.nio.IntBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The pixels of an object in a frame.
 *
 * @param left of the part of the frame that the mask covers
 * @param top of it
 * @param mask as large as that part
 */
public record FrameMask(int left, int top, Patch mask) {
    private static final int MOST_CORNERS = 64;

    /** What a mask becomes where its patch lies in the frame; empty when it lies outside. */
    static Optional<FrameMask> of(Patch mask, Pose pose, int widthPx, int heightPx) {
        double[] bounds = bounds(mask, pose);
        int left = (int) Math.clamp(Math.floor(bounds[0]) - 1, 0, widthPx);
        int top = (int) Math.clamp(Math.floor(bounds[1]) - 1, 0, heightPx);
        int right = (int) Math.clamp(Math.ceil(bounds[2]) + 2, 0, widthPx);
        int bottom = (int) Math.clamp(Math.ceil(bounds[3]) + 2, 0, heightPx);
        if (right <= left || bottom <= top) {
            return Optional.empty();
        }
        Mat warped = new Mat();
        opencv_imgproc.warpPerspective(
                mask.mat(),
                warped,
                FrameLuma.matrix(pose.shifted(-left, -top)),
                new Size(right - left, bottom - top),
                opencv_imgproc.INTER_LINEAR,
                opencv_core.BORDER_CONSTANT,
                new Scalar());
        opencv_imgproc.threshold(warped, warped, 127, 255, opencv_imgproc.THRESH_BINARY);
        return Optional.of(new FrameMask(left, top, Patch.of(warped)));
    }

    /** Left, top, right and bottom of where the mask's box lies. */
    private static double[] bounds(Patch mask, Pose pose) {
        int[] box = box(mask);
        double[] bounds = {
            Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY
        };
        for (int corner = 0; corner < 4; corner++) {
            Pose.At at = pose.of(box[(corner & 1) * 2], box[(corner & 2) + 1]);
            bounds[0] = Math.min(bounds[0], at.x());
            bounds[1] = Math.min(bounds[1], at.y());
            bounds[2] = Math.max(bounds[2], at.x());
            bounds[3] = Math.max(bounds[3], at.y());
        }
        return bounds;
    }

    /** Left, top, right and bottom of the mask's pixels, the last two inclusive. */
    static int[] box(Patch mask) {
        int[] box = {mask.width(), mask.height(), -1, -1};
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                if (mask.isSet(y * mask.width() + x)) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x);
                    box[3] = Math.max(box[3], y);
                }
            }
        }
        return box;
    }

    /** Whether a pixel of the frame is one of them. */
    public boolean has(int x, int y) {
        int column = x - left;
        int row = y - top;
        return column >= 0
                && row >= 0
                && column < mask.width()
                && row < mask.height()
                && mask.isSet(row * mask.width() + column);
    }

    /** The box around its pixels, of which there must be some. */
    public Box box() {
        int[] box = box(mask);
        return new Box(left + box[0], top + box[1], left + box[2] + 1.0, top + box[3] + 1.0);
    }

    /** Pixels that both have. */
    public int overlap(FrameMask other) {
        int count = 0;
        int right = Math.min(left + mask.width(), other.left + other.mask.width());
        int bottom = Math.min(top + mask.height(), other.top + other.mask.height());
        for (int y = Math.max(top, other.top); y < bottom; y++) {
            for (int x = Math.max(left, other.left); x < right; x++) {
                if (has(x, y) && other.has(x, y)) {
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * The corners of a polygon around the largest connected part, within a pixel of its edge (Douglas and Peucker, 1973),
     * or within as many as it takes for it not to have too many corners.
     */
    private List<Track.Point> outline() {
        try (var _ = new PointerScope()) {
            MatVector contours = new MatVector();
            opencv_imgproc.findContours(
                    mask.mat(), contours, opencv_imgproc.RETR_EXTERNAL, opencv_imgproc.CHAIN_APPROX_NONE);
            Optional<Mat> largest = Stream.of(contours.get())
                    .max(Comparator.comparingDouble((Mat contour) -> opencv_imgproc.contourArea(contour)));
            if (largest.isEmpty()) {
                return List.of();
            }
            Mat polygon = new Mat();
            double tolerancePx = 1;
            do {
                opencv_imgproc.approxPolyDP(largest.get(), polygon, tolerancePx, true);
                tolerancePx *= 2;
            } while (polygon.rows() > MOST_CORNERS);
            IntBuffer corners = polygon.createBuffer();
            return IntStream.range(0, polygon.rows())
                    .mapToObj(corner ->
                            new Track.Point(left + corners.get(2 * corner), top + corners.get(2 * corner + 1)))
                    .toList();
        }
    }

    /** What clients are told; empty for a mask without pixels. */
    public Optional<Region> region(int maskIndex) {
        int[] box = box(mask);
        long area = 0;
        long sumX = 0;
        long sumY = 0;
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                if (mask.isSet(y * mask.width() + x)) {
                    area++;
                    sumX += x;
                    sumY += y;
                }
            }
        }
        if (area == 0) {
            return Optional.empty();
        }
        return Optional.of(new Region(
                maskIndex,
                left + box[0],
                top + box[1],
                left + box[2] + 1,
                top + box[3] + 1,
                (int) (left + Math.round((double) sumX / area)),
                (int) (top + Math.round((double) sumY / area)),
                (int) area,
                outline()));
    }
}
