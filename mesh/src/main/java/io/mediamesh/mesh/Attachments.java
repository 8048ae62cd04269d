package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a producer for every subscription, and another one when it is lost. Runs on the control context.
 */
final class Attachments {
    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);
    private static final int FIRST_TRIES = 8;
    private static final int MOVES = 4;
    private static final long FIRST_DELAY_MILLIS = 50;
    private static final long MAX_DELAY_MILLIS = 1000;
    /** So long an attempt may take; what it waits for may lie at a member that stands still. */
    private static final long ATTEMPT_MILLIS = 4000;

    private final Mesh mesh;
    private final Context control;
    private final HostedTopics hosted;
    private final Links links;
    private final Ownership ownership;
    private final Map<Subscription, Attachment> attachments = new HashMap<>();

    Attachments(Mesh mesh, Context control, HostedTopics hosted, Links links, Ownership ownership) {
        this.mesh = mesh;
        this.control = control;
        this.hosted = hosted;
        this.links = links;
        this.ownership = ownership;
    }

    /** Where a subscription gets its items from: this member when there is no link, nowhere while looking. */
    private record Attachment(boolean found, @Nullable InboundLink link) {
        static final Attachment LOOKING = new Attachment(false, null);
        static final Attachment HERE = new Attachment(true, null);
    }

    /** Finds the first producer. */
    Future<Void> open(Subscription subscription) {
        Topic topic = subscription.topic();
        return mesh.directory().get(topic.stream()).compose(known -> {
            if (known.isEmpty()) {
                return Future.failedFuture(
                        new MeshException(FailureCode.NOT_FOUND, "there is no stream " + topic.stream(), "id"));
            }
            Set<String> offered = new TreeSet<>();
            mesh.members().forEach(member -> offered.addAll(member.kinds()));
            if (!offered.contains(topic.kind()) && !isPushed(topic, known.get())) {
                return Future.failedFuture(new MeshException(
                        FailureCode.NOT_FOUND,
                        "no running service offers the topic " + topic.kind() + "; offered are "
                                + String.join(", ", offered),
                        "topic"));
            }
            attachments.put(subscription, Attachment.LOOKING);
            return search(subscription, 0, FIRST_TRIES).onFailure(failed -> attachments.remove(subscription));
        });
    }

    /** Whether a member has the topic that need not offer any of its kind. */
    private static boolean isPushed(Topic topic, StreamDescription stream) {
        return topic.isOfSource() && !stream.home().isEmpty();
    }

    /** Looks for another producer until there is one or the subscription is closed. */
    void reopen(Subscription subscription) {
        if (attachments.replace(subscription, Attachment.LOOKING) == null) {
            return;
        }
        mesh.directory().get(subscription.topic().stream()).onComplete(known -> {
            if (known.succeeded() && known.result().isEmpty()) {
                subscription.outlet().feedEnded("the stream was removed");
            } else {
                search(subscription, 0, Integer.MAX_VALUE).onFailure(failed -> {
                    if (attachments.containsKey(subscription)) {
                        subscription.outlet().feedEnded(String.valueOf(failed.getMessage()));
                    }
                });
            }
        });
    }

    private Future<Void> search(Subscription subscription, int attempt, int triesLeft) {
        return attempt(subscription).recover(failure -> {
            MeshException why = MeshException.ofReply(failure);
            // A subscription that had a producer outlives a fault of the cluster's maps; a first one says what is
            // wrong.
            boolean hopeless =
                    switch (why.code().remedy()) {
                        case REJECT, EXIT -> true;
                        case RESTART -> triesLeft <= FIRST_TRIES;
                        case RETRY -> false;
                    };
            Attachment present = attachments.get(subscription);
            if (present != null && present.found()) {
                return Future.succeededFuture();
            }
            if (hopeless || triesLeft <= 1 || present == null) {
                return Future.failedFuture(why);
            }
            LOG.debug("{} finds no producer yet: {}", subscription, why.getMessage());
            Promise<Void> later = Promise.promise();
            long delay = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(attempt, 10));
            control.owner().setTimer(delay, timer -> search(subscription, attempt + 1, triesLeft - 1)
                    .onComplete(later));
            return later.future();
        });
    }

    /** Where one comes to its end later than it may, and finds a producer, that counts unless another one was found. */
    private Future<Void> attempt(Subscription subscription) {
        Promise<Void> done = Promise.promise();
        long timer = control.owner()
                .setTimer(
                        ATTEMPT_MILLIS,
                        late -> done.tryFail(Links.unavailable("no member took " + subscription.topic() + " in time")));
        find(subscription, MOVES, Set.of()).onComplete(found -> {
            control.owner().cancelTimer(timer);
            if (found.succeeded()) {
                done.tryComplete();
            } else {
                done.tryFail(found.cause());
            }
        });
        return done.future();
    }

    /**
     * Asks one member after the other, in the order of the stream, until one takes it.
     *
     * @param busy those that said that they have enough to do
     */
    private Future<Attachment> find(Subscription subscription, int movesLeft, Set<String> busy) {
        return resolve(subscription.topic(), busy).compose(memberId -> attach(subscription, memberId, movesLeft, false)
                .recover(failure -> {
                    if (MeshException.ofReply(failure).code() != FailureCode.BUSY) {
                        return Future.failedFuture(failure);
                    }
                    LOG.debug("{}: {} is busy: {}", subscription, mesh.peers().nameOf(memberId), failure.getMessage());
                    Set<String> more = new HashSet<>(busy);
                    boolean another = more.add(memberId)
                            && candidates(subscription.topic(), more).findAny().isPresent();
                    return another
                            ? find(subscription, movesLeft, more)
                            : insist(subscription, movesLeft, busy, failure);
                }));
    }

    /** All have much to do: somebody has to take it, unless all are full. */
    private Future<Attachment> insist(
            Subscription subscription, int movesLeft, Set<String> refused, Throwable refusal) {
        Topic topic = subscription.topic();
        List<Member> inOrder =
                Rendezvous.order(topic.stream(), candidates(topic, Set.of()).toList());
        Future<Attachment> taken = Future.failedFuture(refusal);
        for (Member member : inOrder) {
            taken = taken.recover(no -> MeshException.ofReply(no).code() == FailureCode.BUSY
                    ? attach(subscription, member.id(), movesLeft, true)
                    : Future.failedFuture(no));
        }
        return taken.recover(no -> MeshException.ofReply(no).code() == FailureCode.BUSY
                ? Future.failedFuture(Links.unavailable("no member has room for " + topic + ": asked were "
                        + (refused.size() + 1) + ", the last one said that " + no.getMessage()))
                : Future.failedFuture(no));
    }

    private Stream<Member> candidates(Topic topic, Set<String> besides) {
        Set<String> avoided = mesh.peers().avoided();
        return mesh.members().stream()
                .filter(member -> member.kinds().contains(topic.kind()))
                .filter(member -> !besides.contains(member.id()))
                .filter(member -> !member.draining() && !avoided.contains(member.id()));
    }

    private Future<Attachment> attach(Subscription subscription, String memberId, int movesLeft, boolean insists) {
        Topic topic = subscription.topic();
        Outlet outlet = subscription.outlet();
        Future<Attachment> attached;
        if (memberId.equals(mesh.memberId())) {
            Set<String> disowned = mesh.peers().disowned();
            attached = hosted.host(
                            topic, outlet, owner -> mesh.peers().stays(owner, disowned), outlet.highestEpoch(), insists)
                    .map(Attachment.HERE);
        } else {
            attached = links.attach(memberId, topic, outlet, insists).map(link -> new Attachment(true, link));
        }
        return attached.map(found -> settle(subscription, found)).recover(failure -> {
            MeshException why = MeshException.ofReply(failure);
            if (why.code() == FailureCode.MOVED && movesLeft > 0) {
                return attach(subscription, String.valueOf(why.getMessage()), movesLeft - 1, insists);
            }
            return Future.failedFuture(why);
        });
    }

    private Attachment settle(Subscription subscription, Attachment found) {
        Attachment present = attachments.get(subscription);
        if (present == null || present.found()) {
            // Closed in the meantime, or found by another attempt.
            if (!found.equals(present)) {
                detach(subscription, found);
            }
            return found;
        }
        attachments.put(subscription, found);
        InboundLink link = found.link();
        subscription.nowLive(link != null);
        if (link != null) {
            link.updateCredit();
        }
        return found;
    }

    /** The owner of a topic, or who should become it out of those that are not busy. */
    private Future<String> resolve(Topic topic, Set<String> busy) {
        Set<String> avoided = mesh.peers().avoided();
        return ownership.claim(topic).compose(claim -> {
            if (claim.isPresent()
                    && !busy.contains(claim.get().memberId())
                    && mesh.peers().stays(claim.get().memberId(), avoided)) {
                return Future.succeededFuture(claim.get().memberId());
            }
            List<Member> candidates = candidates(topic, busy).toList();
            return home(topic, avoided).compose(home -> home.or(() -> mesh.place(topic, candidates))
                    .map(member -> Future.succeededFuture(member.id()))
                    .orElseGet(() -> Future.failedFuture(
                            Links.unavailable("no running service offers the topic " + topic.kind() + " now"))));
        });
    }

    /** A pushed stream is where its sender sends it; what is made of it may be made anywhere. */
    private Future<Optional<Member>> home(Topic topic, Set<String> avoided) {
        if (!topic.isOfSource()) {
            return Future.succeededFuture(Optional.empty());
        }
        return mesh.directory().get(topic.stream()).compose(stream -> {
            Optional<Member> home = stream.flatMap(known -> mesh.members().stream()
                    .filter(member -> member.id().equals(known.home()))
                    .findFirst());
            if (home.isPresent() && mesh.peers().hasOnlyJoined(home.get().id())) {
                return Future.failedFuture(Links.unavailable("the stream " + topic.stream() + " is sent to the member "
                        + home.get().name() + ", which does not answer on the event bus yet"));
            }
            return Future.succeededFuture(home.filter(member -> mesh.peers().stays(member.id(), avoided)));
        });
    }

    void close(Subscription subscription) {
        Attachment attachment = attachments.remove(subscription);
        if (attachment != null && attachment.found()) {
            detach(subscription, attachment);
        }
    }

    /** Every subscription of this member. */
    Set<Subscription> all() {
        return Set.copyOf(attachments.keySet());
    }

    int count(Topic topic) {
        return (int) attachments.keySet().stream()
                .filter(subscription -> subscription.topic().equals(topic))
                .count();
    }

    void forget(Subscription subscription) {
        attachments.remove(subscription);
    }

    void demandGrew(Subscription subscription) {
        Attachment attachment = attachments.get(subscription);
        InboundLink link = attachment == null ? null : attachment.link();
        if (link != null) {
            link.updateCredit();
        }
    }

    private void detach(Subscription subscription, Attachment attachment) {
        InboundLink link = attachment.link();
        if (link == null) {
            hosted.detach(subscription.topic(), subscription.outlet());
        } else {
            links.detach(link, subscription.outlet());
        }
    }
}
