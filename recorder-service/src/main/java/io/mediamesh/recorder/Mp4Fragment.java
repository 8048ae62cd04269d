package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a fragmented MP4 file that can be decoded with the header and what came before it alone: a {@code moof}
 * and its {@code mdat} (ISO/IEC 14496-12, section 8.8).
 */
final class Mp4Fragment {
    private static final int BOX_BYTES = 8;
    private static final int FULL_BOX_BYTES = 12;
    private static final int SAMPLE_BYTES = 16;
    private static final int TFHD_BASE_IS_MOOF = 0x02_0000;
    private static final int TRUN_FLAGS = 0x1 | 0x100 | 0x200 | 0x400 | 0x800;
    private static final int SYNC_SAMPLE = 0x0200_0000;
    private static final int DEPENDENT_SAMPLE = 0x0101_0000;

    /**
     * A sample.
     *
     * @param duration in units of the track
     * @param offset presentation minus decoding, in units of the track
     */
    record Sample(long duration, long offset, boolean sync, Bytes data) {}

    /**
     * The samples of a track.
     *
     * @param decodeTime of the first, in units of the track
     */
    record Run(int track, long decodeTime, List<Sample> samples) {
        private int headerBytes() {
            return BOX_BYTES
                    + (FULL_BOX_BYTES + 4)
                    + (FULL_BOX_BYTES + 8)
                    + (FULL_BOX_BYTES + 8 + SAMPLE_BYTES * samples.size());
        }

        private int dataBytes() {
            int sum = 0;
            for (Sample sample : samples) {
                sum = Math.addExact(sum, sample.data.length());
            }
            return sum;
        }
    }

    private Mp4Fragment() {}

    /** The bytes of a fragment; {@code sequence} grows from 1 on within a file. */
    static byte[] of(int sequence, List<Run> runs) {
        List<Run> filled = new ArrayList<>(runs);
        filled.removeIf(run -> run.samples.isEmpty());
        int moofBytes = BOX_BYTES + FULL_BOX_BYTES + 4;
        int mdatBytes = BOX_BYTES;
        for (Run run : filled) {
            moofBytes += run.headerBytes();
            mdatBytes = Math.addExact(mdatBytes, run.dataBytes());
        }
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(moofBytes, mdatBytes));
        box(out, moofBytes, "moof");
        fullBox(out, FULL_BOX_BYTES + 4, "mfhd", 0, 0);
        out.putInt(sequence);
        int dataOffset = moofBytes + BOX_BYTES;
        for (Run run : filled) {
            track(out, run, dataOffset);
            dataOffset += run.dataBytes();
        }
        box(out, mdatBytes, "mdat");
        for (Run run : filled) {
            for (Sample sample : run.samples) {
                sample.data.copyTo(0, out.array(), out.position(), sample.data.length());
                out.position(out.position() + sample.data.length());
            }
        }
        return out.array();
    }

    private static void track(ByteBuffer out, Run run, int dataOffset) {
        box(out, run.headerBytes(), "traf");
        fullBox(out, FULL_BOX_BYTES + 4, "tfhd", 0, TFHD_BASE_IS_MOOF);
        out.putInt(run.track);
        fullBox(out, FULL_BOX_BYTES + 8, "tfdt", 1, 0);
        out.putLong(run.decodeTime);
        fullBox(out, FULL_BOX_BYTES + 8 + SAMPLE_BYTES * run.samples.size(), "trun", 1, TRUN_FLAGS);
        out.putInt(run.samples.size());
        out.putInt(dataOffset);
        for (Sample sample : run.samples) {
            out.putInt(Math.toIntExact(sample.duration));
            out.putInt(sample.data.length());
            out.putInt(sample.sync ? SYNC_SAMPLE : DEPENDENT_SAMPLE);
            out.putInt(Math.toIntExact(sample.offset));
        }
    }

    private static void box(ByteBuffer out, int bytes, String type) {
        out.putInt(bytes);
        out.put(type.getBytes(StandardCharsets.US_ASCII));
    }

    private static void fullBox(ByteBuffer out, int bytes, String type, int version, int flags) {
        box(out, bytes, type);
        out.putInt(version << 24 | flags);
    }
}
