package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.VideoFrame;
import org.jspecify.annotations.Nullable;

/**
 * Puts what libwebrtc hands out on our clock and passes it on. Pictures and sound have clocks of their own in libwebrtc,
 * which delays the one or the other so that what belongs together is handed out together (RFC 3550, section 6.4.1): so
 * each is put on ours by when it arrives. Pictures come from one thread, sound from another.
 */
final class PeerMedia {
    private static final int BLOCKS_PER_SECOND = 50;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SILENCE_NANOS = 200_000_000;

    private final SourceListener listener;

    // Only touched by the thread that brings the pictures.
    private final LiveClock pictureClock = new LiveClock();

    // Only touched by the thread that brings the sound.
    private LiveClock soundClock = new LiveClock();
    private @Nullable BlockCutter cutter;
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
        BlockCutter present = cutter;
        if (present == null) {
            present = new BlockCutter(sampleRateHz, channels, sampleRateHz / BLOCKS_PER_SECOND);
            cutter = present;
        } else if (arrivedNanos - soundArrivedNanos > SILENCE_NANOS) {
            // Nobody counted meanwhile: time is not what has been counted any more.
            soundClock = new LiveClock();
            present.clear();
        }
        soundArrivedNanos = arrivedNanos;
        int frames = interleaved.length / channels;
        long pts = soundFrames * NANOS_PER_SECOND / sampleRateHz;
        soundFrames += frames;
        long lasted = frames * NANOS_PER_SECOND / sampleRateHz;
        long captured = soundClock.captureNanos(0, pts, arrivedNanos - lasted);
        present.add(captured, interleaved, new AudioTrack.Sink() {
            @Override
            public void block(long startNanos, AudioBlock block) {
                listener.audio(CaptureClock.at(startNanos), block);
            }

            @Override
            public void corrupt() {
                listener.corrupt();
            }
        });
    }
}
