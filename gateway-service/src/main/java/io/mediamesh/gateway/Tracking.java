package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Somebody who follows objects from picture to picture. */
interface Tracking {
    /**
     * A session that has begun.
     *
     * @param session its id
     * @param frameData where the objects are in its first picture
     */
    record Started(String session, JsonObject frameData) {}

    /** Begins a session on the objects in these boxes of a JPEG or PNG file. */
    Future<Started> start(List<Box> boxes, Bytes picture);

    /** Where the objects are in the next picture; {@link FailureCode#NOT_FOUND} where the session is gone. */
    Future<JsonObject> frame(String session, Bytes picture);

    /** Ends a session, which may have ended before. */
    Future<Void> end(String session);
}
