package io.mediamesh.mesh;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What happened to the mesh as this member saw it: who came and went, what changed hands, what was lost and found. */
final class ClusterMeters {
    /** How many of those that left are remembered, to know them when they come back. */
    private static final int MAX_REMEMBERED = 1000;

    private final MeterRegistry registry;
    private final Counter joined;
    private final Counter left;
    private final Counter rejoined;
    private final Counter lost;
    private final Timer recovery;
    private final Set<String> gone = new LinkedHashSet<>();

    ClusterMeters(Mesh mesh) {
        registry = mesh.meters();
        Gauge.builder("mediamesh.cluster.members", mesh, all -> all.members().size())
                .description("Members of the mesh, this one included")
                .register(registry);
        Gauge.builder("mediamesh.cluster.draining", mesh, all -> all.members().stream()
                        .filter(Member::draining)
                        .count())
                .description("Members that are about to leave")
                .register(registry);
        Gauge.builder("mediamesh.cluster.suspects", mesh, all -> all.peers().avoidedCount())
                .description("Members that did not answer lately")
                .register(registry);
        joined = counter("mediamesh.cluster.joined", "Members that came");
        left = counter("mediamesh.cluster.left", "Members that left or were missed");
        rejoined = counter(
                "mediamesh.cluster.rejoined", "Members that came back as the same process: after a split or a freeze");
        lost = counter("mediamesh.subscriptions.lost", "Subscriptions whose producer was lost");
        recovery = Timer.builder("mediamesh.subscriptions.recovery")
                .description("From the loss of a producer until there is another one")
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(30))
                .register(registry);
        for (Move move : Move.values()) {
            moves(move);
        }
    }

    /** Why a topic that was produced here is not any more, although somebody wants it. */
    enum Move {
        /** Somebody else owns it. */
        TAKEN_OVER("taken_over"),
        /** A member that has come serves the stream. */
        NEWCOMER("newcomer"),
        /** This member leaves. */
        DRAINED("drained");

        private final String label;

        Move(String label) {
            this.label = label;
        }
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Counter moves(Move why) {
        return Counter.builder("mediamesh.topic.moves")
                .description("Topics that went from here to other members")
                .tag("reason", why.label)
                .register(registry);
    }

    void moved(Move why, int topics) {
        moves(why).increment(topics);
    }

    /** Members that are there now and were not; on the control context. */
    void came(Collection<String> ids) {
        joined.increment(ids.size());
        ids.forEach(id -> {
            if (gone.remove(id)) {
                rejoined.increment();
            }
        });
    }

    /** Members that are not there any more; on the control context. */
    void went(Collection<String> ids) {
        left.increment(ids.size());
        gone.addAll(ids);
        while (gone.size() > MAX_REMEMBERED) {
            gone.remove(gone.iterator().next());
        }
    }

    void subscriptionLost() {
        lost.increment();
    }

    void subscriptionRecovered(long nanos) {
        recovery.record(nanos, TimeUnit.NANOSECONDS);
    }

    long members(String what) {
        return Math.round(
                switch (what) {
                    case "joined" -> joined.count();
                    case "left" -> left.count();
                    default -> rejoined.count();
                });
    }
}
