package io.mediamesh.ingest;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.webrtc.MediaSink;
import org.jspecify.annotations.Nullable;

/**
 * From what libwebrtc hands out to the listener of a source: what is wanted there, and what comes, on our clock. What
 * comes before the listener knows that the source is live waits: of pictures the newest, of sound nothing.
 */
abstract class MediaPassage implements MediaSink {
    private final SourceListener listener;
    private final PeerMedia media;
    // Written under this.
    private volatile boolean open;

    // Guarded by this: pictures of several tracks come on several threads.
    private @Nullable Pending pending;

    private record Pending(VideoFrame frame, long ptsNanos, long arrivedNanos) {}

    MediaPassage(SourceListener listener) {
        this.listener = listener;
        this.media = new PeerMedia(listener);
    }

    /** The listener knows that the source is live. */
    final synchronized void open() {
        open = true;
        Pending waited = pending;
        pending = null;
        if (waited != null) {
            media.picture(waited.frame(), waited.ptsNanos(), waited.arrivedNanos());
        }
    }

    /** Nothing more is passed on until it is opened again. */
    final synchronized void shut() {
        open = false;
        pending = null;
    }

    @Override
    public final boolean wantsPictures() {
        return listener.picturesWanted();
    }

    @Override
    public final boolean wantsLight() {
        return listener.videoWanted();
    }

    @Override
    public final boolean wantsAudio() {
        return listener.audioSubscribed();
    }

    @Override
    public final void picture(I420 picture, long ptsNanos, long arrivedNanos) {
        pass(VideoFrame.of(picture), ptsNanos, arrivedNanos);
    }

    @Override
    public final void light(int widthPx, int heightPx, double meanLuma, long ptsNanos, long arrivedNanos) {
        pass(VideoFrame.ofMeanLuma(widthPx, heightPx, meanLuma), ptsNanos, arrivedNanos);
    }

    private synchronized void pass(VideoFrame frame, long ptsNanos, long arrivedNanos) {
        if (open) {
            media.picture(frame, ptsNanos, arrivedNanos);
        } else {
            pending = new Pending(frame, ptsNanos, arrivedNanos);
        }
    }

    @Override
    public final void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {
        if (open) {
            media.sound(sampleRateHz, channels, interleaved, arrivedNanos);
        }
    }
}
