package io.mediamesh.contracts;

/**
 * A picture in planar YUV 4:2:0, BT.601, tightly packed: the Y plane (width × height bytes), then U, then V, each
 * ceil(width/2) × ceil(height/2).
 *
 * @param widthPx 1 to 16384
 * @param heightPx 1 to 16384
 * @param range which values stand for black and white
 * @param planes the three planes, one after the other
 */
public record I420(int widthPx, int heightPx, Range range, Bytes planes) {
    /** Largest width or height of any picture in the mesh, in pixels. */
    public static final int MAX_SIDE_PX = 16_384;

    /** The values that luma takes (ITU-R BT.601-7, section 2.5.3, and JFIF 1.02). */
    public enum Range {
        /** 0 to 255, as in JPEG. */
        FULL,
        /** 16 to 235, as cameras and WebRTC give it. */
        LIMITED;

        /** Mean luma at full range, 0 to 255; limited range is expanded by (Y − 16) · 255 / 219 and clamped. */
        public double meanLuma(long lumaSum, long pixels) {
            double mean = lumaSum / (double) pixels;
            return switch (this) {
                case FULL -> mean;
                case LIMITED -> Math.clamp((mean - 16) * 255 / 219, 0, 255);
            };
        }
    }

    /** Checks the size. */
    public I420 {
        if (widthPx < 1 || heightPx < 1 || widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) {
            throw MeshException.invalid("size", "a picture of " + widthPx + "×" + heightPx + " is out of bounds");
        }
        if (planes.length() != sizeBytes(widthPx, heightPx)) {
            throw MeshException.invalid(
                    "planes",
                    "a " + widthPx + "×" + heightPx + " I420 picture has " + sizeBytes(widthPx, heightPx)
                            + " bytes, not " + planes.length());
        }
    }

    /** The number of bytes of a picture of this size. */
    public static int sizeBytes(int widthPx, int heightPx) {
        return widthPx * heightPx + 2 * ((widthPx + 1) / 2) * ((heightPx + 1) / 2);
    }

    /** Width of the U and the V plane. */
    public int chromaWidthPx() {
        return (widthPx + 1) / 2;
    }

    /** Height of the U and the V plane. */
    public int chromaHeightPx() {
        return (heightPx + 1) / 2;
    }

    /**
     * A copy of a part of the picture, which begins and ends at even pixels so that the colours stay where they are.
     *
     * @param left edge in pixels, as are the others; what lies outside of the picture is left out
     * @param right exclusive
     * @param bottom exclusive
     * @throws MeshException {@link FailureCode#INVALID} where nothing is left
     */
    public I420 cropped(double left, double top, double right, double bottom) {
        int fromX = (int) Math.clamp(Math.floor(left), 0, widthPx) & ~1;
        int fromY = (int) Math.clamp(Math.floor(top), 0, heightPx) & ~1;
        int width = Math.min(widthPx, ((int) Math.clamp(Math.ceil(right), 0, widthPx) + 1) & ~1) - fromX;
        int height = Math.min(heightPx, ((int) Math.clamp(Math.ceil(bottom), 0, heightPx) + 1) & ~1) - fromY;
        if (width < 1 || height < 1) {
            throw MeshException.invalid("box", "a box that encloses nothing of the picture");
        }
        byte[] cut = new byte[sizeBytes(width, height)];
        int chromaWidth = (width + 1) / 2;
        int chromaHeight = (height + 1) / 2;
        int u = widthPx * heightPx;
        int v = u + chromaWidthPx() * chromaHeightPx();
        int chromaStart = fromY / 2 * chromaWidthPx() + fromX / 2;
        copyPlane(fromY * widthPx + fromX, widthPx, cut, 0, width, height);
        copyPlane(u + chromaStart, chromaWidthPx(), cut, width * height, chromaWidth, chromaHeight);
        copyPlane(
                v + chromaStart,
                chromaWidthPx(),
                cut,
                width * height + chromaWidth * chromaHeight,
                chromaWidth,
                chromaHeight);
        return new I420(width, height, range, Bytes.takeOver(cut));
    }

    private void copyPlane(int from, int stride, byte[] target, int to, int width, int height) {
        for (int row = 0; row < height; row++) {
            planes.copyTo(from + row * stride, target, to + row * width, width);
        }
    }

    /** Mean luma at full range, 0 to 255. */
    public double meanLuma() {
        int pixels = widthPx * heightPx;
        return range.meanLuma(planes.unsignedSum(0, pixels), pixels);
    }
}
