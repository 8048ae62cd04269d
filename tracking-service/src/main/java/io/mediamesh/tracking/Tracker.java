package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.util.List;

/**
 * The objects of one session, followed from picture to picture. Calls come one at a time, on changing threads, and take
 * milliseconds: use it on a bounded executor.
 */
public interface Tracker extends AutoCloseable {
    /** Where the objects are in the last picture, with their outlines, by {@link Region#maskIndex()}; a lost one has none. */
    List<Region> regions();

    /**
     * Looks for the objects in the next picture; one of another size than the last is taken to show the same scene.
     *
     * @return as {@link #regions()} from then on
     */
    List<Region> track(I420 picture);

    /**
     * Follows more objects.
     *
     * @param picture the one that was tracked last
     * @param boxes at least one; corners in any order, clipped to the picture here
     * @return their {@link Region#maskIndex()}, which no object of this tracker had before
     * @throws MeshException {@link FailureCode#INVALID} as in {@link TrackerKind#begin}; nothing has changed then
     */
    List<Integer> add(I420 picture, List<Box> boxes);

    /** The mask indexes of its objects, of those that are lost, too. */
    List<Integer> objects();

    /** Follows an object no more. */
    void remove(int maskIndex);

    /** All that another member needs to go on with the same identities; {@link TrackerKind#resume} reads it. */
    Bytes state();

    /** Gives back what it holds; closing twice is harmless. */
    @Override
    void close();
}
