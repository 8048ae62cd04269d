package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.ClippedBox;
import io.mediamesh.tracking.Tracker;
import io.mediamesh.tracking.TrackerKind;
import io.mediamesh.tracking.opencv.FrameMask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a model for the pixels of objects that another tracker follows: for each picture anew, by the box of the last mask,
 * moved as that tracker saw the object move. Which object is which, and whether one is lost, is for that tracker to say;
 * where the model is not sure of an object, or gives something else than was asked for, its pixels are, too.
 */
final class OnnxTracker implements Tracker {
    private static final int MAGIC = 0x4d4d544f;
    private static final int VERSION = 1;
    private static final double LEAST_SCORE = 0.5;
    private static final double LEAST_AGREEMENT = 0.3;
    private static final double SAME_PLACE = 0.6;

    private final Tracker flow;
    private final SamModel model;
    /** Of the last mask of each object, by mask index. */
    private final Map<Integer, Box> boxes = new LinkedHashMap<>();

    /** What the model said of the last picture, by mask index. */
    private Map<Integer, FrameMask> masks = Map.of();

    /** Where the objects are in the last picture, with these masks. */
    private List<Region> regions;

    private OnnxTracker(Tracker flow, SamModel model) {
        this.flow = flow;
        this.model = model;
        this.regions = flow.regions();
    }

    /** Begins with these boxes, as {@link TrackerKind#begin} says. */
    static OnnxTracker begin(TrackerKind follower, SamModel model, I420 picture, List<Box> boxes) {
        OnnxTracker tracker = new OnnxTracker(follower.begin(picture, boxes), model);
        try {
            tracker.shows(tracker.look(picture, prompts(picture, tracker.flow.objects(), boxes)));
            return tracker;
        } catch (RuntimeException | Error failure) {
            tracker.close();
            throw failure;
        }
    }

    @Override
    public List<Integer> add(I420 picture, List<Box> added) {
        List<Integer> indexes = flow.add(picture, added);
        Map<Integer, FrameMask> all = new HashMap<>(masks);
        all.putAll(look(picture, prompts(picture, indexes, added)));
        shows(all);
        return indexes;
    }

    private static Map<Integer, Box> prompts(I420 picture, List<Integer> indexes, List<Box> given) {
        List<ClippedBox> clipped = ClippedBox.all(given, picture.widthPx(), picture.heightPx());
        Map<Integer, Box> prompts = new LinkedHashMap<>();
        for (int place = 0; place < indexes.size(); place++) {
            ClippedBox box = clipped.get(place);
            prompts.put(
                    indexes.get(place),
                    new Box(box.x(), box.y(), box.x() + box.width(), (double) box.y() + box.height()));
        }
        return prompts;
    }

    @Override
    public List<Region> track(I420 picture) {
        Map<Integer, Region> before = byIndex(flow.regions());
        Map<Integer, Box> prompts = new LinkedHashMap<>();
        flow.track(picture).forEach(now -> {
            Box last = boxes.get(now.maskIndex());
            Region then = before.get(now.maskIndex());
            prompts.put(now.maskIndex(), last == null || then == null ? box(now) : moved(last, then, now));
        });
        shows(look(picture, prompts));
        return regions;
    }

    /** A box that moves and grows as the region did. */
    private static Box moved(Box box, Region then, Region now) {
        double scaleX = (double) (now.xMax() - now.xMin()) / (then.xMax() - then.xMin());
        double scaleY = (double) (now.yMax() - now.yMin()) / (then.yMax() - then.yMin());
        return new Box(
                now.xMin() + (box.x1() - then.xMin()) * scaleX,
                now.yMin() + (box.y1() - then.yMin()) * scaleY,
                now.xMin() + (box.x2() - then.xMin()) * scaleX,
                now.yMin() + (box.y2() - then.yMin()) * scaleY);
    }

    /** Asks the model for these objects; without any it need not see the picture. */
    private Map<Integer, FrameMask> look(I420 picture, Map<Integer, Box> prompts) {
        if (prompts.isEmpty()) {
            return Map.of();
        }
        Map<Integer, Found> found = new HashMap<>();
        try (SamModel.Scene scene = model.see(picture)) {
            prompts.forEach((index, box) -> {
                Logits logits = scene.in(box);
                if (logits.score() >= LEAST_SCORE) {
                    logits.near(box, scene.fit())
                            .map(mask -> new Found(mask, overlap(mask.box(), box)))
                            .filter(answer -> answer.agreement >= LEAST_AGREEMENT)
                            .ifPresent(answer -> found.put(index, answer));
                }
            });
        }
        tellApart(found);
        Map<Integer, FrameMask> answered = new HashMap<>();
        found.forEach((index, answer) -> answered.put(index, answer.mask));
        return answered;
    }

    /**
     * What the model gave for a box.
     *
     * @param agreement of the mask's box with the one that was asked for, as their intersection over union
     */
    private record Found(FrameMask mask, double agreement) {}

    /** Where the model shows one object for two, it is the one that it was asked for. */
    private static void tellApart(Map<Integer, Found> found) {
        List<Integer> indexes = List.copyOf(found.keySet());
        for (int first : indexes) {
            for (int second : indexes) {
                Found one = found.get(first);
                Found two = found.get(second);
                if (first < second && one != null && two != null && isSamePlace(one.mask, two.mask)) {
                    found.remove(one.agreement < two.agreement ? first : second);
                }
            }
        }
    }

    private void shows(Map<Integer, FrameMask> found) {
        masks = found;
        regions = flow.regions().stream()
                .map(region -> mask(region.maskIndex())
                        .flatMap(mask -> mask.region(region.maskIndex()))
                        .orElse(region))
                .toList();
        regions.forEach(region -> boxes.put(region.maskIndex(), box(region)));
    }

    private static boolean isSamePlace(FrameMask one, FrameMask two) {
        return one.overlap(two)
                > SAME_PLACE * Math.min(one.mask().count(), two.mask().count());
    }

    /** Intersection over union. */
    private static double overlap(Box one, Box two) {
        double width = Math.min(one.x2(), two.x2()) - Math.max(one.x1(), two.x1());
        double height = Math.min(one.y2(), two.y2()) - Math.max(one.y1(), two.y1());
        double both = Math.max(0, width) * Math.max(0, height);
        return both / (area(one) + area(two) - both);
    }

    private static double area(Box box) {
        return (box.x2() - box.x1()) * (box.y2() - box.y1());
    }

    private static Box box(Region region) {
        return new Box(region.xMin(), region.yMin(), region.xMax(), region.yMax());
    }

    private static Map<Integer, Region> byIndex(List<Region> regions) {
        Map<Integer, Region> byIndex = new HashMap<>();
        regions.forEach(region -> byIndex.put(region.maskIndex(), region));
        return byIndex;
    }

    @Override
    public List<Region> regions() {
        return regions;
    }

    /** The object's pixels, where the model told them of the last picture. */
    Optional<FrameMask> mask(int maskIndex) {
        return Optional.ofNullable(masks.get(maskIndex));
    }

    @Override
    public List<Integer> objects() {
        return flow.objects();
    }

    @Override
    public void remove(int maskIndex) {
        flow.remove(maskIndex);
        boxes.remove(maskIndex);
        masks = new HashMap<>(masks);
        masks.remove(maskIndex);
        regions = regions.stream()
                .filter(region -> region.maskIndex() != maskIndex)
                .toList();
    }

    /** Without the masks: whoever goes on has those of the other tracker until the next picture. */
    @Override
    public Bytes state() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 << 10);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(VERSION);
            out.writeByte(boxes.size());
            for (Map.Entry<Integer, Box> entry : boxes.entrySet()) {
                out.writeInt(entry.getKey());
                out.writeDouble(entry.getValue().x1());
                out.writeDouble(entry.getValue().y1());
                out.writeDouble(entry.getValue().x2());
                out.writeDouble(entry.getValue().y2());
            }
            out.write(flow.state().toArray());
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return Bytes.takeOver(bytes.toByteArray());
    }

    /** Goes on from a state, as {@link TrackerKind#resume} says. */
    static OnnxTracker resume(TrackerKind follower, SamModel model, Bytes state) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.toArray()))) {
            if (in.readInt() != MAGIC || in.readUnsignedByte() != VERSION) {
                throw new IOException("another kind or version");
            }
            int count = in.readUnsignedByte();
            if (count > TrackingProtocol.MOST_BOXES) {
                throw new IOException("impossible numbers");
            }
            Map<Integer, Box> boxes = new LinkedHashMap<>();
            for (int place = 0; place < count; place++) {
                int index = in.readInt();
                Box box = new Box(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
                if (!box.isFinite() || !(box.x2() > box.x1() && box.y2() > box.y1())) {
                    throw new IOException("a box that is none");
                }
                boxes.put(index, box);
            }
            OnnxTracker tracker = new OnnxTracker(follower.resume(Bytes.takeOver(in.readAllBytes())), model);
            if (!tracker.objects().containsAll(boxes.keySet())) {
                throw new IOException("a box of no object");
            }
            tracker.boxes.putAll(boxes);
            return tracker;
        } catch (IOException foreign) {
            throw MeshException.invalid(
                    "state", "the state of a tracking session cannot be read: " + foreign.getMessage());
        }
    }

    @Override
    public void close() {
        flow.close();
    }
}
