package io.mediamesh.gateway;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Item;
import org.jspecify.annotations.Nullable;

/** Sound as the viewers of live sessions get it: 16-bit little-endian mono at the rate they want. For one hub only. */
final class LiveSound {
    private final int rateHz;
    private @Nullable Resampler resampler;
    private int sourceHz;
    private long epoch = -1;
    private long next;

    LiveSound(int rateHz) {
        this.rateHz = rateHz;
    }

    /** The samples that a block is worth by now; none for what is no sound. */
    byte[] convert(Item item) {
        if (!(item.payload() instanceof AudioBlock block)) {
            return new byte[0];
        }
        float[] mono = new float[block.frames()];
        block.mixDown(mono, 0);
        boolean follows = item.stamp().epoch() == epoch && item.stamp().sequence() == next;
        epoch = item.stamp().epoch();
        next = item.stamp().sequence() + 1;
        return pcm(block.sampleRateHz() == rateHz ? mono : resampled(mono, block.sampleRateHz(), follows));
    }

    private float[] resampled(float[] mono, int fromHz, boolean follows) {
        Resampler present = resampler;
        if (present == null || fromHz != sourceHz || !follows) {
            present = new Resampler(fromHz, rateHz);
            resampler = present;
            sourceHz = fromHz;
        }
        return present.process(mono, mono.length);
    }

    private static byte[] pcm(float[] samples) {
        byte[] bytes = new byte[2 * samples.length];
        for (int index = 0; index < samples.length; index++) {
            int value = Math.clamp(Math.round(samples[index] * 32_768), Short.MIN_VALUE, Short.MAX_VALUE);
            bytes[2 * index] = (byte) value;
            bytes[2 * index + 1] = (byte) (value >> 8);
        }
        return bytes;
    }
}
