package io.mediamesh.mesh;

import io.vertx.core.Future;
import java.util.List;

/** Who is in the mesh. Answers from memory; changes are told on any thread. */
public interface Membership {
    /** This process. */
    Member local();

    /** Everybody, this process included. */
    List<Member> members();

    /** Calls the listener after somebody came, left or began to drain. */
    void onChange(Runnable listener);

    /** Tells everybody that this process takes no new work. */
    Future<Void> startDraining();

    /** Whether somebody may be among the members who does not belong there, so that each has to prove itself. */
    default boolean needsProof() {
        return false;
    }

    /** A mesh of one process. */
    static Membership alone(Member self) {
        return new LocalMembership(self);
    }
}
