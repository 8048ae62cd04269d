package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.ClippedBox;
import io.mediamesh.tracking.Tracker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/**
 * Follows objects by corners and by what they look like, without a model. Between two pictures it holds no native memory;
 * an object takes 60 to 150 KB of the heap.
 */
final class FeatureTracker implements Tracker {
    private static final int MAGIC = 0x4d4d5446;
    private static final int VERSION = 2;
    private static final int LONGEST_SIDE_PX = 96;
    /** With more objects each has smaller patches, so that a session does not grow with their number. */
    private static final int OBJECTS_AT_FULL_SIZE = 8;

    private static final int SEARCHES_EACH_FRAME = 4;
    private static final double SAME_PLACE = 0.6;

    private final List<TrackedObject> objects;
    /** The mask index of each of the objects. */
    private final List<Integer> indexes;

    private int nextIndex;
    private int widthPx;
    private int heightPx;
    private int turn;
    private List<Region> regions;

    private FeatureTracker(
            List<TrackedObject> objects, List<Integer> indexes, int nextIndex, int widthPx, int heightPx) {
        this.objects = objects;
        this.indexes = indexes;
        this.nextIndex = nextIndex;
        this.widthPx = widthPx;
        this.heightPx = heightPx;
        this.regions = located();
    }

    static FeatureTracker begin(I420 picture, List<Box> boxes) {
        FeatureTracker tracker =
                new FeatureTracker(new ArrayList<>(), new ArrayList<>(), 0, picture.widthPx(), picture.heightPx());
        tracker.add(picture, boxes);
        return tracker;
    }

    @Override
    public List<Integer> add(I420 picture, List<Box> boxes) {
        List<ClippedBox> clipped = ClippedBox.all(boxes, picture.widthPx(), picture.heightPx());
        double share = Math.min(1, Math.sqrt((double) OBJECTS_AT_FULL_SIZE / (objects.size() + clipped.size())));
        List<TrackedObject> begun = new ArrayList<>();
        try (var _ = new PointerScope()) {
            FrameLuma frame = new FrameLuma(picture);
            for (ClippedBox box : clipped) {
                begun.add(TrackedObject.begin(picture, frame, box, (int) Math.round(LONGEST_SIDE_PX * share)));
            }
            List<Integer> given =
                    IntStream.range(nextIndex, nextIndex + begun.size()).boxed().toList();
            objects.addAll(begun);
            indexes.addAll(given);
            nextIndex += given.size();
            regions = located();
            return given;
        }
    }

    @Override
    public List<Integer> objects() {
        return List.copyOf(indexes);
    }

    @Override
    public void remove(int maskIndex) {
        int place = indexes.indexOf(maskIndex);
        if (place >= 0) {
            indexes.remove(place);
            objects.remove(place);
            regions = regions.stream()
                    .filter(region -> region.maskIndex() != maskIndex)
                    .toList();
        }
    }

    @Override
    public List<Region> regions() {
        return regions;
    }

    @Override
    public List<Region> track(I420 picture) {
        try (var _ = new PointerScope()) {
            FrameLuma frame = new FrameLuma(picture);
            if (frame.widthPx() != widthPx || frame.heightPx() != heightPx) {
                double scaleX = (double) frame.widthPx() / widthPx;
                double scaleY = (double) frame.heightPx() / heightPx;
                objects.forEach(object -> object.rescale(scaleX, scaleY));
                widthPx = frame.widthPx();
                heightPx = frame.heightPx();
            }
            List<Pose> expected =
                    objects.stream().map(object -> object.expected(frame)).toList();
            objects.forEach(object -> object.follow(frame));
            search(frame);
            tellApart(expected);
            regions = located();
        }
        return regions;
    }

    /** Some of the lost objects, others the next time. */
    private void search(FrameLuma frame) {
        int searched = 0;
        for (int step = 0; step < objects.size() && searched < SEARCHES_EACH_FRAME; step++) {
            TrackedObject object = objects.get((turn + step) % objects.size());
            if (!object.isSeen()) {
                searched++;
                object.returnsAt(frame, Search.places(frame, object));
            }
        }
        turn++;
    }

    /** Where two objects seem to be in one place, one of them was taken for the other. */
    private void tellApart(List<Pose> expected) {
        List<Optional<FrameMask>> masks =
                objects.stream().map(object -> object.mask(widthPx, heightPx)).toList();
        for (int one = 0; one < objects.size(); one++) {
            for (int two = one + 1; two < objects.size(); two++) {
                if (objects.get(one).isSeen()
                        && objects.get(two).isSeen()
                        && masks.get(one).isPresent()
                        && masks.get(two).isPresent()
                        && isSamePlace(masks.get(one).get(), masks.get(two).get())) {
                    int mistaken = isWorse(objects.get(one), objects.get(two)) ? one : two;
                    objects.get(mistaken).mistaken(expected.get(mistaken));
                }
            }
        }
    }

    private static boolean isSamePlace(FrameMask one, FrameMask two) {
        int smaller = Math.min(one.mask().count(), two.mask().count());
        return one.overlap(two) > SAME_PLACE * smaller;
    }

    private static boolean isWorse(TrackedObject one, TrackedObject two) {
        double difference = one.correlation() - two.correlation();
        return Math.abs(difference) > 0.1 ? difference < 0 : one.surprise() > two.surprise();
    }

    private List<Region> located() {
        List<Region> found = new ArrayList<>();
        for (int maskIndex : indexes) {
            mask(maskIndex).flatMap(mask -> mask.region(maskIndex)).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /** The pixels of an object in the last picture. */
    Optional<FrameMask> mask(int maskIndex) {
        int place = indexes.indexOf(maskIndex);
        if (place < 0) {
            return Optional.empty();
        }
        try (var _ = new PointerScope()) {
            return objects.get(place).mask(widthPx, heightPx);
        }
    }

    @Override
    public Bytes state() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 << 10);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(VERSION);
            out.writeShort(widthPx);
            out.writeShort(heightPx);
            out.writeInt(turn);
            out.writeByte(objects.size());
            out.writeInt(nextIndex);
            for (int place = 0; place < objects.size(); place++) {
                out.writeInt(indexes.get(place));
                objects.get(place).write(out);
            }
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return Bytes.takeOver(bytes.toByteArray());
    }

    static FeatureTracker resume(Bytes state) {
        try (var _ = new PointerScope();
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.toArray()))) {
            if (in.readInt() != MAGIC || in.readUnsignedByte() != VERSION) {
                throw new IOException("another kind or version");
            }
            int widthPx = in.readUnsignedShort();
            int heightPx = in.readUnsignedShort();
            int turn = in.readInt();
            int count = in.readUnsignedByte();
            if (Math.min(widthPx, heightPx) < 1
                    || Math.max(widthPx, heightPx) > I420.MAX_SIDE_PX
                    || count > TrackingProtocol.MOST_BOXES) {
                throw new IOException("impossible numbers");
            }
            int nextIndex = in.readInt();
            List<TrackedObject> objects = new ArrayList<>();
            List<Integer> indexes = new ArrayList<>();
            for (int place = 0; place < count; place++) {
                int index = in.readInt();
                if (index < 0 || index >= nextIndex || indexes.contains(index)) {
                    throw new IOException("an impossible index");
                }
                indexes.add(index);
                objects.add(TrackedObject.read(in));
            }
            if (in.read() >= 0) {
                throw new IOException("more than expected");
            }
            FeatureTracker tracker = new FeatureTracker(objects, indexes, nextIndex, widthPx, heightPx);
            tracker.turn = Math.max(0, turn);
            return tracker;
        } catch (IOException foreign) {
            throw MeshException.invalid(
                    "state", "the state of a tracking session cannot be read: " + foreign.getMessage());
        }
    }

    @Override
    public void close() {
        // Nothing is held between two pictures.
    }
}
