package io.mediamesh.mesh;

import io.mediamesh.contracts.StreamId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Who takes a topic that nobody has: rendezvous hashing with bounded loads (after Mirrokni, Thorup and Zadimoghaddam,
 * "Consistent Hashing with Bounded Loads", 2018). Hashing alone spreads like dice: with 100 topics for each of 100
 * members the fullest has some 30 % more than the mean. So a member that has its bound of a kind already is passed
 * over, and the next one in the stream's order takes the topic. Whoever sees the same loads picks the same member;
 * where two see different ones, the topic's owner in {@link Ownership} decides. What a member has it keeps: when one
 * dies only its own topics move.
 */
final class Placement {
    /** How far above the mean a member may be. */
    private static final double BALANCE = 1.2;
    /** And so many topics more, so that hashing alone decides where there are few. */
    private static final int SLACK = 2;

    private Placement() {}

    /**
     * The candidates in the order in which they are to be asked: by rendezvous hashing, and those that have their bound
     * behind the others.
     *
     * @param load how many topics of the kind a member has
     */
    static List<Member> order(StreamId stream, Collection<Member> candidates, ToIntFunction<Member> load) {
        List<Member> order = Rendezvous.order(stream, candidates);
        int bound = bound(candidates.stream().mapToInt(load).sum(), candidates.size());
        List<Member> withRoom = new ArrayList<>(order.size());
        List<Member> full = new ArrayList<>();
        for (Member member : order) {
            (load.applyAsInt(member) < bound ? withRoom : full).add(member);
        }
        withRoom.addAll(full);
        return withRoom;
    }

    /** How many topics of a kind a member may have, where there are so many, and one more is to be placed. */
    static int bound(int topics, int members) {
        return members == 0 ? 0 : (int) Math.ceil(BALANCE * (topics + 1) / members) + SLACK;
    }
}
