package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions in two maps of the whole mesh: a short head for each session, which is changed by compare and set only, and the
 * states, which are as large as tens of kilobytes. A state is written to a place of its own, then the head is pointed to
 * it: an owner that was frozen and wakes up writes where nobody reads, and cannot move the head any more.
 *
 * <p>States that nobody refers to any more, because a member died between the two steps, vanish after a while. Used on one
 * context.
 */
final class ClusterSessionStore implements SessionStore {
    private static final String SESSIONS = "mediamesh.tracking";
    private static final String TRACKS = "mediamesh.tracks";
    private static final String STATES = ".states";
    private static final int MAX_RACES = 8;

    private final AsyncMap<String, String> heads;
    private final AsyncMap<String, byte[]> states;
    private final Optional<Duration> stateLife;
    /** What each head was when it was first seen so, to notice those that don't change any more. */
    private final Map<String, Unchanged> unchanged = new HashMap<>();

    private ClusterSessionStore(
            AsyncMap<String, String> heads, AsyncMap<String, byte[]> states, Optional<Duration> stateLife) {
        this.heads = heads;
        this.states = states;
        this.stateLife = stateLife;
    }

    private record Unchanged(String head, long sinceNanos) {}

    /**
     * Sessions.
     *
     * @param idle how long one may rest; its state is kept for twice that time
     */
    static Future<ClusterSessionStore> open(Vertx vertx, Duration idle) {
        return open(vertx, SESSIONS, Optional.of(idle.multipliedBy(2).plusMinutes(1)));
    }

    /** The tracks of streams, which are kept until they are removed. */
    static Future<ClusterSessionStore> openTracks(Vertx vertx) {
        return open(vertx, TRACKS, Optional.empty());
    }

    private static Future<ClusterSessionStore> open(Vertx vertx, String name, Optional<Duration> stateLife) {
        return vertx.sharedData().<String, String>getAsyncMap(name).compose(heads -> vertx.sharedData()
                .<String, byte[]>getAsyncMap(name + STATES)
                .map(states -> new ClusterSessionStore(heads, states, stateLife)));
    }

    private Future<Void> putState(String place, byte[] state) {
        return stateLife
                .map(life -> states.put(place, state, life.toMillis()))
                .orElseGet(() -> states.put(place, state));
    }

    private record Head(long epoch, long frameIndex, String place) {
        String text() {
            return epoch + "|" + frameIndex + "|" + place;
        }

        static Head parse(String text) {
            String[] parts = text.split("\\|", 3);
            return new Head(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
        }

        /** Two places in turn, so that the state before stays whole while the next one is written. */
        static Head of(String session, Kept kept) {
            return new Head(kept.epoch(), kept.frameIndex(), placesOf(session, kept.epoch()) + kept.frameIndex() % 2);
        }
    }

    @Override
    public Future<Void> create(String session, Kept first) {
        Head head = Head.of(session, first);
        return putState(head.place, first.state().toArray())
                .compose(written -> heads.putIfAbsent(session, head.text()))
                .compose(earlier -> earlier == null
                        ? Future.succeededFuture()
                        : states.remove(head.place)
                                .compose(removed -> Future.failedFuture(new MeshException(
                                        FailureCode.CONFLICT, "there is a tracking session of this name"))));
    }

    @Override
    public Future<Optional<Long>> epoch(String session) {
        return heads.get(session)
                .map(text -> Optional.ofNullable(text).map(Head::parse).map(Head::epoch));
    }

    @Override
    public Future<Void> save(String session, Kept later) {
        return heads.get(session).compose(text -> {
            if (text == null) {
                return Future.failedFuture(new MeshException(FailureCode.NOT_FOUND, "the tracking session has ended"));
            }
            Head present = Head.parse(text);
            if (present.epoch != later.epoch()) {
                return Future.failedFuture(stale());
            }
            Head next = Head.of(session, later);
            return putState(next.place, later.state().toArray())
                    .compose(written -> heads.replaceIfPresent(session, text, next.text()))
                    .compose(swapped -> swapped
                            ? Future.succeededFuture()
                            : states.remove(next.place).compose(removed -> Future.failedFuture(stale())))
                    .compose(done -> present.place.startsWith(placesOf(session, later.epoch()))
                            ? Future.succeededFuture()
                            : forgetPlaces(present.place));
        });
    }

    /** Where an owner before had its states: also the one that it may have been writing at its end. */
    private Future<Void> forgetPlaces(String place) {
        String both = place.substring(0, place.length() - 1);
        return Future.join(states.remove(both + 0), states.remove(both + 1)).mapEmpty();
    }

    private static MeshException stale() {
        return new MeshException(FailureCode.STALE, "another member has taken the tracking session over");
    }

    @Override
    public Future<Optional<Kept>> read(String session) {
        return read(session, MAX_RACES);
    }

    private Future<Optional<Kept>> read(String session, int racesLeft) {
        return heads.get(session).compose(text -> {
            if (text == null) {
                return Future.succeededFuture(Optional.empty());
            }
            Head present = Head.parse(text);
            return states.get(present.place)
                    .compose(state -> state != null
                            ? Future.succeededFuture(Optional.of(kept(present, state)))
                            // It was written anew in the meantime, unless it is lost.
                            : racesLeft > 0 ? read(session, racesLeft - 1) : Future.succeededFuture(Optional.empty()));
        });
    }

    private static Kept kept(Head head, byte[] state) {
        return new Kept(head.epoch, head.frameIndex, Bytes.takeOver(state.clone()));
    }

    @Override
    public Future<Optional<Kept>> takeOver(String session) {
        return takeOver(session, MAX_RACES);
    }

    private Future<Optional<Kept>> takeOver(String session, int racesLeft) {
        return heads.get(session).compose(text -> {
            if (text == null) {
                return Future.succeededFuture(Optional.empty());
            }
            Head present = Head.parse(text);
            Head mine = new Head(present.epoch + 1, present.frameIndex, present.place);
            return heads.replaceIfPresent(session, text, mine.text()).compose(swapped -> {
                if (swapped) {
                    return states.get(mine.place)
                            .map(state -> Optional.ofNullable(state).map(bytes -> kept(mine, bytes)));
                }
                return racesLeft > 0
                        ? takeOver(session, racesLeft - 1)
                        : Future.failedFuture(new MeshException(
                                FailureCode.MOVED, "several members fight for a tracking session; try again"));
            });
        });
    }

    @Override
    public Future<Void> remove(String session) {
        return heads.remove(session)
                .compose(text -> text == null ? Future.succeededFuture() : forget(session, Head.parse(text)));
    }

    @Override
    public Future<Void> removeOwn(String session, long epoch) {
        return heads.get(session)
                .compose(text -> text == null || Head.parse(text).epoch != epoch
                        ? Future.succeededFuture()
                        : removeUnchanged(session, text));
    }

    @Override
    public Future<Void> removeIdle(Duration idle) {
        return heads.entries().compose(present -> {
            long now = System.nanoTime();
            unchanged.keySet().retainAll(present.keySet());
            List<Future<Void>> removals = present.entrySet().stream()
                    .filter(entry -> {
                        Unchanged known = unchanged.get(entry.getKey());
                        if (known == null || !known.head.equals(entry.getValue())) {
                            unchanged.put(entry.getKey(), new Unchanged(entry.getValue(), now));
                            return false;
                        }
                        return now - known.sinceNanos > idle.toNanos();
                    })
                    .map(entry -> removeUnchanged(entry.getKey(), entry.getValue()))
                    .toList();
            return Future.join(removals).mapEmpty();
        });
    }

    private Future<Void> removeUnchanged(String session, String text) {
        return heads.removeIfPresent(session, text)
                .compose(removed -> removed ? forget(session, Head.parse(text)) : Future.succeededFuture());
    }

    private Future<Void> forget(String session, Head head) {
        String own = placesOf(session, head.epoch);
        return Future.join(states.remove(head.place), states.remove(own + 0), states.remove(own + 1))
                .mapEmpty();
    }

    private static String placesOf(String session, long epoch) {
        return session + "/" + epoch + "/";
    }
}
