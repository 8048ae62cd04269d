package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;

/**
 * A sine of −20 dBFS with a short tick of three times its frequency at each full second, at 48 kHz. With two channels
 * the right one is a quarter of a period late, so that channels can be told apart. The phase is computed from the
 * number of the sample, so that it never jumps or drifts.
 */
final class Tone {
    static final int RATE_HZ = 48_000;
    private static final double AMPLITUDE = 0.1;
    private static final double TICK_AMPLITUDE = 0.4;
    private static final int TICK_FRAMES = RATE_HZ / 25;

    private final int frequencyHz;
    private final int channels;

    Tone(int frequencyHz, int channels) {
        this.frequencyHz = frequencyHz;
        this.channels = channels;
    }

    /** The samples from this one on. */
    AudioBlock block(long firstFrame, int frames) {
        short[] samples = new short[frames * channels];
        for (int index = 0, at = 0; index < frames; index++) {
            // The frequency is a whole number, so every second begins at phase 0.
            int inSecond = (int) ((firstFrame + index) % RATE_HZ);
            double phase = 2 * Math.PI * frequencyHz * inSecond / RATE_HZ;
            double tick = 0;
            if (inSecond < TICK_FRAMES) {
                tick = TICK_AMPLITUDE * (1 - (double) inSecond / TICK_FRAMES) * Math.sin(3 * phase);
            }
            for (int channel = 0; channel < channels; channel++) {
                double tone = AMPLITUDE * Math.sin(phase - channel * Math.PI / 2);
                samples[at++] = (short) Math.round((tone + tick) * Short.MAX_VALUE);
            }
        }
        return AudioBlock.takeOver(RATE_HZ, channels, samples);
    }
}
