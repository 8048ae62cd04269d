package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.VideoFrame;

/**
 * Puts what libwebrtc hands out on our clock and passes it on. Pictures and sound have clocks of their own in libwebrtc,
 * which delays the one or the other so that what belongs together is handed out together (RFC 3550, section 6.4.1): so
 * each is put on ours by when it arrives, which was put right where the one was held back longer. Sound arrives when libwebrtc's playout asks for it, to be heard from that moment
 * on; its timer leaves out what it missed. Pictures come from one thread, sound from another.
 */
final class PeerMedia {
    private static final int BLOCKS_PER_SECOND = 50;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SILENCE_NANOS = 200_000_000;

    private final SourceListener listener;

    // Only touched by the thread that brings the pictures.
    private final LiveClock pictureClock = new LiveClock();

    // Only touched by the thread that brings the sound.
    private LiveClock soundClock = LiveClock.uneven();
    private short[] block = {};
    private int filled;
    private long blockStartNanos;
    private long soundFrames;
    private long soundArrivedNanos;

    PeerMedia(SourceListener listener) {
        this.listener = listener;
    }

    void picture(VideoFrame frame, long ptsNanos, long arrivedNanos) {
        long captured = pictureClock.captureNanos(0, ptsNanos, arrivedNanos);
        listener.video(CaptureClock.at(captured), frame);
    }

    void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {
        int length = sampleRateHz / BLOCKS_PER_SECOND * channels;
        if (block.length != length || arrivedNanos - soundArrivedNanos > SILENCE_NANOS) {
            // Nobody counted meanwhile: time is not what has been counted any more.
            soundClock = LiveClock.uneven();
            block = new short[length];
            filled = 0;
        }
        soundArrivedNanos = arrivedNanos;
        int frames = interleaved.length / channels;
        long pts = soundFrames * NANOS_PER_SECOND / sampleRateHz;
        soundFrames += frames;
        long captured = soundClock.captureNanos(0, pts, arrivedNanos);
        int from = 0;
        while (from < interleaved.length) {
            if (filled == 0) {
                blockStartNanos = captured + from / channels * NANOS_PER_SECOND / sampleRateHz;
            }
            int count = Math.min(interleaved.length - from, length - filled);
            System.arraycopy(interleaved, from, block, filled, count);
            from += count;
            filled += count;
            if (filled == length) {
                filled = 0;
                listener.audio(
                        CaptureClock.at(blockStartNanos), AudioBlock.takeOver(sampleRateHz, channels, block.clone()));
            }
        }
    }
}
