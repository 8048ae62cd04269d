package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Trackers that count the pictures they were given, and stand still or break when a test says so. */
final class FakeKind implements TrackerKind {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger mostInside = new AtomicInteger();
    final AtomicBoolean breaks = new AtomicBoolean();
    private final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);

    /** From now on pictures are tracked one by one, as {@link #release} says. */
    void hold() {
        permits.drainPermits();
    }

    void release(int pictures) {
        permits.release(pictures);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void load() {
        // There is nothing to load.
    }

    @Override
    public Tracker begin(I420 picture, List<Box> boxes) {
        ClippedBox.all(boxes, picture.widthPx(), picture.heightPx());
        return new Counting(boxes.size(), 0);
    }

    @Override
    public Tracker resume(Bytes state) {
        String[] parts = new String(state.toArray(), StandardCharsets.US_ASCII).split(" ", -1);
        if (parts.length != 2) {
            throw MeshException.invalid("state", "foreign");
        }
        return new Counting(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /** The area of each region is one more than the number of pictures after the first. */
    private final class Counting implements Tracker {
        private final int objects;
        private final AtomicBoolean closed = new AtomicBoolean();
        private int pictures;

        Counting(int objects, int pictures) {
            this.objects = objects;
            this.pictures = pictures;
            open.incrementAndGet();
        }

        @Override
        public List<Region> regions() {
            return IntStream.range(0, objects)
                    .mapToObj(index -> new Region(index, 0, 0, 1, 1, 0, 0, pictures + 1))
                    .toList();
        }

        @Override
        public List<Integer> add(I420 picture, List<Box> boxes) {
            throw new UnsupportedOperationException("sessions add nothing");
        }

        @Override
        public List<Integer> objects() {
            return IntStream.range(0, objects).boxed().toList();
        }

        @Override
        public void remove(int maskIndex) {
            throw new UnsupportedOperationException("sessions remove nothing");
        }

        @Override
        public List<Region> track(I420 picture) {
            mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                permits.acquireUninterruptibly();
                if (breaks.get()) {
                    throw new IllegalStateException("the test says so");
                }
                pictures++;
                return regions();
            } finally {
                inside.decrementAndGet();
            }
        }

        @Override
        public Bytes state() {
            return Bytes.takeOver((objects + " " + pictures).getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
        }
    }
}
