package io.mediamesh.mesh;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Who is in the mesh. Answers from memory; changes are told on any thread. */
public interface Membership {
    /** This process. */
    Member local();

    /** Everybody, this process included; who has been there longest comes first. */
    List<Member> members();

    /** Calls the listener after somebody came, left or began to drain. */
    void onChange(Runnable listener);

    /** Tells everybody that this process takes no new work. */
    Future<Void> startDraining();

    /** Where other processes reach this one; empty where there are none. */
    default Optional<MemberAddress> address() {
        return Optional.empty();
    }

    /** A mesh of one process. */
    static Membership alone(Member self) {
        return new LocalMembership(self);
    }
}
