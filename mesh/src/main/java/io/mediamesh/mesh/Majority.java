package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link Quorum} of this member: tells it who is there, finds out whether those that are missing have ended or are
 * only out of sight, and says no to what needs an owner while most of the others are out of sight. Runs on the control
 * context.
 */
final class Majority implements Permission {
    private static final Logger LOG = LoggerFactory.getLogger(Majority.class);
    private static final long REACH_MILLIS = 700;
    private static final int LOOK_MILLIS = 1000;

    private final Mesh mesh;
    private final Quorum quorum;
    private final Set<String> lookedFor = ConcurrentHashMap.newKeySet();
    private Optional<Future<Void>> reaching = Optional.empty();
    private volatile boolean holds = true;

    Majority(Mesh mesh, Quorum quorum) {
        this.mesh = mesh;
        this.quorum = quorum;
        Gauge.builder("mediamesh.cluster.majority", () -> holds ? 1 : 0)
                .description(
                        "1 where this member is with most of the others and may own something, 0 while it is cut off.")
                .register(mesh.meters());
        Gauge.builder("mediamesh.cluster.missing", () -> quorum.missing().size())
                .description("Members that are out of sight and have not said goodbye.")
                .register(mesh.meters());
    }

    /** Takes over from the others whom they miss; a newcomer knows nothing of it. */
    void start() {
        see();
        for (Member member : mesh.members()) {
            if (!member.id().equals(mesh.memberId())) {
                mesh.ask(member.id(), new JsonObject().put("op", "missing"), REACH_MILLIS)
                        .onSuccess(answer -> quorum.miss(answer.getJsonArray("missing").stream()
                                .map(seat -> Seat.ofJson((JsonObject) seat))
                                .toList()));
            }
        }
    }

    /** Whom this member misses, for one that asks. */
    JsonObject missing() {
        JsonArray seats = new JsonArray();
        quorum.missing().forEach(seat -> seats.add(seat.toJson()));
        return new JsonObject().put("missing", seats);
    }

    /** Whether this member is on the larger side; looks anew. */
    boolean holds() {
        see();
        boolean before = holds;
        Optional<String> objection = quorum.objection();
        holds = objection.isEmpty();
        if (before && !holds) {
            LOG.warn(
                    "{}: it produces nothing that another member could, and takes no changes, until they are back;"
                            + " processes that ended for good are found out where their machine still answers",
                    objection.orElseThrow());
        } else if (!before && holds) {
            LOG.info("this member is with most of the others again and takes everything on");
        }
        return holds;
    }

    /** Looks after those that are missing; once a second. */
    void tick() {
        for (Seat seat : quorum.missing()) {
            if (lookedFor.add(seat.id())) {
                // Nobody answers for up to a second, and name servers take what they like.
                Thread.ofVirtual().name("mesh-missing-" + seat.name()).start(() -> lookFor(seat));
            }
        }
    }

    /** A machine that refuses the connection says that the process has ended; one that says nothing may be cut off. */
    private void lookFor(Seat seat) {
        int colon = seat.address().lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            seat.address().substring(0, colon),
                            Integer.parseInt(seat.address().substring(colon + 1))),
                    LOOK_MILLIS);
        } catch (ConnectException refused) {
            if (String.valueOf(refused.getMessage()).contains("refused")) {
                LOG.info("member {} has ended: nobody listens at {} any more", seat.name(), seat.address());
                quorum.ended(seat.id());
            }
        } catch (IOException | RuntimeException noAnswer) {
            LOG.debug("member {} is not to be seen at {}: {}", seat.name(), seat.address(), noAnswer.getMessage());
        } finally {
            lookedFor.remove(seat.id());
        }
    }

    private void see() {
        quorum.see(mesh.membership().seats(), mesh.membership().leaving());
    }

    @Override
    public Future<Void> own() {
        see();
        return asFuture(quorum.objection());
    }

    @Override
    public Future<Void> takeFrom(String memberId) {
        boolean thereStill =
                mesh.members().stream().anyMatch(member -> member.id().equals(memberId));
        return thereStill ? reachMost() : Future.succeededFuture();
    }

    /** Before somebody is given up for dead that the membership still has: is it us who is out of sight? */
    private Future<Void> reachMost() {
        Future<Void> asked = reaching.orElseGet(() -> {
            Set<String> reached = new HashSet<>();
            reached.add(mesh.memberId());
            List<Future<Void>> answers = mesh.members().stream()
                    .filter(member -> !member.id().equals(mesh.memberId()))
                    .map(member -> mesh.ask(member.id(), new JsonObject().put("op", "missing"), REACH_MILLIS)
                            .<Void>map(answer -> {
                                reached.add(member.id());
                                return null;
                            })
                            .otherwiseEmpty())
                    .toList();
            return Future.join(answers).compose(all -> asFuture(quorum.objection(reached)));
        });
        if (reaching.isEmpty() && !asked.isComplete()) {
            reaching = Optional.of(asked);
            asked.onComplete(done -> reaching = Optional.empty());
        }
        return asked;
    }

    private static Future<Void> asFuture(Optional<String> objection) {
        return objection
                .<Future<Void>>map(why -> Future.failedFuture(new MeshException(FailureCode.UNAVAILABLE, why)))
                .orElseGet(Future::succeededFuture);
    }
}
