package io.mediamesh.contracts;

/**
 * Which JPEG of a frame is wanted. Subscribers that ask for equal forms share one encoding.
 *
 * @param quality 1 to 100, the scale of libjpeg
 * @param maxWidthPx the picture is scaled down to fit, keeping its shape, never up
 * @param maxHeightPx likewise
 */
public record JpegForm(int quality, int maxWidthPx, int maxHeightPx) implements Form {
    /** Checks the bounds. */
    public JpegForm {
        if (quality < 1 || quality > 100) {
            throw MeshException.invalid("quality", "quality must be 1 to 100, not " + quality);
        }
        if (maxWidthPx < 16 || maxHeightPx < 16 || maxWidthPx > I420.MAX_SIDE_PX || maxHeightPx > I420.MAX_SIDE_PX) {
            throw MeshException.invalid("size", "the size limit must be 16 to " + I420.MAX_SIDE_PX + " pixels");
        }
    }

    /** At the size of the source. */
    public static JpegForm ofQuality(int quality) {
        return new JpegForm(quality, I420.MAX_SIDE_PX, I420.MAX_SIDE_PX);
    }
}
