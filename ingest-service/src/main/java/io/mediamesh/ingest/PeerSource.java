package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.webrtc.MediaSink;
import io.mediamesh.ingest.webrtc.PublishingPeer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What a WebRTC peer sends. The peer is there before and after: playing takes what comes, stopping leaves the rest to
 * be dropped. Pictures and sound are passed on by libwebrtc's own threads, because that is a matter of microseconds and
 * another thread would have to be woken up for each. They have clocks of their own in libwebrtc; each is put on ours by
 * when it arrives.
 */
final class PeerSource implements Source {
    private static final int BLOCKS_PER_SECOND = 50;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final PublishingPeer peer;
    private final CompletableFuture<Optional<String>> over = new CompletableFuture<>();

    PeerSource(PublishingPeer peer) {
        this.peer = peer;
    }

    @Override
    public boolean outlivesItsSubscribers() {
        return true;
    }

    @Override
    public void play(SourceListener listener) {
        Passage passage = new Passage(listener);
        peer.open(passage);
        try {
            passage.formatChanged();
            over.get().ifPresent(listener::ended);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        } finally {
            peer.shut(passage);
        }
    }

    @Override
    public void stop() {
        over.complete(Optional.empty());
    }

    /** From the peer to the listener. */
    private final class Passage implements MediaSink {
        private final SourceListener listener;

        // Guarded by this: a peer may have several tracks of pictures.
        private final LiveClock pictureClock = new LiveClock();
        private Optional<StreamStatus.Video> told = Optional.empty();
        private boolean live;

        // Only touched by the thread that brings the sound.
        private final LiveClock soundClock = new LiveClock();
        private @Nullable BlockCutter cutter;
        private long soundFrames;

        Passage(SourceListener listener) {
            this.listener = listener;
        }

        @Override
        public boolean wantsPictures() {
            return listener.picturesWanted();
        }

        @Override
        public boolean wantsLight() {
            return listener.videoWanted();
        }

        @Override
        public boolean wantsAudio() {
            return listener.audioSubscribed();
        }

        /** Once the size of the pictures is known, and again when it changes. */
        @Override
        public synchronized void formatChanged() {
            Optional<StreamStatus.Video> video = peer.video();
            boolean known = video.isPresent() || !peer.sendsVideo();
            if (known && (!live || !video.equals(told))) {
                live = true;
                told = video;
                listener.live(video, peer.audio());
            }
        }

        @Override
        public void picture(I420 picture, long ptsNanos, long arrivedNanos) {
            pass(VideoFrame.of(picture), ptsNanos, arrivedNanos);
        }

        @Override
        public void light(int widthPx, int heightPx, double meanLuma, long ptsNanos, long arrivedNanos) {
            pass(VideoFrame.ofMeanLuma(widthPx, heightPx, meanLuma), ptsNanos, arrivedNanos);
        }

        private synchronized void pass(VideoFrame frame, long ptsNanos, long arrivedNanos) {
            long captured = pictureClock.captureNanos(0, ptsNanos, arrivedNanos);
            listener.video(CaptureClock.at(captured), frame);
        }

        @Override
        public void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {
            BlockCutter present = cutter;
            if (present == null) {
                present = new BlockCutter(sampleRateHz, channels, sampleRateHz / BLOCKS_PER_SECOND);
                cutter = present;
            }
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

        @Override
        public void ended(String reason) {
            over.complete(Optional.of(reason));
        }
    }
}
