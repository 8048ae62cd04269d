package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;

/**
 * What a PNG file says about itself, read by walking its chunks (W3C, "Portable Network Graphics", section 5) without
 * decoding anything, so that a picture can be refused before it takes memory.
 *
 * @param widthPx 1 to 16384
 * @param heightPx 1 to 16384
 */
record PngHeader(int widthPx, int heightPx) {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int SIGNATURE_BYTES = 8;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int IHDR_BYTES = 13;
    /** Length, type and check sum of a chunk. */
    private static final int AROUND_CHUNK_BYTES = 12;

    static boolean isPng(Bytes file) {
        return file.length() >= SIGNATURE_BYTES
                && (Integer.toUnsignedLong(word(file, 0)) << 32 | Integer.toUnsignedLong(word(file, 4))) == SIGNATURE;
    }

    /**
     * Reads the header and checks that the file is whole.
     *
     * @throws MeshException {@link FailureCode#INVALID} when it is no PNG or is cut off; {@link FailureCode#TOO_LARGE}
     *     when the picture is beyond the limits
     */
    static PngHeader of(Bytes file) {
        int start = SIGNATURE_BYTES;
        if (!isPng(file) || file.length() < start + AROUND_CHUNK_BYTES + IHDR_BYTES || word(file, start + 4) != IHDR) {
            throw invalid("it does not begin as one");
        }
        PngHeader header = checked(word(file, start + 8), word(file, start + 12));
        boolean data = false;
        while (true) {
            if (start + AROUND_CHUNK_BYTES > file.length()) {
                throw invalid("it is cut off");
            }
            long end = start + AROUND_CHUNK_BYTES + Integer.toUnsignedLong(word(file, start));
            int type = word(file, start + 4);
            if (end > file.length()) {
                throw invalid("it is cut off");
            }
            data |= type == IDAT;
            if (type == IEND) {
                break;
            }
            start = Math.toIntExact(end);
        }
        if (!data) {
            throw invalid("it holds no picture");
        }
        return header;
    }

    private static PngHeader checked(int widthPx, int heightPx) {
        long width = Integer.toUnsignedLong(widthPx);
        long height = Integer.toUnsignedLong(heightPx);
        if (width == 0 || height == 0) {
            throw invalid("it has no size");
        }
        if (width > I420.MAX_SIDE_PX || height > I420.MAX_SIDE_PX || width * height > JpegHeader.MAX_PIXELS) {
            throw new MeshException(
                    FailureCode.TOO_LARGE,
                    "the PNG announces " + width + "×" + height + " pixels; the limits are " + I420.MAX_SIDE_PX
                            + " a side and " + JpegHeader.MAX_PIXELS + " in all",
                    "png");
        }
        return new PngHeader(widthPx, heightPx);
    }

    private static int word(Bytes file, int at) {
        return file.unsignedAt(at) << 24
                | file.unsignedAt(at + 1) << 16
                | file.unsignedAt(at + 2) << 8
                | file.unsignedAt(at + 3);
    }

    private static MeshException invalid(String what) {
        return MeshException.invalid("png", "this is no PNG picture that can be shown: " + what);
    }
}
