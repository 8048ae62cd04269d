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
    private final double stepSine;
    private final double stepCosine;

    Tone(int frequencyHz, int channels) {
        this.frequencyHz = frequencyHz;
        this.channels = channels;
        this.stepSine = Math.sin(2 * Math.PI * frequencyHz / RATE_HZ);
        this.stepCosine = Math.cos(2 * Math.PI * frequencyHz / RATE_HZ);
    }

    /** The samples from this one on. */
    AudioBlock block(long firstFrame, int frames) {
        short[] samples = new short[frames * channels];
        // The frequency is a whole number, so every second begins at phase 0.
        int inSecond = (int) (firstFrame % RATE_HZ);
        double phase = 2 * Math.PI * frequencyHz * inSecond / RATE_HZ;
        double sine = Math.sin(phase);
        double cosine = Math.cos(phase);
        for (int index = 0, at = 0; index < frames; index++) {
            double tick = 0;
            if (inSecond < TICK_FRAMES) {
                double tripled = sine * (3 - 4 * sine * sine);
                tick = TICK_AMPLITUDE * (1 - (double) inSecond / TICK_FRAMES) * tripled;
            }
            samples[at++] = sample(AMPLITUDE * sine + tick);
            if (channels == 2) {
                samples[at++] = sample(tick - AMPLITUDE * cosine);
            }
            // One step on the circle instead of sines of their own; the next block begins exactly again.
            double next = sine * stepCosine + cosine * stepSine;
            cosine = cosine * stepCosine - sine * stepSine;
            sine = next;
            inSecond = inSecond + 1 == RATE_HZ ? 0 : inSecond + 1;
        }
        return AudioBlock.takeOver(RATE_HZ, channels, samples);
    }

    private static short sample(double value) {
        return (short) Math.floor(value * Short.MAX_VALUE + 0.5);
    }
}
