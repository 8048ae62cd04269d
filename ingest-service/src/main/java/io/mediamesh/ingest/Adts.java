package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import java.util.Optional;

/**
 * The header that stands before each frame of AAC in MPEG transport streams and in files of bare AAC (ISO/IEC 13818-7,
 * section 6.2).
 *
 * @param headerBytes how long it is
 * @param configuration what it says, as an AudioSpecificConfig (ISO/IEC 14496-3, section 1.6.2.1)
 */
record Adts(int headerBytes, Bytes configuration) {
    private static final int SHORT_BYTES = 7;
    private static final int LONG_BYTES = 9;
    private static final int MOST_RATE_INDEX = 12;

    /** The header of a packet; empty where it has none, or one that an AudioSpecificConfig has no words for. */
    static Optional<Adts> of(byte[] packet) {
        if (packet.length <= SHORT_BYTES || packet[0] != (byte) 0xff || (packet[1] & 0xf6) != 0xf0) {
            return Optional.empty();
        }
        int length = (packet[1] & 1) == 1 ? SHORT_BYTES : LONG_BYTES;
        int objectType = ((packet[2] >> 6) & 3) + 1;
        int rateIndex = (packet[2] >> 2) & 0xf;
        int channels = ((packet[2] & 1) << 2) | ((packet[3] >> 6) & 3);
        int frames = (packet[6] & 3) + 1;
        if (packet.length <= length || rateIndex > MOST_RATE_INDEX || channels == 0 || frames > 1) {
            return Optional.empty();
        }
        int bits = (objectType << 11) | (rateIndex << 7) | (channels << 3);
        return Optional.of(new Adts(length, Bytes.takeOver(new byte[] {(byte) (bits >> 8), (byte) bits})));
    }

    /** The frame behind the header, in the same array. */
    Bytes stripped(byte[] packet) {
        return Bytes.takeOver(packet, headerBytes, packet.length - headerBytes);
    }
}
