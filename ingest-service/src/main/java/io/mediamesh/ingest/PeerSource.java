package io.mediamesh.ingest;

import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.ingest.webrtc.MediaFeed;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * What a WebRTC peer sends. The peer is there before and after: playing takes what comes, stopping leaves the rest to
 * be dropped. Pictures and sound are passed on by libwebrtc's own threads, because that is a matter of microseconds and
 * another thread would have to be woken up for each; what becomes of the peer is told by the thread that plays.
 */
final class PeerSource implements Source {
    private final MediaFeed peer;
    private final Semaphore news = new Semaphore(1);
    private volatile boolean stopped;

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
        listener.onDemand(peer::demandChanged);
        peer.open(passage);
        try {
            while (!stopped && passage.goesOn()) {
                news.acquire();
                news.drainPermits();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            peer.shut(passage);
        }
    }

    @Override
    public void stop() {
        stopped = true;
        news.release();
    }

    /** From the peer to the listener. */
    private final class Passage extends MediaPassage {
        private final SourceListener listener;
        private volatile Optional<String> over = Optional.empty();

        // Guarded by this.
        private Optional<String> loss = Optional.empty();

        // Only touched by the thread that plays.
        private Optional<StreamStatus.Video> toldVideo = Optional.empty();
        private Optional<StreamStatus.Audio> toldAudio = Optional.empty();
        private boolean live;

        Passage(SourceListener listener) {
            super(listener);
            this.listener = listener;
        }

        /** Tells what has changed; whether there will be more. */
        boolean goesOn() {
            Optional<String> reason = over;
            if (reason.isPresent()) {
                listener.ended(reason.get());
                return false;
            }
            takeLoss().ifPresent(why -> {
                live = false;
                listener.lost(why);
            });
            if (!peer.isLost()) {
                tellFormat();
            }
            return true;
        }

        private synchronized Optional<String> takeLoss() {
            Optional<String> taken = loss;
            loss = Optional.empty();
            return taken;
        }

        /** Once the size of the pictures is known, and again when it or what is sent changes. */
        private void tellFormat() {
            Optional<StreamStatus.Video> video = peer.video();
            Optional<StreamStatus.Audio> audio = peer.audio();
            boolean known = video.isPresent() || !peer.sendsVideo();
            if (known && (!live || !video.equals(toldVideo) || !audio.equals(toldAudio))) {
                live = true;
                toldVideo = video;
                toldAudio = audio;
                listener.live(video, audio);
                openUnlessLost();
            }
        }

        private synchronized void openUnlessLost() {
            if (loss.isEmpty()) {
                open();
            }
        }

        @Override
        public void formatChanged() {
            news.release();
        }

        @Override
        public void lost(String reason) {
            synchronized (this) {
                loss = Optional.of(reason);
                shut();
            }
            news.release();
        }

        @Override
        public void ended(String reason) {
            over = Optional.of(reason);
            news.release();
        }
    }
}
