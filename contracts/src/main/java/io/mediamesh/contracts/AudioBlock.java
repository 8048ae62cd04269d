package io.mediamesh.contracts;

/**
 * Some consecutive samples of sound: 16-bit linear PCM, channels interleaved. The capture time of its item is that
 * of the first sample.
 */
public final class AudioBlock implements Payload {
    private final int sampleRateHz;
    private final int channels;
    private final short[] samples;

    private AudioBlock(int sampleRateHz, int channels, short[] samples) {
        if (sampleRateHz < 1 || sampleRateHz > 768_000 || channels < 1 || channels > 64) {
            throw MeshException.invalid(
                    "audio", "audio of " + sampleRateHz + " Hz with " + channels + " channels is out of bounds");
        }
        if (samples.length % channels != 0) {
            throw MeshException.invalid("samples", samples.length + " samples do not fill " + channels + " channels");
        }
        this.sampleRateHz = sampleRateHz;
        this.channels = channels;
        this.samples = samples;
    }

    /** Takes the array over: the caller must not touch it afterwards. */
    public static AudioBlock takeOver(int sampleRateHz, int channels, short[] interleaved) {
        return new AudioBlock(sampleRateHz, channels, interleaved);
    }

    /** Samples per second and channel. */
    public int sampleRateHz() {
        return sampleRateHz;
    }

    /** 1 for mono, 2 for stereo, … */
    public int channels() {
        return channels;
    }

    /** Number of samples of each channel. */
    public int frames() {
        return samples.length / channels;
    }

    /** How long the block sounds. */
    public long durationNanos() {
        return frames() * 1_000_000_000L / sampleRateHz;
    }

    /** One sample, −32768 to 32767. */
    public short sample(int frame, int channel) {
        return samples[frame * channels + channel];
    }

    /** Copies the interleaved samples. */
    public void copyTo(short[] target, int offset) {
        System.arraycopy(samples, 0, target, offset, samples.length);
    }

    /** The mean of all channels, −1 to 1, for analyses; writes {@link #frames()} values from {@code offset} on. */
    public void mixDown(float[] target, int offset) {
        float scale = 1f / (32768f * channels);
        for (int frame = 0, from = 0; frame < frames(); frame++) {
            int sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += samples[from++];
            }
            target[offset + frame] = sum * scale;
        }
    }
}
