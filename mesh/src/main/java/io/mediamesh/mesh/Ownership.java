package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who produces which topic, in a map of the whole mesh. Every change of hands raises the topic's epoch, by compare
 * and set, so that of two members that both believe to own a topic the later one wins wherever their items meet.
 * Epochs begin at the wall clock in milliseconds, so that they grow even when the map was lost with its members.
 */
final class Ownership {
    private static final int MAX_RACES = 16;

    private final SharedMap map;
    private final String self;
    private final Permission permission;

    /**
     * @param permission asked before anything is taken
     */
    Ownership(SharedMap map, String self, Permission permission) {
        this.map = map;
        this.self = self;
        this.permission = permission;
    }

    /** Who owns a topic; an empty member id says that nobody does now. */
    record Claim(long epoch, String memberId) {
        String text() {
            return epoch + "|" + memberId;
        }

        static Claim parse(String text) {
            int bar = text.indexOf('|');
            return new Claim(Long.parseLong(text.substring(0, bar)), text.substring(bar + 1));
        }
    }

    /** The claim on a topic, if there ever was one. */
    Future<Optional<Claim>> claim(Topic topic) {
        return map.get(topic.toString()).map(text -> Optional.ofNullable(text).map(Claim::parse));
    }

    /**
     * Makes this member the owner.
     *
     * @param respected whether the present owner keeps the topic; then the future fails with {@link
     *     FailureCode#MOVED} and that owner's id
     * @param aboveEpoch the new epoch will be higher than this one
     * @return the new epoch; fails with {@link FailureCode#UNAVAILABLE} where this member may not own anything now
     */
    Future<Long> acquire(Topic topic, Predicate<String> respected, long aboveEpoch) {
        return permission.own().compose(may -> acquire(topic, respected, aboveEpoch, MAX_RACES));
    }

    /** The same for a topic of which nobody else could become the owner, because it is pushed to this member. */
    Future<Long> acquireOwn(Topic topic, Predicate<String> respected, long aboveEpoch) {
        return acquire(topic, respected, aboveEpoch, MAX_RACES);
    }

    private Future<Long> acquire(Topic topic, Predicate<String> respected, long aboveEpoch, int racesLeft) {
        String key = topic.toString();
        return map.get(key).compose(text -> {
            Claim present = text == null ? new Claim(0, "") : Claim.parse(text);
            String owner = present.memberId();
            if (!owner.isEmpty() && !owner.equals(self) && respected.test(owner)) {
                return Future.failedFuture(new MeshException(FailureCode.MOVED, owner));
            }
            Future<Void> may =
                    owner.isEmpty() || owner.equals(self) ? Future.succeededFuture() : permission.takeFrom(owner);
            return may.compose(granted -> swap(topic, respected, aboveEpoch, racesLeft, text, present));
        });
    }

    private Future<Long> swap(
            Topic topic,
            Predicate<String> respected,
            long aboveEpoch,
            int racesLeft,
            @Nullable String text,
            Claim present) {
        String key = topic.toString();
        long next = Math.max(Math.max(present.epoch(), aboveEpoch) + 1, System.currentTimeMillis());
        String mine = new Claim(next, self).text();
        Future<Boolean> swapped = text == null
                ? map.putIfAbsent(key, mine).map(earlier -> earlier == null)
                : map.replaceIfPresent(key, text, mine);
        return swapped.compose(won -> {
            if (won) {
                return Future.succeededFuture(next);
            }
            return racesLeft > 0
                    ? acquire(topic, respected, aboveEpoch, racesLeft - 1)
                    : Future.failedFuture(new MeshException(
                            FailureCode.UNAVAILABLE, "several members fight for " + topic + "; try again"));
        });
    }

    /** Gives the topic up, if this member still has it; its epoch is remembered. */
    Future<Void> release(Topic topic, long epoch) {
        return map.replaceIfPresent(topic.toString(), new Claim(epoch, self).text(), new Claim(epoch, "").text())
                .mapEmpty();
    }

    /** Forgets all topics of a stream that is gone. */
    Future<Void> forget(StreamId stream, Iterable<String> kinds) {
        Future<?> all = Future.succeededFuture();
        for (String kind : kinds) {
            all = all.compose(done -> map.remove(new Topic(stream, kind).toString()));
        }
        return all.mapEmpty();
    }
}
