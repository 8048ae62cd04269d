package io.mediamesh.vision.onnx;

import ai.onnxruntime.OnnxJavaType;
import io.mediamesh.media.OnnxPort;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a model takes a picture.
 *
 * @param port the input
 * @param widthPx of the input
 * @param heightPx of the input
 * @param planar whether the colours come one after the other (NCHW), not pixel by pixel (NHWC)
 * @param scale what becomes of 0 to 255
 * @param padding what lies beside the picture, 0 to 255
 */
record InputForm(
        OnnxPort port,
        int widthPx,
        int heightPx,
        boolean planar,
        Colours colours,
        Family.Scale scale,
        Fit fit,
        int padding) {
    /** A middle grey, as the YOLO family has it. */
    static final int USUAL_PADDING = 114;

    /** The order of the colours. */
    enum Colours {
        RGB,
        BGR
    }

    /** How a picture with other proportions is put into the input. */
    enum Fit {
        /** Scaled by one factor and put into the middle. */
        LETTERBOX,
        /** Scaled by one factor and put into the upper left corner. */
        CORNER,
        /** Each side scaled by a factor of its own. */
        STRETCH
    }

    /**
     * Where a picture lies in the input.
     *
     * @param left pixels of the input beside it
     * @param top pixels of the input above it
     * @param widthPx pixels of the input that it covers
     * @param heightPx likewise
     * @param scaleX pixels of the input for one of the picture, from left to right
     * @param scaleY likewise from top to bottom
     */
    record Placement(int left, int top, int widthPx, int heightPx, double scaleX, double scaleY) {}

    Placement place(int pictureWidthPx, int pictureHeightPx) {
        double scaleX = (double) widthPx / pictureWidthPx;
        double scaleY = (double) heightPx / pictureHeightPx;
        if (fit == Fit.STRETCH) {
            return new Placement(0, 0, widthPx, heightPx, scaleX, scaleY);
        }
        double scale = Math.min(scaleX, scaleY);
        int width = Math.clamp(Math.round(pictureWidthPx * scale), 1, widthPx);
        int height = Math.clamp(Math.round(pictureHeightPx * scale), 1, heightPx);
        int left = fit == Fit.LETTERBOX ? (widthPx - width) / 2 : 0;
        int top = fit == Fit.LETTERBOX ? (heightPx - height) / 2 : 0;
        return new Placement(left, top, width, height, scale, scale);
    }

    long[] shape() {
        long[] picture = planar ? new long[] {1, 3, heightPx, widthPx} : new long[] {1, heightPx, widthPx, 3};
        return port.rank() == 4 ? picture : new long[] {picture[1], picture[2], picture[3]};
    }

    boolean whole() {
        return port.type() == OnnxJavaType.UINT8;
    }

    @Override
    public String toString() {
        boolean asTheyAre = whole() || scale.equals(Family.Scale.BYTES);
        String values =
                asTheyAre ? "0 to 255" : "(0 to 255 − " + brief(scale.mean()) + ") / " + brief(scale.deviation());
        return port + ", taken as " + widthPx + "×" + heightPx + " " + (planar ? "NCHW" : "NHWC") + " " + colours + ", "
                + values + ", " + fit.name().toLowerCase(Locale.ROOT)
                + (fit == Fit.STRETCH ? "" : " on " + padding);
    }

    private static String brief(List<Double> numbers) {
        return Set.copyOf(numbers).size() == 1 ? String.valueOf(numbers.getFirst()) : String.valueOf(numbers);
    }
}
