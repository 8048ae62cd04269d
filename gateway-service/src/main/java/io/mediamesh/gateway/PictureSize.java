package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import java.util.Optional;

/**
 * How large the picture in a JPEG file is, as its frame header says (ITU-T T.81, annex B).
 *
 * @param widthPx width
 * @param heightPx height
 */
record PictureSize(int widthPx, int heightPx) {
    private static final int START_OF_IMAGE = 0xffd8;
    private static final int START_OF_SCAN = 0xda;

    /** Reads the markers; empty where this is no JPEG. */
    static Optional<PictureSize> ofJpeg(Bytes file) {
        if (file.length() < 4 || unsignedShort(file, 0) != START_OF_IMAGE) {
            return Optional.empty();
        }
        int position = 2;
        while (position + 9 <= file.length() && file.unsignedAt(position) == 0xff) {
            int marker = file.unsignedAt(position + 1);
            if (marker == 0xff) {
                position++;
                continue;
            }
            if (marker == START_OF_SCAN) {
                return Optional.empty();
            }
            if (isFrameHeader(marker)) {
                int heightPx = unsignedShort(file, position + 5);
                int widthPx = unsignedShort(file, position + 7);
                return widthPx == 0 || heightPx == 0
                        ? Optional.empty()
                        : Optional.of(new PictureSize(widthPx, heightPx));
            }
            position += 2 + unsignedShort(file, position + 2);
        }
        return Optional.empty();
    }

    private static boolean isFrameHeader(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static int unsignedShort(Bytes file, int position) {
        return file.unsignedAt(position) << 8 | file.unsignedAt(position + 1);
    }
}
