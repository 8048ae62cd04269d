package io.mediamesh.mesh;

import io.mediamesh.contracts.MeshException;

/** What happens to items that a subscriber has not asked for yet. Bounds the memory that a subscriber can take. */
public sealed interface Policy {
    /** One slot; the newest item wins. For live viewing and detection. */
    Policy LATEST = new Latest();

    /** Keeps up to {@code capacity} items and drops the oldest, counted. */
    static Policy buffer(int capacity) {
        return new Buffer(capacity);
    }

    /** Keeps up to {@code capacity} items; what does not fit is reported as a {@link Delivery.Gap} in its place. */
    static Policy lossless(int capacity) {
        return new Lossless(capacity);
    }

    /** How many items may wait. */
    int capacity();

    /** The type of {@link #LATEST}. */
    record Latest() implements Policy {
        @Override
        public int capacity() {
            return 1;
        }
    }

    /** See {@link #buffer(int)}. */
    record Buffer(int capacity) implements Policy {
        /** Checks the bound. */
        public Buffer {
            checkCapacity(capacity);
        }
    }

    /** See {@link #lossless(int)}. */
    record Lossless(int capacity) implements Policy {
        /** Checks the bound. */
        public Lossless {
            checkCapacity(capacity);
        }
    }

    private static void checkCapacity(int capacity) {
        if (capacity < 1 || capacity > 100_000) {
            throw MeshException.invalid("size", "a subscription buffer holds 1 to 100000 items, not " + capacity);
        }
    }
}
