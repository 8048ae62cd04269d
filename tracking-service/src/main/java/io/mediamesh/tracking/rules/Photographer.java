package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.ObjectEvent.Snapshot;
import io.mediamesh.contracts.Stamp;
import java.util.Optional;

/** Takes pictures of objects. */
@FunctionalInterface
interface Photographer {
    /** For whom pictures are not wanted. */
    Photographer NONE = (stamp, sight) -> Optional.empty();

    /**
     * The part of the picture that shows the object; empty where that picture is not there any more. Takes milliseconds.
     *
     * @param stamp of what the object was seen in
     */
    Optional<Snapshot> take(Stamp stamp, Sight sight);
}
