package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * NAL units of H.264 and H.265 between their two forms: a byte stream with start codes (ITU-T H.264, Annex B), and each
 * unit after its length, as in MP4 files.
 */
final class NalUnits {
    private static final int LENGTH_BYTES = 4;
    private static final int START_CODE_BYTES = 3;
    private static final int H264_SEQUENCE_PARAMETERS = 7;
    private static final int H264_PICTURE_PARAMETERS = 8;

    private NalUnits() {}

    /** Where a unit lies. */
    record Range(int start, int end) {
        int length() {
            return end - start;
        }
    }

    /** The bytes of a picture as an MP4 file has them; the same object where they are so already. */
    static Bytes inMp4(TrackFormats.Pictures format, Bytes data) {
        return isByteStream(format.codec(), format.configuration()) ? withLengths(data.toArray()) : data;
    }

    /** Whether pictures come with start codes: then so does the configuration, or it is not there at all. */
    static boolean isByteStream(String codec, Bytes configuration) {
        boolean nal = codec.equals("h264") || codec.equals("hevc");
        return nal && (configuration.length() == 0 || configuration.unsignedAt(0) != 1);
    }

    private static Bytes withLengths(byte[] stream) {
        List<Range> units = units(stream);
        int size = 0;
        for (Range unit : units) {
            size += LENGTH_BYTES + unit.length();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (Range unit : units) {
            out.putInt(unit.length()).put(stream, unit.start(), unit.length());
        }
        return Bytes.takeOver(out.array());
    }

    /** The units of a byte stream. */
    static List<Range> units(byte[] stream) {
        List<Range> units = new ArrayList<>();
        int start = -1;
        int index = 0;
        while (index + START_CODE_BYTES <= stream.length) {
            if ((stream[index + 2] & 0xff) > 1) {
                index += 3;
            } else if (stream[index] == 0 && stream[index + 1] == 0 && stream[index + 2] == 1) {
                close(units, stream, start, index);
                start = index + START_CODE_BYTES;
                index = start;
            } else {
                index++;
            }
        }
        close(units, stream, start, stream.length);
        return units;
    }

    /** Zeros at the end belong to the next start code. */
    private static void close(List<Range> units, byte[] stream, int start, int limit) {
        if (start < 0) {
            return;
        }
        int end = limit;
        while (end > start && stream[end - 1] == 0) {
            end--;
        }
        if (end > start) {
            units.add(new Range(start, end));
        }
    }

    /** The parameter sets in a picture of H.264, as a byte stream; empty where it has none. */
    static Bytes parameterSets(byte[] stream) {
        ByteBuffer out = ByteBuffer.allocate(stream.length + LENGTH_BYTES);
        for (Range unit : units(stream)) {
            int type = stream[unit.start()] & 0x1f;
            boolean fits = out.remaining() >= LENGTH_BYTES + unit.length();
            if (fits && (type == H264_SEQUENCE_PARAMETERS || type == H264_PICTURE_PARAMETERS)) {
                out.putInt(1).put(stream, unit.start(), unit.length());
            }
        }
        return Bytes.takeOver(out.array(), 0, out.position());
    }
}
