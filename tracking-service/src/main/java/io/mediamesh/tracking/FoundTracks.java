package io.mediamesh.tracking;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Track.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The objects that detectors find, followed from frame to frame by their boxes: in two rounds, the uncertain ones after the
 * certain ones, as in Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box" (ECCV 2022),
 * with the thresholds of its appendix. An object keeps its identity while it is not found, as long as the settings say; it
 * has one when it was found twice. Calls come one at a time, on changing threads.
 */
final class FoundTracks {
    /** More than these are left out, the least certain first. */
    static final int MOST_OBJECTS = 256;

    private static final double LEAST_IOU_CERTAIN = 0.2;
    private static final double LEAST_IOU_UNCERTAIN = 0.5;
    private static final double LEAST_IOU_SECOND_HIT = 0.3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final long maxGapNanos;
    private final double certain;
    private final LongSupplier ids;
    private final List<Followed> objects = new ArrayList<>();
    private Optional<Stamp> last = Optional.empty();
    private int widthPx;
    private int heightPx;

    /**
     * Without objects.
     *
     * @param maxGap for how long an object may not be found
     * @param certain from which confidence on a detection may begin a track
     * @param ids of the objects that come
     */
    FoundTracks(Duration maxGap, double certain, LongSupplier ids) {
        this.maxGapNanos = maxGap.toNanos();
        this.certain = certain;
        this.ids = ids;
    }

    /** An object; without an id until it was found a second time. */
    private static final class Followed {
        private final BoxMotion motion;
        private Track.Found found;
        private Optional<Long> id = Optional.empty();
        private boolean seen = true;
        private long unseenNanos;

        Followed(BoxMotion motion, Track.Found found) {
            this.motion = motion;
            this.found = found;
        }

        boolean isConfirmed() {
            return id.isPresent();
        }

        void seenAs(Detection detection) {
            motion.correct(BoxOverlap.of(detection));
            found = new Track.Found(detection.label(), detection.confidence());
            seen = true;
            unseenNanos = 0;
        }

        Optional<Track> track() {
            BoxOverlap box = motion.box();
            return id.map(known ->
                    Track.of(known, seen ? State.TRACKED : State.LOST, found, box.x1(), box.y1(), box.x2(), box.y2()));
        }
    }

    /** What is followed after these detections, by id. */
    List<Track> update(Stamp stamp, Detections found) {
        long nanos = elapsedNanos(stamp);
        last = Optional.of(stamp);
        rescale(found.widthPx(), found.heightPx());
        for (Followed object : objects) {
            object.motion.predict(nanos / NANOS_PER_SECOND);
            object.unseenNanos += nanos;
        }
        objects.removeIf(object -> object.unseenNanos > maxGapNanos);
        assign(found.objects().stream()
                .filter(detection -> BoxOverlap.of(detection).isSound())
                .sorted(Comparator.comparingDouble(Detection::confidence).reversed())
                .limit(MOST_OBJECTS)
                .toList());
        return tracks();
    }

    /** By the clock of the source; of another opening of it the clock may be another one, and the wall's has to do. */
    private long elapsedNanos(Stamp stamp) {
        return last.map(before -> Math.max(
                        0,
                        before.originEpoch() == stamp.originEpoch()
                                ? stamp.capture().monotonicNanos()
                                        - before.capture().monotonicNanos()
                                : stamp.capture().unixNanos() - before.capture().unixNanos()))
                .orElse(0L);
    }

    private void rescale(int width, int height) {
        if (widthPx > 0 && (width != widthPx || height != heightPx)) {
            double scaleX = (double) width / widthPx;
            double scaleY = (double) height / heightPx;
            objects.forEach(object -> object.motion.rescale(scaleX, scaleY));
        }
        widthPx = width;
        heightPx = height;
    }

    private void assign(List<Detection> detections) {
        Set<Followed> free = new HashSet<>(objects);
        List<Detection> left = new ArrayList<>(detections);
        Predicate<Detection> isCertain = detection -> detection.confidence() >= certain;
        round(free, left, Followed::isConfirmed, isCertain, LEAST_IOU_CERTAIN);
        round(free, left, object -> object.isConfirmed() && object.seen, isCertain.negate(), LEAST_IOU_UNCERTAIN);
        round(free, left, object -> !object.isConfirmed(), isCertain, LEAST_IOU_SECOND_HIT);
        for (Followed object : free) {
            object.seen = false;
        }
        objects.removeIf(object -> !object.isConfirmed() && !object.seen);
        for (Detection detection : left) {
            if (isCertain.test(detection) && objects.size() < MOST_OBJECTS) {
                objects.add(new Followed(
                        BoxMotion.at(BoxOverlap.of(detection)),
                        new Track.Found(detection.label(), detection.confidence())));
            }
        }
    }

    private void round(
            Set<Followed> free,
            List<Detection> left,
            Predicate<Followed> objectWanted,
            Predicate<Detection> detectionWanted,
            double leastIou) {
        List<Followed> rows =
                objects.stream().filter(free::contains).filter(objectWanted).toList();
        List<Detection> columns = left.stream().filter(detectionWanted).toList();
        double[][] costs = new double[rows.size()][columns.size()];
        for (int row = 0; row < rows.size(); row++) {
            BoxOverlap expected = rows.get(row).motion.box();
            for (int column = 0; column < columns.size(); column++) {
                Detection detection = columns.get(column);
                double iou = expected.iou(BoxOverlap.of(detection));
                boolean may = iou >= leastIou && rows.get(row).found.label().equals(detection.label());
                costs[row][column] = may ? 1 - iou : Assignment.FORBIDDEN;
            }
        }
        int[] columnOf = Assignment.of(costs);
        for (int row = 0; row < rows.size(); row++) {
            if (columnOf[row] != Assignment.NONE) {
                Followed object = rows.get(row);
                Detection detection = columns.get(columnOf[row]);
                object.seenAs(detection);
                if (!object.isConfirmed()) {
                    object.id = Optional.of(ids.getAsLong());
                }
                free.remove(object);
                left.remove(detection);
            }
        }
    }

    private List<Track> tracks() {
        return objects.stream()
                .flatMap(object -> object.track().stream())
                .sorted(Comparator.comparingLong(Track::id))
                .toList();
    }

    /** What another member needs to go on; objects that were found only once begin anew there. */
    JsonObject state() {
        JsonArray all = new JsonArray();
        for (Followed object : objects) {
            object.id.ifPresent(id -> all.add(new JsonObject()
                    .put("id", id)
                    .put("label", object.found.label())
                    .put("confidence", object.found.confidence())
                    .put("unseen", object.unseenNanos)
                    .put("motion", object.motion.state())));
        }
        JsonObject json =
                new JsonObject().put("width", widthPx).put("height", heightPx).put("objects", all);
        last.ifPresent(stamp -> json.put("epoch", stamp.originEpoch())
                .put("monotonic", stamp.capture().monotonicNanos())
                .put("unix", stamp.capture().unixNanos()));
        return json;
    }

    /** Goes on from what {@link #state()} wrote; throws an unchecked exception for anything else. */
    void resume(JsonObject state) {
        widthPx = state.getInteger("width");
        heightPx = state.getInteger("height");
        if (state.containsKey("epoch")) {
            last = Optional.of(new Stamp(
                    0,
                    0,
                    new CaptureTime(state.getLong("monotonic"), state.getLong("unix")),
                    state.getLong("epoch"),
                    0));
        }
        for (Object entry : state.getJsonArray("objects")) {
            JsonObject json = (JsonObject) entry;
            Followed object = new Followed(
                    BoxMotion.of(json.getJsonArray("motion")),
                    new Track.Found(json.getString("label"), json.getDouble("confidence")));
            object.id = Optional.of(json.getLong("id"));
            object.unseenNanos = json.getLong("unseen");
            object.seen = object.unseenNanos == 0;
            objects.add(object);
        }
    }
}
