package io.mediamesh.mesh;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Who is in the mesh. Answers from memory; changes are told on any thread. */
public interface Membership {
    /** This process. */
    Member local();

    /** Everybody, this process included; who has been there longest comes first. */
    List<Member> members();

    /** How everybody counts when the members are divided. */
    default List<Seat> seats() {
        return members().stream()
                .map(member -> new Seat(member.id(), member.name(), "", 0))
                .toList();
    }

    /** The ids of those that said that they leave, also when they have left already. */
    default Set<String> leaving() {
        return members().stream().filter(Member::draining).map(Member::id).collect(Collectors.toSet());
    }

    /** Calls the listener after somebody came, left or began to drain. */
    void onChange(Runnable listener);

    /**
     * How long ago somebody came back who had gone, in nanoseconds. What either side knew is brought together only
     * afterwards, so that for a while not everything can be found that there is.
     */
    default long nanosSinceReturn() {
        return Long.MAX_VALUE;
    }

    /** Tells everybody that this process takes no new work. */
    Future<Void> startDraining();

    /** Tells everybody that this process does nothing any more, so that nobody counts it among the members. */
    default Future<Void> sayStopped() {
        return Future.succeededFuture();
    }

    /** Where other processes reach this one; empty where there are none. */
    default Optional<MemberAddress> address() {
        return Optional.empty();
    }

    /** Whether a member may be there that the event bus does not reach, or that does not belong there. */
    default boolean needsProof() {
        return false;
    }

    /** A mesh of one process. */
    static Membership alone(Member self) {
        return new LocalMembership(self);
    }
}
