package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.util.List;

/** A way to follow objects. Thread-safe; everything in it blocks. */
public interface TrackerKind extends AutoCloseable {
    /** For people and the log. */
    String name();

    /** Loads libraries and models, so that the first session need not wait for them; throws when they can't be used. */
    void load();

    /**
     * Begins with the objects in these boxes.
     *
     * @param boxes at least one; corners in any order, clipped to the picture here
     * @throws MeshException {@link FailureCode#INVALID} when a box is no box, or encloses nothing of the picture
     */
    Tracker begin(I420 picture, List<Box> boxes);

    /**
     * Goes on where another tracker of this kind was.
     *
     * @param state what {@link Tracker#state()} gave
     * @throws MeshException {@link FailureCode#INVALID} when it comes from another kind or version, or is damaged
     */
    Tracker resume(Bytes state);

    /** Gives back what was loaded; its trackers can only be closed afterwards. Closing twice is harmless. */
    @Override
    default void close() {}
}
