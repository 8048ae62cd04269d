package io.mediamesh.mesh;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which members have answered on the event bus. Hazelcast admits whoever reaches its port; where the bus wants
 * certificates, a member counts only when it has shown there that it has one. Runs on the control context.
 */
final class Proofs {
    static final String OPERATION = "prove";
    private static final Logger LOG = LoggerFactory.getLogger(Proofs.class);
    private static final long ASK_MILLIS = 1000;
    /** A member that starts registers on the bus a moment after it has joined. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Mesh mesh;
    private final Set<String> proven = new HashSet<>();
    private final Map<String, Suspect> missing = new HashMap<>();

    Proofs(Mesh mesh) {
        this.mesh = mesh;
    }

    private static final class Suspect {
        private final long sinceNanos = System.nanoTime();
        private boolean asked;
        private boolean told;
    }

    /** The ids of members that have shown nothing yet; none where nothing has to be shown. */
    Set<String> missing() {
        return Set.copyOf(missing.keySet());
    }

    /** Looks who is there, and asks those who have not answered yet; when members change, and once a second. */
    void check() {
        if (!mesh.membership().needsProof()) {
            return;
        }
        Map<String, String> present = new HashMap<>();
        mesh.members().forEach(member -> present.put(member.id(), member.name()));
        proven.retainAll(present.keySet());
        missing.keySet().retainAll(present.keySet());
        present.forEach((id, name) -> {
            if (!id.equals(mesh.memberId()) && !proven.contains(id)) {
                ask(id, name, missing.computeIfAbsent(id, unknown -> new Suspect()));
            }
        });
    }

    private void ask(String id, String name, Suspect suspect) {
        if (!suspect.told && System.nanoTime() - suspect.sinceNanos > PATIENCE_NANOS) {
            suspect.told = true;
            LOG.warn(
                    "the member {} has joined but does not prove itself on the event bus, so nothing is asked of it or"
                            + " given to it: it has no certificate of the authority in cluster.tls.trust, or its port"
                            + " of the bus is closed to this one",
                    name);
        }
        if (suspect.asked) {
            return;
        }
        suspect.asked = true;
        mesh.ask(id, new JsonObject().put("op", OPERATION), ASK_MILLIS).onComplete(answer -> {
            suspect.asked = false;
            if (answer.succeeded() && missing.remove(id, suspect)) {
                proven.add(id);
                LOG.info("the member {} has proved itself on the event bus", name);
            }
        });
    }
}
