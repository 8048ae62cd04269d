package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.VideoFrame;

/**
 * Who takes what a peer sends. Called on libwebrtc's threads, pictures of one track one after the other and sound too,
 * but both at the same time: nothing here may wait, and no lock may be taken that is held while libwebrtc is called.
 */
public interface MediaSink {
    /** Whether a picture would reach anybody now; otherwise it is not even copied. */
    boolean wantsPictures();

    /** Whether the light of a picture would reach anybody now. */
    boolean wantsLight();

    /** Whether anybody listens. */
    boolean wantsAudio();

    /** The size of the pictures is known, or has changed. */
    void formatChanged();

    /**
     * A picture.
     *
     * @param ptsNanos on libwebrtc's clock
     * @param arrivedNanos on {@link System#nanoTime()}, both less what it was held back longer than its sound
     */
    void picture(I420 picture, long ptsNanos, long arrivedNanos);

    /** The light of a picture that nobody wants; see {@link VideoFrame#meanLuma}. */
    void light(int widthPx, int heightPx, double meanLuma, long ptsNanos, long arrivedNanos);

    /**
     * Ten milliseconds of sound.
     *
     * @param interleaved the samples of all channels; the sink's from now on
     * @param arrivedNanos when its first sample would be heard, on {@link System#nanoTime()}, less what it was held
     *     back longer than its picture
     */
    void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos);

    /** Nothing comes for now: whoever sends is lost, and looked for. */
    default void lost(String reason) {}

    /** Nothing more comes. */
    void ended(String reason);
}
