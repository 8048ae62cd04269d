package io.mediamesh.media;

import io.mediamesh.contracts.I420;

/**
 * A colour as it stands in the planes of a picture.
 *
 * @param y luma sample
 * @param u blue-difference sample
 * @param v red-difference sample
 */
record PlaneColour(byte y, byte u, byte v) {
    /** Bright and far apart, so that black text is legible on each of them. */
    private static final int[] BRIGHT = {
        0x00E5FF, 0xFFD600, 0x76FF03, 0xFF9100, 0xFF80AB, 0xB388FF, 0x82B1FF, 0x1DE9B6, 0xFF6E60, 0xF4FF81, 0xFF7BFF,
        0xCFD8DC
    };

    /** The colour of a label: the same one for the same label in every process. */
    static PlaneColour ofLabel(String label, I420.Range range) {
        int mixed = label.hashCode() * 0x9E3779B9;
        return ofRgb(BRIGHT[Integer.remainderUnsigned(mixed >>> 8, BRIGHT.length)], range);
    }

    /** By the equations of JFIF 1.02, brought to limited range by those of ITU-R BT.601-7, section 2.5.3. */
    static PlaneColour ofRgb(int rgb, I420.Range range) {
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        double y = 0.299 * red + 0.587 * green + 0.114 * blue;
        double u = -0.168736 * red - 0.331264 * green + 0.5 * blue;
        double v = 0.5 * red - 0.418688 * green - 0.081312 * blue;
        return switch (range) {
            case FULL -> new PlaneColour(sample(y), sample(128 + u), sample(128 + v));
            case LIMITED ->
                new PlaneColour(sample(16 + y * 219 / 255), sample(128 + u * 224 / 255), sample(128 + v * 224 / 255));
        };
    }

    private static byte sample(double value) {
        return (byte) Math.clamp(Math.round(value), 0, 255);
    }
}
