package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;

/**
 * What a JPEG file says about itself, read by walking its markers (ITU-T T.81, annex B) without decoding anything, so
 * that a picture can be refused before it takes memory.
 *
 * @param widthPx 1 to 16384
 * @param heightPx 1 to 16384
 */
record JpegHeader(int widthPx, int heightPx) {
    /** 8K UHD; a decoded picture of this size takes 100 MB for a moment. */
    static final int MAX_PIXELS = 7680 * 4320;

    /** Encoders write about ten; a hostile file repeats scans because each one goes over the whole picture again. */
    private static final int MAX_SCANS = 64;

    /** Each 8×8 block needs at least one bit for its DC coefficient, and eight blocks fit into a byte. */
    private static final long MAX_PIXELS_PER_BYTE = 8 * 64;

    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int BASELINE = 0xC0;
    private static final int PROGRESSIVE = 0xC2;

    /**
     * Reads the header and checks that the file is whole.
     *
     * @throws MeshException {@link FailureCode#INVALID} when it is no JPEG, is cut off or is of a kind that browsers do
     *     not show either; {@link FailureCode#TOO_LARGE} when the picture is beyond the limits
     */
    static JpegHeader of(Bytes file) {
        return new Walk(file).toTheEnd();
    }

    private static MeshException invalid(String what) {
        return MeshException.invalid("jpeg", "this is no JPEG picture that can be shown: " + what);
    }

    private static final class Walk {
        private final Bytes file;
        private int position;
        private int widthPx;
        private int heightPx;
        private int scans;

        Walk(Bytes file) {
            this.file = file;
        }

        JpegHeader toTheEnd() {
            if (file.length() < 4 || next() != 0xFF || next() != START_OF_IMAGE) {
                throw invalid("it does not begin with FF D8");
            }
            int marker = nextMarker();
            while (marker != END_OF_IMAGE) {
                segment(marker);
                marker = nextMarker();
            }
            if (scans == 0 || widthPx == 0) {
                throw invalid("it holds no picture");
            }
            return new JpegHeader(widthPx, heightPx);
        }

        private void segment(int marker) {
            if (marker == 0x01 || isRestart(marker)) {
                return;
            }
            int start = position;
            int length = next() << 8 | next();
            if (length < 2 || start + length > file.length()) {
                throw invalid("it is cut off");
            }
            if (isStartOfFrame(marker)) {
                frame(marker);
            }
            position = start + length;
            if (marker == START_OF_SCAN) {
                scan();
            }
        }

        private void frame(int marker) {
            if (marker > PROGRESSIVE) {
                throw invalid("only baseline and progressive pictures are read");
            }
            if (widthPx != 0) {
                throw invalid("it holds more than one frame");
            }
            int bitsPerSample = next();
            heightPx = next() << 8 | next();
            widthPx = next() << 8 | next();
            if (bitsPerSample != 8) {
                throw invalid("it has " + bitsPerSample + " bits a sample instead of 8");
            }
            if (widthPx == 0 || heightPx == 0) {
                throw invalid("it has no size");
            }
            long pixels = (long) widthPx * heightPx;
            if (widthPx > I420.MAX_SIDE_PX || heightPx > I420.MAX_SIDE_PX || pixels > MAX_PIXELS) {
                throw new MeshException(
                        FailureCode.TOO_LARGE,
                        "the JPEG announces " + widthPx + "×" + heightPx + " pixels; the limits are " + I420.MAX_SIDE_PX
                                + " a side and " + MAX_PIXELS + " in all",
                        "jpeg");
            }
            if (pixels > file.length() * MAX_PIXELS_PER_BYTE) {
                throw invalid("its " + file.length() + " bytes cannot hold the " + widthPx + "×" + heightPx
                        + " pixels that it announces");
            }
        }

        private void scan() {
            scans++;
            if (widthPx == 0) {
                throw invalid("its data comes before its size");
            }
            if (scans > MAX_SCANS) {
                throw invalid("it has more than " + MAX_SCANS + " scans");
            }
            // In entropy-coded data FF is followed by a stuffed zero or a restart marker.
            while (position + 1 < file.length()) {
                if (file.unsignedAt(position) == 0xFF) {
                    int following = file.unsignedAt(position + 1);
                    if (following != 0 && !isRestart(following)) {
                        return;
                    }
                }
                position++;
            }
            throw invalid("it is cut off");
        }

        private int nextMarker() {
            if (next() != 0xFF) {
                throw invalid("a marker is missing at byte " + (position - 1));
            }
            int marker = next();
            while (marker == 0xFF) {
                marker = next();
            }
            return marker;
        }

        private int next() {
            if (position >= file.length()) {
                throw invalid("it is cut off");
            }
            return file.unsignedAt(position++);
        }

        private static boolean isRestart(int marker) {
            return marker >= 0xD0 && marker <= 0xD7;
        }

        private static boolean isStartOfFrame(int marker) {
            boolean tables = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
            return marker >= BASELINE && marker <= 0xCF && !tables;
        }
    }
}
