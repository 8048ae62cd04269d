package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.opencv.FrameMask;
import io.mediamesh.tracking.opencv.Patch;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * A mask as a model gives it: above 0 is the object.
 *
 * @param values row by row
 * @param widthPx of the picture's input that it covers, from the upper left corner on
 * @param heightPx of the picture's input that it covers
 * @param score what the model thinks of it, 0 to 1
 */
record Logits(FloatBuffer values, int columns, int rows, int widthPx, int heightPx, double score) {
    private static final double MARGIN = 0.25;

    /** The object's pixels in a picture, as far as they are in or near the box; empty when there are none. */
    Optional<FrameMask> near(Box box, Fit fit) {
        double marginX = MARGIN * (box.x2() - box.x1());
        double marginY = MARGIN * (box.y2() - box.y1());
        int left = (int) Math.clamp(Math.floor(box.x1() - marginX), 0, fit.pictureWidthPx());
        int top = (int) Math.clamp(Math.floor(box.y1() - marginY), 0, fit.pictureHeightPx());
        int right = (int) Math.clamp(Math.ceil(box.x2() + marginX), 0, fit.pictureWidthPx());
        int bottom = (int) Math.clamp(Math.ceil(box.y2() + marginY), 0, fit.pictureHeightPx());
        if (right <= left || bottom <= top) {
            return Optional.empty();
        }
        double scaleX = (double) fit.contentWidthPx() / fit.pictureWidthPx() * columns / widthPx;
        double scaleY = (double) fit.contentHeightPx() / fit.pictureHeightPx() * rows / heightPx;
        byte[] pixels = new byte[(right - left) * (bottom - top)];
        boolean any = false;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if (at((x + 0.5) * scaleX - 0.5, (y + 0.5) * scaleY - 0.5) > 0) {
                    pixels[(y - top) * (right - left) + x - left] = (byte) 255;
                    any = true;
                }
            }
        }
        return any
                ? Optional.of(new FrameMask(left, top, new Patch(right - left, bottom - top, pixels)))
                : Optional.empty();
    }

    private double at(double column, double row) {
        double x = Math.clamp(column, 0, columns - 1);
        double y = Math.clamp(row, 0, rows - 1);
        int x0 = (int) x;
        int y0 = (int) y;
        int x1 = Math.min(x0 + 1, columns - 1);
        int y1 = Math.min(y0 + 1, rows - 1);
        double upper = mixed(value(x0, y0), value(x1, y0), x - x0);
        double lower = mixed(value(x0, y1), value(x1, y1), x - x0);
        return mixed(upper, lower, y - y0);
    }

    private double value(int column, int row) {
        return values.get(row * columns + column);
    }

    private static double mixed(double one, double other, double share) {
        return one + (other - one) * share;
    }
}
