package io.mediamesh.ingest.livekit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/** What is measured of all rooms together. Any thread. */
final class RoomMeters {
    private final Set<Figures> rooms = ConcurrentHashMap.newKeySet();
    private final Counter resumed;
    private final Counter rejoined;

    RoomMeters(MeterRegistry meters) {
        gauge(meters, "mediamesh.livekit.rooms", "Rooms of LiveKit servers that we are in now.", room -> 1);
        gauge(
                meters,
                "mediamesh.livekit.participants",
                "Participants of these rooms, without us.",
                room -> room.participants);
        gauge(
                meters,
                "mediamesh.livekit.tracks",
                "Tracks of these rooms that we are subscribed to.",
                room -> room.tracks);
        gauge(
                meters,
                "mediamesh.livekit.tracks.paused",
                "Those of them that the server does not send, because nobody takes them.",
                room -> room.paused);
        this.resumed = reconnects(meters, "resumed");
        this.rejoined = reconnects(meters, "rejoined");
    }

    private void gauge(MeterRegistry meters, String name, String description, ToIntFunction<Figures> figure) {
        Gauge.builder(name, rooms, all -> all.stream().mapToInt(figure).sum())
                .description(description)
                .register(meters);
    }

    private static Counter reconnects(MeterRegistry meters, String way) {
        return Counter.builder("mediamesh.livekit.reconnects")
                .description("Rooms that we came back to: as the participant that we were, or as a new one.")
                .tag("way", way)
                .register(meters);
    }

    /** We are back in a room. */
    void cameBack(boolean asTheSame) {
        (asTheSame ? resumed : rejoined).increment();
    }

    /** The figures of a room that we are not in yet. */
    Figures room() {
        return new Figures();
    }

    /** What is measured of one room. Written by the room's thread. */
    final class Figures {
        private volatile int participants;
        private volatile int tracks;
        private volatile int paused;

        private Figures() {}

        void present(int newParticipants, int newTracks, int newPaused) {
            participants = newParticipants;
            tracks = newTracks;
            paused = newPaused;
            rooms.add(this);
        }

        void gone() {
            rooms.remove(this);
        }
    }
}
