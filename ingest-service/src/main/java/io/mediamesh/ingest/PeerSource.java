package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.webrtc.MediaTap;
import io.mediamesh.ingest.webrtc.PublishingPeer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a WebRTC peer sends. The peer is there before and after: playing takes what comes, stopping leaves the rest to
 * be dropped. Pictures and sound have clocks of their own in libwebrtc; each is put on ours by when it arrives.
 */
final class PeerSource implements Source {
    private static final int BLOCKS_PER_SECOND = 50;
    private static final long WAIT_MILLIS = 200;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final PublishingPeer peer;
    private final LiveClock pictureClock = new LiveClock();
    private final LiveClock soundClock = new LiveClock();
    private volatile @Nullable MediaTap tap;
    private volatile boolean stopped;

    // Only touched by the source's thread.
    private @Nullable BlockCutter cutter;
    private long soundFrames;
    private Optional<StreamStatus.Video> told = Optional.empty();
    private boolean live;

    PeerSource(PublishingPeer peer) {
        this.peer = peer;
    }

    @Override
    public boolean outlivesItsSubscribers() {
        return true;
    }

    @Override
    public void play(SourceListener listener) {
        MediaTap mine =
                new MediaTap(() -> listener.videoSubscribed() && listener.videoWanted(), listener::audioSubscribed);
        tap = mine;
        peer.open(mine);
        try {
            while (!stopped) {
                tellFormat(listener);
                Optional<MediaTap.Piece> piece = mine.take(WAIT_MILLIS);
                if (piece.isPresent() && !pass(piece.get(), listener)) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            peer.shut(mine);
        }
    }

    /** Once the size of the pictures is known, and again when it changes. */
    private void tellFormat(SourceListener listener) {
        Optional<StreamStatus.Video> video = peer.video();
        boolean known = video.isPresent() || !peer.sendsVideo();
        if (known && (!live || !video.equals(told))) {
            live = true;
            told = video;
            listener.live(video, peer.audio());
        }
    }

    private boolean pass(MediaTap.Piece piece, SourceListener listener) {
        switch (piece) {
            case MediaTap.Picture picture -> {
                tellFormat(listener);
                long captured = pictureClock.captureNanos(0, picture.ptsNanos(), picture.arrivedNanos());
                listener.video(CaptureClock.at(captured), VideoFrame.of(picture.picture()));
            }
            case MediaTap.Sound sound -> pass(sound, listener);
            case MediaTap.End end -> {
                if (!stopped) {
                    listener.ended(end.reason());
                }
                return false;
            }
        }
        return true;
    }

    private void pass(MediaTap.Sound sound, SourceListener listener) {
        BlockCutter present = cutter;
        if (present == null) {
            present = new BlockCutter(sound.sampleRateHz(), sound.channels(), sound.sampleRateHz() / BLOCKS_PER_SECOND);
            cutter = present;
        }
        int frames = sound.interleaved().length / sound.channels();
        long pts = soundFrames * NANOS_PER_SECOND / sound.sampleRateHz();
        soundFrames += frames;
        long lasted = frames * NANOS_PER_SECOND / sound.sampleRateHz();
        long captured = soundClock.captureNanos(0, pts, sound.arrivedNanos() - lasted);
        present.add(captured, sound.interleaved(), new AudioTrack.Sink() {
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

    @Override
    public void stop() {
        stopped = true;
        MediaTap present = tap;
        if (present != null) {
            present.end("stopped");
        }
    }
}
