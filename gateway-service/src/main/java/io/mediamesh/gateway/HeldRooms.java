package io.mediamesh.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The rooms that this gateway holds open, one session each. Lives on one event loop. */
final class HeldRooms {
    private static final int CHECKS_BETWEEN_TRIES = 10;

    private final Map<RoomName, Held> rooms = new HashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** A session that is held. */
    static final class Held {
        private final RoomHold hold;
        private LiveSession session;
        /** Whether its status is being looked at. */
        boolean checking;
        /** Whether it is not known yet if its recording goes on. */
        private boolean recordingInDoubt;
        /** So often it is not asked after its recording. */
        private int rests;

        /**
         * @param recordingInDoubt whether the recorder has to be asked if its recording goes on
         */
        Held(LiveSession session, RoomHold hold, boolean recordingInDoubt) {
            this.session = session;
            this.hold = hold;
            this.recordingInDoubt = recordingInDoubt;
        }

        /** See {@link RoomHold#check}. */
        void checkHold() {
            hold.check();
        }

        /** Whether the recorder has to be asked now; to be called at each check. */
        boolean recordingIsDue() {
            return recordingInDoubt && rests-- <= 0;
        }

        void recordingGoesOn() {
            recordingInDoubt = false;
        }

        /** The recorder gave no answer, or can't record: it is asked again later. */
        void recordingFailed() {
            rests = CHECKS_BETWEEN_TRIES;
        }

        LiveSession session() {
            return session;
        }
    }

    HeldRooms(MeterRegistry meters) {
        Gauge.builder("mediamesh.gateway.live.sessions", count, AtomicInteger::get)
                .description("Rooms of LiveKit servers that are kept open")
                .register(meters);
    }

    List<Held> all() {
        return List.copyOf(rooms.values());
    }

    Optional<LiveSession> first(Predicate<LiveSession> wanted) {
        return rooms.values().stream().map(Held::session).filter(wanted).findFirst();
    }

    boolean has(LiveSession session) {
        Held entry = rooms.get(session.room());
        return entry != null && entry.session.id() == session.id();
    }

    void add(Held entry) {
        letGo(entry.session.room());
        rooms.put(entry.session.room(), entry);
        count.set(rooms.size());
    }

    /** The session is now like this. */
    void renew(LiveSession session) {
        Held entry = rooms.get(session.room());
        if (entry != null && entry.session.id() == session.id()) {
            entry.session = session;
        }
    }

    void letGo(RoomName room) {
        Held entry = rooms.remove(room);
        count.set(rooms.size());
        if (entry != null) {
            entry.hold.close();
        }
    }

    void letGoOfAll() {
        all().forEach(entry -> letGo(entry.session.room()));
    }
}
