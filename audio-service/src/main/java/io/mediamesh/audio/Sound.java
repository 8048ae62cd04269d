package io.mediamesh.audio;

/**
 * The sound of a stream as analyses hear it: consecutive samples since it began or was last interrupted, of which the
 * newest are kept. Frames are counted from 0; a frame is one sample of each channel. Used by one thread at a time.
 */
public interface Sound {
    /** How many frames at least can be looked back at. */
    int KEPT_FRAMES = 65_536;

    /** Samples a second of each channel. */
    int sampleRateHz();

    /** How many channels. */
    int channels();

    /** How many frames there have been: the newest is the one before this. */
    long end();

    /**
     * Copies samples of a channel, full scale being −1 to 1.
     *
     * @param from the first frame, not negative, at most {@link #KEPT_FRAMES} before the end
     * @param count so many frames, none behind the end
     */
    void channel(int channel, long from, int count, double[] target, int targetOffset);

    /** Copies samples of the mean of all channels, as {@link #channel} does. */
    void mono(long from, int count, double[] target, int targetOffset);

    /**
     * The spectrum of the mean of all channels over the {@code size} frames before {@code end}. Whoever asks for the same
     * one gets the same object: it is computed once. It is valid until {@link Analyser#listen} returns; then its arrays
     * are used again.
     *
     * @param size a power of two, at most {@link #KEPT_FRAMES}
     * @param end the frame behind the last; at least {@code size}
     */
    Spectrum spectrum(int size, Window window, long end);
}
