package io.mediamesh.mesh;

import io.mediamesh.contracts.StreamId;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What this member thinks of the others: who answers, who is given something new, and who may keep what is theirs. Runs on
 * the control context.
 */
final class Peers {
    private static final long SUSPICION_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Mesh mesh;
    private final Proofs proofs;
    private final Map<String, Long> silentSinceNanos = new HashMap<>();
    private volatile int avoided;

    Peers(Mesh mesh) {
        this.mesh = mesh;
        this.proofs = new Proofs(mesh);
    }

    /** Asks those who have not answered yet; when members change, and once a second. */
    void check() {
        proofs.check();
    }

    /** Those who were there before are asked before anything else is; one that does not answer is not waited for. */
    Future<Void> first() {
        return proofs.first();
    }

    /** The ids of members that are given nothing and asked nothing: they did not answer lately, or never have. */
    Set<String> avoided() {
        Set<String> all = new HashSet<>(silent());
        all.addAll(proofs.missing());
        avoided = all.size();
        return Set.copyOf(all);
    }

    /** How many were {@link #avoided} when that was asked last; any thread. */
    int avoidedCount() {
        return avoided;
    }

    /**
     * The ids of members from which others may take what they own. Who has only just come, or came back, keeps it where
     * the bus is open; where it wants certificates, nobody has anything before it has shown one.
     */
    Set<String> disowned() {
        return proofs.closed() ? avoided() : silent();
    }

    private Set<String> silent() {
        long now = System.nanoTime();
        silentSinceNanos.values().removeIf(since -> now - since > SUSPICION_NANOS);
        return Set.copyOf(silentSinceNanos.keySet());
    }

    /** The member did not answer. */
    void suspect(String memberId) {
        silentSinceNanos.put(memberId, System.nanoTime());
    }

    /** The member has answered, is new, or has gone. */
    void trust(String memberId) {
        silentSinceNanos.remove(memberId);
    }

    /** Whether the member is there, but has not answered on the event bus since it came. */
    boolean hasOnlyJoined(String memberId) {
        return proofs.missing().contains(memberId);
    }

    /** Whether the member is there, stays, and is not among those. */
    boolean stays(String memberId, Set<String> besides) {
        return !besides.contains(memberId)
                && mesh.members().stream().anyMatch(member -> member.id().equals(memberId) && !member.draining());
    }

    /** The member that comes first in the order of the stream. */
    Optional<Member> pick(StreamId stream, Predicate<Member> able) {
        Set<String> besides = avoided();
        return Rendezvous.pick(
                stream,
                mesh.members().stream()
                        .filter(able)
                        .filter(member -> !member.draining() && !besides.contains(member.id()))
                        .toList());
    }

    /** What people call the member. Any thread. */
    String nameOf(String memberId) {
        return mesh.members().stream()
                .filter(member -> member.id().equals(memberId))
                .map(Member::name)
                .findFirst()
                .orElse(memberId);
    }
}
