package io.mediamesh.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Whether this member is with most of the members that there are, so that it may own something: dynamic linear voting
 * (Jajodia and Mutchler, 1990). The votes are the members that were last seen together. Who says goodbye, or is known to have
 * ended, loses its vote at once; who is missing without a word keeps it until those that are left are the majority and have
 * been for a while. So a cluster shrinks and grows without anybody being told its size, and of two parts that can't see each
 * other only one goes on.
 *
 * <p>Of two halves the one with the oldest member goes on, and the other one after the wait that its settings allow. Any
 * thread.
 */
final class Quorum {
    /**
     * How long somebody counts who is missing although most are left. Members notice a cut one after the other, within the time
     * after which a silent member is given up; the losses of one cut have to be counted together.
     */
    static final Duration SETTLING = Duration.ofSeconds(15);

    private final LongSupplier nanoClock;
    private final Duration tieWait;

    // Guarded by this.
    private final Map<String, Seat> missing = new HashMap<>();
    private final Set<String> gone = new HashSet<>();
    private Map<String, Seat> present = Map.of();
    private long changedNanos;

    /**
     * Without any members yet, which is a majority.
     *
     * @param tieWait after this time the half without the oldest member goes on; zero for never
     */
    Quorum(LongSupplier nanoClock, Duration tieWait) {
        this.nanoClock = nanoClock;
        this.tieWait = tieWait;
        this.changedNanos = nanoClock.getAsLong();
    }

    /**
     * These members are seen now.
     *
     * @param leaving the ids of those that said goodbye, as far as it is known
     */
    synchronized void see(Collection<Seat> seats, Set<String> leaving) {
        Map<String, Seat> now = new HashMap<>();
        seats.forEach(seat -> now.put(seat.id(), seat));
        gone.addAll(leaving);
        boolean changed = false;
        for (Seat before : present.values()) {
            if (!now.containsKey(before.id())) {
                changed = true;
                missing.put(before.id(), before);
            }
        }
        changed |= missing.keySet().removeAll(now.keySet());
        changed |= missing.keySet().removeIf(gone::contains);
        // Where another process has its address, it has ended.
        Set<String> taken = new HashSet<>();
        seats.forEach(seat -> taken.add(seat.address()));
        changed |= missing.values().removeIf(seat -> taken.contains(seat.address()));
        gone.retainAll(now.keySet());
        present = now;
        if (changed) {
            changedNanos = nanoClock.getAsLong();
        }
    }

    /** Others miss these, too. */
    synchronized void miss(Collection<Seat> seats) {
        for (Seat seat : seats) {
            if (!present.containsKey(seat.id()) && missing.put(seat.id(), seat) == null) {
                changedNanos = nanoClock.getAsLong();
            }
        }
    }

    /** This one's process has ended for certain: it is nowhere else either. */
    synchronized void ended(String memberId) {
        if (missing.remove(memberId) != null) {
            changedNanos = nanoClock.getAsLong();
        }
    }

    /** Those that are missing without a word. */
    synchronized List<Seat> missing() {
        return missing.values().stream().sorted(Seat.BY_AGE).toList();
    }

    /** Empty where this member may own something; otherwise why not. */
    synchronized Optional<String> objection() {
        Optional<String> objection = objection(present.keySet(), isWaitOver());
        boolean settled = nanoClock.getAsLong() - changedNanos > SETTLING.toNanos();
        if (objection.isEmpty() && settled) {
            missing.clear();
        }
        return objection;
    }

    /** The same for taking something over at once from those that are not among the reached. */
    synchronized Optional<String> objection(Set<String> reached) {
        return objection(reached, false);
    }

    private Optional<String> objection(Set<String> reached, boolean halfWillDo) {
        long votes = present.keySet().stream().filter(reached::contains).count();
        int all = present.size() + missing.size();
        if (2 * votes > all || all == 0) {
            return Optional.empty();
        }
        if (2 * votes == all && (halfWillDo || holdsOldest(reached))) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        Stream.concat(missing.values().stream(), present.values().stream().filter(seat -> !reached.contains(seat.id())))
                .sorted(Seat.BY_AGE)
                .forEach(seat -> names.add(seat.name()));
        return Optional.of("this member sees " + votes + " of " + all + " members and is on the smaller side of a cut;"
                + " missing are " + String.join(", ", names));
    }

    private boolean holdsOldest(Set<String> reached) {
        List<Seat> all = new ArrayList<>(present.values());
        all.addAll(missing.values());
        return reached.contains(Collections.min(all, Seat.BY_AGE).id());
    }

    private boolean isWaitOver() {
        return !tieWait.isZero() && nanoClock.getAsLong() - changedNanos > tieWait.toNanos();
    }
}
