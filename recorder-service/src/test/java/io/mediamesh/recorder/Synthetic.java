package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.VideoFrame;
import java.util.Arrays;

/**
 * Pictures and sound whose content says when they were made. Pictures count in their luma: eight fields, dark for 0
 * and bright for 1. Sound is a tone; pictures with a flash come with a beep.
 */
final class Synthetic {
    static final int WIDTH = 160;
    static final int HEIGHT = 96;
    static final CaptureTime ORIGIN = new CaptureTime(5_000_000_000L, 1_700_000_000_000_000_000L);
    private static final int FIELDS = 8;
    private static final int DARK = 40;
    private static final int BRIGHT = 200;

    private Synthetic() {}

    static Stamp stamp(long epoch, long sequence, double seconds) {
        return Stamp.ofSource(epoch, sequence, ORIGIN.plusNanos(Math.round(seconds * 1e9)));
    }

    /** A picture that shows the lowest eight bits of a count. */
    static VideoFrame counting(int width, int height, long count) {
        byte[] planes = new byte[I420.sizeBytes(width, height)];
        Arrays.fill(planes, width * height, planes.length, (byte) 128);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int field = column * FIELDS / width;
                planes[row * width + column] = (byte) ((count >> field & 1) == 0 ? DARK : BRIGHT);
            }
        }
        return VideoFrame.of(new I420(width, height, I420.Range.LIMITED, Bytes.takeOver(planes)));
    }

    /** A picture of one brightness. */
    static VideoFrame plain(int luma) {
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        Arrays.fill(planes, 0, WIDTH * HEIGHT, (byte) luma);
        Arrays.fill(planes, WIDTH * HEIGHT, planes.length, (byte) 128);
        return VideoFrame.of(new I420(WIDTH, HEIGHT, I420.Range.LIMITED, Bytes.takeOver(planes)));
    }

    /** Reads the counts out of decoded luma. */
    static int[] counts(byte[] luma, int width, int height) {
        int frames = luma.length / (width * height);
        int[] counts = new int[frames];
        for (int frame = 0; frame < frames; frame++) {
            for (int field = 0; field < FIELDS; field++) {
                int column = (2 * field + 1) * width / (2 * FIELDS);
                int value = luma[frame * width * height + height / 2 * width + column] & 0xff;
                counts[frame] |= value > (DARK + BRIGHT) / 2 ? 1 << field : 0;
            }
        }
        return counts;
    }

    /** A block of a sine of half full scale; {@code index} of its first sample in the phase of the tone. */
    static AudioBlock tone(int rate, double frequency, long index, int frames) {
        short[] samples = new short[frames];
        for (int frame = 0; frame < frames; frame++) {
            samples[frame] = (short) Math.round(16_384 * Math.sin(2 * Math.PI * frequency * (index + frame) / rate));
        }
        return AudioBlock.takeOver(rate, 1, samples);
    }
}
