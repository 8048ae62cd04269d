package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import java.util.Optional;

/**
 * What an AudioSpecificConfig (ISO/IEC 14496-3, section 1.6.2.1) says of AAC of low complexity. Frames are counted at
 * the rate of the core, also where a decoder makes twice the samples of it (SBR): {@link #FRAME_SAMPLES} of these are
 * in each.
 *
 * @param coreRateHz samples a second before SBR
 */
public record AacConfiguration(int coreRateHz) {
    /** Samples of each channel in a frame. */
    public static final int FRAME_SAMPLES = 1024;

    private static final int[] RATES_HZ = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };
    private static final int LOW_COMPLEXITY = 2;
    private static final int SBR = 5;
    private static final int PARAMETRIC_STEREO = 29;
    private static final int ESCAPED_RATE = 15;

    /** Reads it; empty where the frames are not of low complexity, or not of 1024 samples. */
    public static Optional<AacConfiguration> of(Bytes configuration) {
        Reader reader = new Reader(configuration);
        int type = reader.bits(5);
        int rateHz = reader.rateHz();
        reader.bits(4);
        if (type == SBR || type == PARAMETRIC_STEREO) {
            reader.rateHz();
            type = reader.bits(5);
        }
        boolean shortFrames = reader.bits(1) == 1;
        return reader.isWhole() && type == LOW_COMPLEXITY && !shortFrames && rateHz > 0
                ? Optional.of(new AacConfiguration(rateHz))
                : Optional.empty();
    }

    private static final class Reader {
        private final Bytes bytes;
        private int position;

        Reader(Bytes bytes) {
            this.bytes = bytes;
        }

        boolean isWhole() {
            return position <= bytes.length() * Byte.SIZE;
        }

        /** 0 where the table has none. */
        int rateHz() {
            int index = bits(4);
            if (index == ESCAPED_RATE) {
                return bits(24);
            }
            return index < RATES_HZ.length ? RATES_HZ[index] : 0;
        }

        /** Beyond the end there are zeros, and {@link #isWhole()} tells. */
        int bits(int count) {
            int value = 0;
            for (int bit = 0; bit < count; bit++) {
                int at = position / Byte.SIZE;
                int octet = at < bytes.length() ? bytes.unsignedAt(at) : 0;
                value = (value << 1) | ((octet >> (Byte.SIZE - 1 - position % Byte.SIZE)) & 1);
                position++;
            }
            return value;
        }
    }
}
