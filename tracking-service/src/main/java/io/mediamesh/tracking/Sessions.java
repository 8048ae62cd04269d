package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.WorkerPool;
import io.mediamesh.tracking.SessionStore.Kept;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The sessions of this member. What a session needs to go on is in the store after each frame, so that any member can
 * answer for any session: one that has it not, or had it before another, takes it over. Used on the service's context;
 * pictures are decoded and tracked on the pool.
 */
final class Sessions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    /** Pictures of one session that may wait. */
    private static final int MOST_WAITING = 8;

    private final Parts parts;
    private final Context context;
    private final TrackingMeters meters;
    private final Map<String, Session> sessions = new HashMap<>();
    private volatile int count;

    /**
     * What it works with.
     *
     * @param kind how objects are followed
     * @param decoder file to picture
     */
    record Parts(
            TrackingConfig config,
            TrackerKind kind,
            Function<Bytes, I420> decoder,
            SessionStore store,
            WorkerPool pool,
            FaultLog faults) {}

    Sessions(Parts parts, Context context, MeterRegistry registry) {
        this.parts = parts;
        this.context = context;
        this.meters = new TrackingMeters(registry, () -> count, parts.pool);
    }

    Future<FrameData> start(TrackingProtocol.Start start) {
        if (!NAME.matcher(start.session()).matches()) {
            return Future.failedFuture(MeshException.invalid(
                    "session_id", "a session is named by 1 to 128 letters, digits, '.', '_' or '-'"));
        }
        if (sessions.containsKey(start.session())) {
            return Future.failedFuture(
                    new MeshException(FailureCode.CONFLICT, "there is a tracking session of this name"));
        }
        return room().compose(free -> {
            Session session = add(start.session());
            return session.then(() -> begin(session, start)).onFailure(failed -> forget(session));
        });
    }

    private Future<FrameData> begin(Session session, TrackingProtocol.Start start) {
        return onPool(() -> {
                    long from = System.nanoTime();
                    Tracker tracker = parts.kind.begin(parts.decoder.apply(start.picture()), start.boxes());
                    Worked worked = new Worked(tracker, tracker.regions(), tracker.state());
                    meters.start(System.nanoTime() - from);
                    return worked;
                })
                .compose(worked -> {
                    // Not always the same number, so that two sessions of one name would not write to one place.
                    Kept first = new Kept(System.currentTimeMillis(), 0, worked.state);
                    session.has(worked.tracker, first);
                    return parts.store.create(session.id(), first).map(kept -> new FrameData(0, worked.regions));
                });
    }

    private record Worked(Tracker tracker, List<Region> regions, Bytes state) {}

    Future<FrameData> frame(TrackingProtocol.Frame frame) {
        Session known = sessions.get(frame.session());
        if (known == null) {
            // Whether there is room is asked after whether there is such a session.
            return parts.store.epoch(frame.session()).compose(epoch -> {
                if (epoch.isEmpty()) {
                    return Future.failedFuture(unknown());
                }
                Session already = sessions.get(frame.session());
                return already != null
                        ? next(already, frame.picture())
                        : room().compose(free -> next(add(frame.session()), frame.picture()));
            });
        }
        return next(known, frame.picture());
    }

    private Future<FrameData> next(Session session, Bytes picture) {
        if (session.waiting() >= MOST_WAITING) {
            meters.rejected();
            return Future.failedFuture(new MeshException(
                    FailureCode.UNAVAILABLE,
                    "more than " + MOST_WAITING + " pictures of one session wait; send them one after the other"));
        }
        return session.then(() -> session.ended() ? Future.failedFuture(unknown()) : track(session, picture));
    }

    private Future<FrameData> track(Session session, Bytes picture) {
        return owned(session)
                .compose(tracker -> onPool(() -> {
                    long from = System.nanoTime();
                    I420 decoded = parts.decoder.apply(picture);
                    Worked worked = follow(session, tracker, decoded);
                    meters.frame(System.nanoTime() - from);
                    return worked;
                }))
                .compose(worked -> {
                    long index = session.frameIndex() + 1;
                    return parts.store
                            .save(session.id(), new Kept(session.epoch(), index, worked.state))
                            .map(saved -> {
                                meters.saved(worked.state.length());
                                session.tracked(index);
                                return new FrameData(index, worked.regions);
                            });
                })
                .recover(failure -> Future.failedFuture(afterFailure(session, failure)));
    }

    private static Worked follow(Session session, Tracker tracker, I420 decoded) {
        try {
            return new Worked(tracker, tracker.track(decoded), tracker.state());
        } catch (RuntimeException | LinkageError defect) {
            throw new TrackerDefect(session.id(), defect);
        }
    }

    /** A tracker failed in a way that is nobody's fault outside; it is in no state to go on. */
    private static final class TrackerDefect extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Throwable why;

        TrackerDefect(String session, Throwable cause) {
            super("the tracker of session " + session + " failed", cause);
            this.why = cause;
        }

        Throwable why() {
            return why;
        }
    }

    private Throwable afterFailure(Session session, Throwable failure) {
        if (failure instanceof TrackerDefect defect) {
            parts.faults.fault(
                    parts.kind.name(), "a tracker failed; its session goes on from the picture before", defect.why());
            session.release();
            return new MeshException(FailureCode.INTERNAL, "the picture could not be tracked", defect.why());
        }
        if (failure instanceof MeshException mesh && mesh.code() == FailureCode.STALE) {
            session.release();
            return new MeshException(FailureCode.MOVED, "another member has taken the session over; try again");
        }
        if (failure instanceof MeshException mesh && mesh.code() == FailureCode.NOT_FOUND) {
            forget(session);
            return unknown();
        }
        return failure;
    }

    /** The tracker of the session, which this member owns from now on. */
    private Future<Tracker> owned(Session session) {
        return parts.store.epoch(session.id()).compose(epoch -> {
            if (epoch.isEmpty()) {
                return Future.failedFuture(unknown());
            }
            Tracker present = session.trackerOf(epoch.get());
            return present != null ? Future.succeededFuture(present) : takeOver(session);
        });
    }

    private Future<Tracker> takeOver(Session session) {
        return parts.store.takeOver(session.id()).compose(kept -> {
            if (kept.isEmpty()) {
                return Future.failedFuture(unknown());
            }
            return onPool(() -> parts.kind.resume(kept.get().state())).map(tracker -> {
                meters.takenOver();
                session.has(tracker, kept.get());
                return tracker;
            });
        });
    }

    Future<Void> end(TrackingProtocol.End end) {
        Session known = sessions.get(end.session());
        if (known == null) {
            return parts.store.remove(end.session());
        }
        return known.then(() -> {
            forget(known);
            return parts.store.remove(known.id());
        });
    }

    /** Ends the sessions that nobody uses any more. */
    Future<Void> endIdle() {
        long limitNanos = parts.config.idleTimeout().toNanos();
        List<Session> idle = sessions.values().stream()
                .filter(session -> session.idleNanos() > limitNanos)
                .toList();
        List<Future<Void>> ends = idle.stream()
                .map(session -> {
                    forget(session);
                    return parts.store.removeOwn(session.id(), session.epoch());
                })
                .toList();
        return Future.join(ends).transform(ended -> parts.store.removeIdle(parts.config.idleTimeout()));
    }

    /** Lets go of everything here; other members go on with what is in the store. */
    void close() {
        List.copyOf(sessions.values()).forEach(this::forget);
    }

    private <T> Future<T> onPool(Callable<T> work) {
        return parts.pool.submit(context, work).recover(failure -> {
            if (failure instanceof RejectedExecutionException) {
                meters.rejected();
                return Future.failedFuture(
                        new MeshException(FailureCode.UNAVAILABLE, "too many pictures wait to be tracked; try again"));
            }
            return Future.failedFuture(failure);
        });
    }

    private Future<Void> room() {
        if (sessions.size() < parts.config.maxSessions()) {
            return Future.succeededFuture();
        }
        meters.rejected();
        return Future.failedFuture(new MeshException(
                FailureCode.UNAVAILABLE,
                "there are " + parts.config.maxSessions()
                        + " tracking sessions already (tracking.max_sessions); try again later"));
    }

    private Session add(String id) {
        Session session = new Session(id);
        sessions.put(id, session);
        count = sessions.size();
        return session;
    }

    private void forget(Session session) {
        session.end();
        sessions.remove(session.id(), session);
        count = sessions.size();
    }

    private static MeshException unknown() {
        return new MeshException(FailureCode.NOT_FOUND, "there is no such tracking session, or not any more");
    }
}
