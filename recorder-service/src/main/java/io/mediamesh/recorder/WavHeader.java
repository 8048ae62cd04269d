package io.mediamesh.recorder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The header of a WAV file of 16-bit linear PCM (RIFF, "Multimedia Programming Interface" 1.0, 1991). */
final class WavHeader {
    static final int BYTES = 44;

    private static final int BITS = 16;
    private static final int RIFF_REST_BYTES = 36;
    private static final int FORMAT_BYTES = 16;
    private static final short LINEAR_PCM = 1;

    private WavHeader() {}

    /** The header of a file with so many bytes of samples; more than it can say are said to be as many as it can. */
    static byte[] of(TrackFormats.Pcm format, long dataBytes) {
        long most = 0xffff_ffffL - RIFF_REST_BYTES;
        int told = (int) Math.min(dataBytes, most - most % format.bytesPerFrame());
        ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(ascii("RIFF")).putInt(told + RIFF_REST_BYTES).put(ascii("WAVE"));
        header.put(ascii("fmt ")).putInt(FORMAT_BYTES).putShort(LINEAR_PCM).putShort((short) format.channels());
        header.putInt(format.sampleRateHz()).putInt(format.sampleRateHz() * format.bytesPerFrame());
        header.putShort((short) format.bytesPerFrame()).putShort((short) BITS);
        header.put(ascii("data")).putInt(told);
        return header.array();
    }

    /** What such a header says of the samples. */
    static TrackFormats.Pcm read(ByteBuffer header) {
        header.order(ByteOrder.LITTLE_ENDIAN);
        return new TrackFormats.Pcm(header.getInt(24), header.getShort(22));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
