package io.mediamesh.ingest.livekit;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitModels;

/**
 * Who has the floor: whoever has been the loudest for a second and a half takes it from somebody else, so that a cough
 * or a "yes" does not turn the picture. Who falls silent keeps it. Belongs to the room's thread.
 */
final class SpeakerTurn {
    static final Duration HOLD = Duration.ofMillis(1_500);

    private final Map<String, Float> levels = new HashMap<>();
    private Optional<String> floor = Optional.empty();
    private Optional<String> candidate = Optional.empty();
    private long candidateSinceNanos;

    /** What the server tells about who speaks: changes only. */
    void update(Collection<LivekitModels.SpeakerInfo> changes, long nowNanos) {
        for (LivekitModels.SpeakerInfo speaker : changes) {
            if (speaker.getActive()) {
                levels.put(speaker.getSid(), speaker.getLevel());
            } else {
                levels.remove(speaker.getSid());
            }
        }
        Optional<String> loudest = levels.entrySet().stream()
                .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .map(Map.Entry::getKey);
        if (!loudest.equals(candidate)) {
            candidate = loudest;
            candidateSinceNanos = nowNanos;
        }
    }

    /** The SID of the one who has the floor; nobody before anybody has spoken. */
    Optional<String> at(long nowNanos) {
        boolean mayTake = floor.isEmpty() || nowNanos - candidateSinceNanos >= HOLD.toNanos();
        if (candidate.isPresent() && mayTake) {
            floor = candidate;
        }
        return floor;
    }

    /** How long the floor stays where it is, as far as is known. */
    long restNanos(long nowNanos) {
        return candidate.isEmpty() || candidate.equals(floor)
                ? Long.MAX_VALUE
                : candidateSinceNanos + HOLD.toNanos() - nowNanos;
    }

    /** Somebody has left: they don't speak any more, and the floor is free if it was theirs. */
    void left(String sid) {
        levels.remove(sid);
        floor = floor.filter(holder -> !holder.equals(sid));
        candidate = candidate.filter(holder -> !holder.equals(sid));
    }
}
