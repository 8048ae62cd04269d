package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.tracking.TracksRecord.Marked;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a stream that were marked by hand. Wishes and which objects there are may be used on any thread; pictures
 * come one at a time, on changing threads, and {@link #state} and {@link #rest} between them.
 */
final class MarkedObjects {
    private final TrackerKind kind;
    private final LongSupplier ids;
    private final FaultLog faults;
    private final Queue<Wish> wishes = new ConcurrentLinkedQueue<>();
    private final ConcurrentNavigableMap<Long, Marked> objects = new ConcurrentSkipListMap<>();

    private @Nullable Tracker tracker;
    private Bytes state = TracksRecord.NO_TRACKER;

    MarkedObjects(TrackerKind kind, LongSupplier ids, FaultLog faults) {
        this.kind = kind;
        this.ids = ids;
        this.faults = faults;
    }

    /** Boxes that wait for a picture. Whoever claims a wish first answers it. */
    static final class Wish {
        private final List<Box> boxes;
        private final Promise<List<Track>> answer = Promise.promise();
        private final AtomicBoolean claimed = new AtomicBoolean();

        Wish(List<Box> boxes) {
            this.boxes = boxes;
        }

        Promise<List<Track>> answer() {
            return answer;
        }

        boolean claim() {
            return claimed.compareAndSet(false, true);
        }

        void refuse(Throwable why) {
            if (claim()) {
                answer.fail(why);
            }
        }
    }

    /** Objects that were begun as somebody wished, who is to be told when they are remembered. */
    record Begun(Wish wish, List<Track> tracks) {}

    /**
     * What a picture shows.
     *
     * @param tracks of all objects, by id
     * @param begun with this picture
     */
    record Seen(List<Track> tracks, List<Begun> begun) {}

    /** Goes on from what is remembered. */
    void resume(TracksRecord record) {
        record.marked().forEach(object -> objects.put(object.track().id(), object));
        state = record.tracker();
    }

    void wish(Wish wish) {
        wishes.add(wish);
    }

    /** Nobody waits for this one any more. */
    void withdraw(Wish wish, Throwable why) {
        wishes.remove(wish);
        wish.refuse(why);
    }

    /** Nobody will fulfil the wishes that wait. */
    void refuseAll(Throwable why) {
        for (Wish wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            wish.refuse(why);
        }
    }

    /** Whether there is something to look for in pictures. */
    boolean isWanted() {
        return !objects.isEmpty() || !wishes.isEmpty();
    }

    int count() {
        return objects.size();
    }

    /** Forgets the objects up to this id that are not among these. */
    void retain(Set<Long> ids, long upTo) {
        objects.keySet().removeIf(id -> id <= upTo && !ids.contains(id));
    }

    boolean has(long id) {
        return objects.containsKey(id);
    }

    /** Looks for the objects, then fulfils wishes. */
    Seen look(I420 picture) {
        List<Begun> begun = new ArrayList<>();
        try {
            Map<Integer, Region> regions = new HashMap<>();
            Optional<Tracker> present = present();
            present.ifPresent(following -> {
                forgetEnded(following);
                following.track(picture).forEach(region -> regions.put(region.maskIndex(), region));
            });
            for (Long id : objects.keySet()) {
                objects.computeIfPresent(id, (key, object) -> seen(object, regions.get(object.maskIndex())));
            }
            for (Wish wish = wishes.poll(); wish != null; wish = wishes.poll()) {
                if (wish.claim()) {
                    begin(picture, wish).ifPresent(begun::add);
                }
            }
            return new Seen(objects.values().stream().map(Marked::track).toList(), begun);
        } catch (RuntimeException | LinkageError defect) {
            release();
            begun.forEach(lost -> lost.wish.answer.tryFail(defect()));
            throw defect;
        }
    }

    private static MeshException defect() {
        return new MeshException(FailureCode.INTERNAL, "the objects could not be tracked because of a defect");
    }

    private static Marked seen(Marked object, @Nullable Region region) {
        Track track =
                region == null ? object.track().lost() : Track.of(object.track().id(), region);
        return new Marked(track, object.maskIndex());
    }

    /** The tracker, from what is remembered where there is none. */
    private Optional<Tracker> present() {
        if (tracker == null && !objects.isEmpty()) {
            try {
                tracker = kind.resume(state);
            } catch (MeshException foreign) {
                if (foreign.code() != FailureCode.INVALID) {
                    throw foreign;
                }
                faults.fault(kind.name(), "objects that were marked are forgotten: their state can't be read", foreign);
                objects.clear();
            }
        }
        return Optional.ofNullable(tracker);
    }

    private void forgetEnded(Tracker following) {
        Set<Integer> wanted = new HashSet<>();
        objects.values().forEach(object -> wanted.add(object.maskIndex()));
        following.objects().stream().filter(index -> !wanted.contains(index)).forEach(following::remove);
    }

    private Optional<Begun> begin(I420 picture, Wish wish) {
        try {
            return Optional.of(new Begun(wish, begin(picture, wish.boxes)));
        } catch (MeshException wrong) {
            wish.answer.fail(wrong);
            return Optional.empty();
        } catch (RuntimeException | LinkageError broken) {
            wish.answer.fail(defect());
            throw broken;
        }
    }

    private List<Track> begin(I420 picture, List<Box> boxes) {
        if (objects.size() + boxes.size() > TracksProtocol.MOST_MARKED) {
            throw new MeshException(
                    FailureCode.INVALID,
                    "at most " + TracksProtocol.MOST_MARKED + " objects of a stream can be marked; there are "
                            + objects.size() + " already");
        }
        Tracker following = tracker;
        List<Integer> indexes;
        if (following == null) {
            following = kind.begin(picture, boxes);
            tracker = following;
            indexes = following.objects();
        } else {
            indexes = following.add(picture, boxes);
        }
        List<Track> begun = new ArrayList<>();
        Map<Integer, Region> regions = new HashMap<>();
        following.regions().forEach(region -> regions.put(region.maskIndex(), region));
        for (int place = 0; place < indexes.size(); place++) {
            long id = ids.getAsLong();
            int index = indexes.get(place);
            Region region = regions.get(index);
            Track track = region == null ? unseen(id, boxes.get(place)) : Track.of(id, region);
            begun.add(track);
            objects.put(id, new Marked(track, index));
        }
        return begun;
    }

    /** An object of whose pixels nothing is known. */
    private static Track unseen(long id, Box box) {
        return Track.ofBox(
                id,
                Track.State.LOST,
                Optional.empty(),
                Math.min(box.x1(), box.x2()),
                Math.min(box.y1(), box.y2()),
                Math.max(box.x1(), box.x2()),
                Math.max(box.y1(), box.y2()));
    }

    /** What is to be remembered of them. */
    Bytes state() {
        Tracker following = tracker;
        if (following != null) {
            state = following.state();
        }
        return objects.isEmpty() ? TracksRecord.NO_TRACKER : state;
    }

    List<Marked> all() {
        return List.copyOf(objects.values());
    }

    /** No picture comes for a while. */
    void rest() {
        state();
        release();
    }

    private void release() {
        Tracker following = tracker;
        tracker = null;
        if (following != null) {
            following.close();
        }
    }
}
