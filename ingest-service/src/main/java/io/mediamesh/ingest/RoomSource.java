package io.mediamesh.ingest;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
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
        listener.onDemand(joined::demandChanged);
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

    /** From the room to the listener. */
    private final class Passage extends MediaPassage implements Room.Host {
        private final SourceListener listener;

        Passage(SourceListener listener) {
            super(listener);
            this.listener = listener;
        }

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
            shut();
            listener.waiting(reason);
        }

        @Override
        public void live(Optional<StreamStatus.Video> video, Optional<StreamStatus.Audio> audio) {
            listener.live(video, audio);
            open();
        }

        @Override
        public void lost(String reason) {
            shut();
            listener.lost(reason);
        }

        @Override
        public boolean pause() {
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
        public void formatChanged() {
            // The room looks for itself.
        }
    }
}
