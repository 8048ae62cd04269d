package io.mediamesh.mesh;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which members have answered on the event bus. Hazelcast admits whoever reaches its port, and it has a member back from a
 * cut before the bus knows again where that member is: what is sent there meanwhile is lost without a word. So a member
 * counts only when it has answered; where the bus wants certificates, it has shown there that it has one. Runs on the
 * control context.
 */
final class Proofs {
    static final String OPERATION = "prove";
    private static final Logger LOG = LoggerFactory.getLogger(Proofs.class);
    private static final long ASK_MILLIS = 500;
    private static final long AGAIN_MILLIS = 50;
    /** A member that starts registers on the bus a moment after it has joined. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Mesh mesh;
    private final Set<String> proven = new HashSet<>();
    private final Map<String, Suspect> missing = new HashMap<>();
    private boolean checkDue;

    Proofs(Mesh mesh) {
        this.mesh = mesh;
    }

    private static final class Suspect {
        private final long sinceNanos = System.nanoTime();
        private Future<Void> asking = Future.succeededFuture();
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
        present.remove(mesh.memberId());
        proven.retainAll(present.keySet());
        missing.keySet().retainAll(present.keySet());
        present.forEach((id, name) -> {
            if (!proven.contains(id)) {
                ask(id, name, missing.computeIfAbsent(id, unknown -> new Suspect()));
            }
        });
    }

    /** Those who were there before are asked before anything else is; one that does not answer is not waited for. */
    Future<Void> first() {
        check();
        return Future.join(
                        missing.values().stream().map(suspect -> suspect.asking).toList())
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    private void ask(String id, String name, Suspect suspect) {
        boolean patient = System.nanoTime() - suspect.sinceNanos < PATIENCE_NANOS;
        if (!suspect.told && !patient) {
            suspect.told = true;
            LOG.warn(
                    "the member {} has joined but does not {}, so nothing is asked of it or given to it: {}its port of the"
                            + " bus is closed to this one",
                    name,
                    closed() ? "prove itself on the event bus" : "answer on the event bus",
                    closed() ? "it has no certificate of the authority in cluster.tls.trust, or " : "");
        }
        if (!suspect.asking.isComplete()) {
            return;
        }
        suspect.asking = mesh.ask(id, new JsonObject().put("op", OPERATION), ASK_MILLIS)
                .onComplete(answer -> {
                    if (answer.failed()) {
                        checkSoon(patient);
                    } else if (missing.remove(id, suspect)) {
                        proven.add(id);
                        if (suspect.told || closed()) {
                            LOG.info(
                                    "the member {} {} on the event bus",
                                    name,
                                    closed() ? "has proved itself" : "answers now");
                        }
                    }
                })
                .mapEmpty();
    }

    /** Whether the bus wants certificates. */
    boolean closed() {
        return mesh.address().map(MemberAddress::encrypted).orElse(false);
    }

    private void checkSoon(boolean patient) {
        if (patient && !checkDue) {
            checkDue = true;
            mesh.vertx().timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS).onComplete(due -> {
                checkDue = false;
                check();
            });
        }
    }
}
