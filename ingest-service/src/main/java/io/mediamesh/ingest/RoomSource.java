package io.mediamesh.ingest;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.livekit.Room;
import io.mediamesh.ingest.livekit.RoomAddress;
import io.mediamesh.ingest.livekit.Rooms;
import io.mediamesh.ingest.webrtc.MediaSink;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A LiveKit room: what it shows is passed on by libwebrtc's threads, what becomes of it by the thread that plays it. */
final class RoomSource implements Source {
    private final StreamId stream;
    private final RoomAddress address;
    private final Rooms rooms;
    private final Backoff backoff;
    private final ReadGuard guard = new ReadGuard();

    // Guarded by this.
    private @Nullable Room room;

    /** @param address with server, key and secret */
    RoomSource(StreamId stream, RoomAddress address, Rooms rooms, IngestConfig config) {
        this.stream = stream;
        this.address = address;
        this.rooms = rooms;
        this.backoff = new Backoff(config.reconnectFirst(), config.reconnectMost(), RandomGenerator.getDefault());
    }

    @Override
    public boolean tracksComeAndGo() {
        return true;
    }

    @Override
    public void play(SourceListener listener) {
        Room joined = rooms.room(stream, address, new Passage(listener));
        synchronized (this) {
            room = joined;
        }
        if (!guard.isStopped()) {
            joined.play();
        }
    }

    @Override
    public void stop() {
        guard.stop();
        synchronized (this) {
            if (room != null) {
                room.stop();
            }
        }
    }

    /** From the room to the listener. What comes before the listener knows that it is live waits: the newest picture. */
    private final class Passage implements Room.Host, MediaSink {
        private final SourceListener listener;
        private final PeerMedia media;
        private volatile boolean live;

        // Guarded by this: the room's pictures may come from one participant's track after another's.
        private @Nullable Pending pending;

        Passage(SourceListener listener) {
            this.listener = listener;
            this.media = new PeerMedia(listener);
        }

        private record Pending(VideoFrame frame, long ptsNanos, long arrivedNanos) {}

        @Override
        public MediaSink main() {
            return this;
        }

        @Override
        public void joined(String participantSid) {
            backoff.reset();
            listener.details(Map.of(StreamStatus.PARTICIPANT_SID, participantSid));
        }

        @Override
        public void waiting(String reason) {
            live = false;
            listener.waiting(reason);
        }

        @Override
        public void live(Optional<StreamStatus.Video> video, Optional<StreamStatus.Audio> audio) {
            listener.live(video, audio);
            synchronized (this) {
                live = true;
                Pending waited = pending;
                pending = null;
                if (waited != null) {
                    media.picture(waited.frame(), waited.ptsNanos(), waited.arrivedNanos());
                }
            }
        }

        @Override
        public boolean lost(String reason) {
            live = false;
            listener.lost(reason);
            return guard.sleepUntil(System.nanoTime() + backoff.nextPauseNanos());
        }

        @Override
        public void ended(String reason) {
            listener.ended(reason);
        }

        @Override
        public void failed(String reason) {
            listener.failed(reason);
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

        @Override
        public void formatChanged() {
            // The room looks for itself.
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
            if (live) {
                media.picture(frame, ptsNanos, arrivedNanos);
            } else {
                pending = new Pending(frame, ptsNanos, arrivedNanos);
            }
        }

        @Override
        public void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {
            if (live) {
                media.sound(sampleRateHz, channels, interleaved, arrivedNanos);
            }
        }
    }
}
