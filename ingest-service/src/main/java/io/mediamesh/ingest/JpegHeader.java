package io.mediamesh.ingest;

import java.util.Optional;

/**
 * What the markers of a JPEG say (ITU-T T.81, annex B), as far as is needed to pass the picture on as it came.
 *
 * @param widthPx width
 * @param heightPx height
 * @param selfContained whether the Huffman tables are in it; AVI and some webcams leave them out
 */
record JpegHeader(int widthPx, int heightPx, boolean selfContained) {
    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int ARITHMETIC_TABLES = 0xCC;
    private static final int RESERVED = 0xC8;
    private static final int TRAILER_BYTES = 1024;

    /** Reads the header; empty where this is no whole JPEG. */
    static Optional<JpegHeader> read(byte[] jpeg) {
        if (jpeg.length < 4 || at(jpeg, 0) != 0xFF || at(jpeg, 1) != START_OF_IMAGE || !endsProperly(jpeg)) {
            return Optional.empty();
        }
        int width = 0;
        int height = 0;
        boolean tables = false;
        int position = 2;
        while (position + 4 <= jpeg.length && at(jpeg, position) == 0xFF) {
            int marker = at(jpeg, position + 1);
            if (marker == 0xFF) {
                position++;
                continue;
            }
            int length = at(jpeg, position + 2) << 8 | at(jpeg, position + 3);
            if (marker == START_OF_SCAN) {
                return width > 0 && height > 0 ? Optional.of(new JpegHeader(width, height, tables)) : Optional.empty();
            }
            if (length < 2 || position + 2 + length > jpeg.length) {
                return Optional.empty();
            }
            tables |= marker == HUFFMAN_TABLES;
            if (isFrameHeader(marker) && length >= 8) {
                height = at(jpeg, position + 5) << 8 | at(jpeg, position + 6);
                width = at(jpeg, position + 7) << 8 | at(jpeg, position + 8);
            }
            position += 2 + length;
        }
        return Optional.empty();
    }

    private static boolean isFrameHeader(int marker) {
        return marker >= 0xC0
                && marker <= 0xCF
                && marker != HUFFMAN_TABLES
                && marker != RESERVED
                && marker != ARITHMETIC_TABLES;
    }

    /** A picture that was cut off lacks the end marker; some cameras pad after it. */
    private static boolean endsProperly(byte[] jpeg) {
        int stop = Math.max(2, jpeg.length - TRAILER_BYTES);
        for (int position = jpeg.length - 2; position >= stop; position--) {
            if (at(jpeg, position) == 0xFF && at(jpeg, position + 1) == END_OF_IMAGE) {
                return true;
            }
        }
        return false;
    }

    private static int at(byte[] jpeg, int index) {
        return jpeg[index] & 0xff;
    }
}
