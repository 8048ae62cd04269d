package io.mediamesh.ingest;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.webrtc.MediaFeed;
import io.mediamesh.ingest.webrtc.MediaSink;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * What a WebRTC peer sends. The peer is there before and after: playing takes what comes, stopping leaves the rest to
 * be dropped. Pictures and sound are passed on by libwebrtc's own threads, because that is a matter of microseconds and
 * another thread would have to be woken up for each.
 */
final class PeerSource implements Source {
    private final MediaFeed peer;
    private final CompletableFuture<Optional<String>> over = new CompletableFuture<>();

    PeerSource(MediaFeed peer) {
        this.peer = peer;
    }

    @Override
    public boolean outlivesItsSubscribers() {
        return true;
    }

    @Override
    public boolean tracksComeAndGo() {
        return peer.tracksComeAndGo();
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

        private final PeerMedia media;

        // Guarded by this.
        private Optional<StreamStatus.Video> toldVideo = Optional.empty();
        private Optional<StreamStatus.Audio> toldAudio = Optional.empty();
        private boolean live;

        Passage(SourceListener listener) {
            this.listener = listener;
            this.media = new PeerMedia(listener);
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

        /** Once the size of the pictures is known, and again when it or what is sent changes. */
        @Override
        public synchronized void formatChanged() {
            Optional<StreamStatus.Video> video = peer.video();
            Optional<StreamStatus.Audio> audio = peer.audio();
            boolean known = video.isPresent() || !peer.sendsVideo();
            if (known && (!live || !video.equals(toldVideo) || !audio.equals(toldAudio))) {
                live = true;
                toldVideo = video;
                toldAudio = audio;
                listener.live(video, audio);
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

        /** A peer may have several tracks of pictures, so they come one by one. */
        private synchronized void pass(VideoFrame frame, long ptsNanos, long arrivedNanos) {
            media.picture(frame, ptsNanos, arrivedNanos);
        }

        @Override
        public void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {
            media.sound(sampleRateHz, channels, interleaved, arrivedNanos);
        }

        @Override
        public void ended(String reason) {
            over.complete(Optional.of(reason));
        }
    }
}
