package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;

/** Pixels to draw on: an I420 picture of full range. Belongs to one thread. */
final class Canvas {
    /**
     * A colour with its opacity.
     *
     * @param luma 0 to 255
     * @param blue chroma, 128 is grey
     * @param red chroma, 128 is grey
     * @param opacity 0 to 255
     */
    record Ink(int luma, int blue, int red, int opacity) {
        /** From red, green and blue, 0 to 255 (JFIF 1.02: BT.601 at full range). */
        static Ink ofRgb(int rgb) {
            int r = rgb >> 16 & 0xff;
            int g = rgb >> 8 & 0xff;
            int b = rgb & 0xff;
            return new Ink(
                    (int) Math.round(0.299 * r + 0.587 * g + 0.114 * b),
                    (int) Math.round(Math.clamp(128 - 0.168736 * r - 0.331264 * g + 0.5 * b, 0, 255)),
                    (int) Math.round(Math.clamp(128 + 0.5 * r - 0.418688 * g - 0.081312 * b, 0, 255)),
                    255);
        }

        Ink withOpacity(double part) {
            return new Ink(luma, blue, red, (int) Math.round(255 * part));
        }
    }

    private final int widthPx;
    private final int heightPx;
    private final int chromaWidthPx;
    private final int blueAt;
    private final int redAt;
    private byte[] planes;

    /** {@code widthPx} and {@code heightPx} are even. */
    Canvas(int widthPx, int heightPx) {
        this.widthPx = widthPx;
        this.heightPx = heightPx;
        this.chromaWidthPx = widthPx / 2;
        this.blueAt = widthPx * heightPx;
        this.redAt = blueAt + blueAt / 4;
        this.planes = new byte[I420.sizeBytes(widthPx, heightPx)];
    }

    /** A copy to draw on. */
    Canvas copy() {
        Canvas copy = new Canvas(widthPx, heightPx);
        System.arraycopy(planes, 0, copy.planes, 0, planes.length);
        return copy;
    }

    /** Hands the pixels over; the canvas must not be used afterwards. */
    I420 finish() {
        I420 picture = new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes));
        planes = new byte[0];
        return picture;
    }

    void pixel(int x, int y, Ink ink) {
        planes[y * widthPx + x] = (byte) ink.luma();
        if ((x & 1) == 0 && (y & 1) == 0) {
            int chroma = y / 2 * chromaWidthPx + x / 2;
            planes[blueAt + chroma] = (byte) ink.blue();
            planes[redAt + chroma] = (byte) ink.red();
        }
    }

    void fill(int left, int top, int width, int height, Ink ink) {
        for (int y = Math.max(0, top); y < Math.min(heightPx, top + height); y++) {
            for (int x = Math.max(0, left); x < Math.min(widthPx, left + width); x++) {
                pixel(x, y, ink);
            }
        }
    }

    /** Draws a shape in this ink; parts outside are cut off. */
    void tint(Shape shape, int left, int top, Ink ink) {
        int fromX = Math.max(0, -left);
        int toX = Math.min(shape.widthPx(), widthPx - left);
        int fromY = Math.max(0, -top);
        int toY = Math.min(shape.heightPx(), heightPx - top);
        byte[] cover = shape.cover();
        byte[] shade = shape.shade();
        for (int y = fromY; y < toY; y++) {
            int row = y * shape.widthPx();
            int target = (top + y) * widthPx + left;
            boolean chromaRow = (top + y & 1) == 0;
            for (int x = fromX; x < toX; x++) {
                int alpha = (cover[row + x] & 0xff) * ink.opacity();
                if (alpha == 0) {
                    continue;
                }
                int light = shade[row + x] & 0xff;
                planes[target + x] = mix(planes[target + x], ink.luma() * light / 255, alpha);
                if (chromaRow && (left + x & 1) == 0) {
                    int chroma = (top + y) / 2 * chromaWidthPx + (left + x) / 2;
                    planes[blueAt + chroma] = mix(planes[blueAt + chroma], ink.blue(), alpha);
                    planes[redAt + chroma] = mix(planes[redAt + chroma], ink.red(), alpha);
                }
            }
        }
    }

    private static byte mix(byte under, int over, int alpha) {
        int below = under & 0xff;
        return (byte) (below + (over - below) * alpha / 65_025);
    }
}
