package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;

/** A small result of an analysis: has a JSON form that clients see and that travels between nodes. */
public sealed interface Event extends Payload permits Intensity, Detections, Tracks, ObjectEvents, Analysis {
    /** The name under which the codec finds the type again; never changes. */
    String type();

    /** The fields of the payload, without those of the item around it. */
    JsonObject toJson();

    /** The JSON object that travels between nodes. */
    default Bytes toWireJson() {
        return Bytes.takeOver(toJson().toBuffer().getBytes());
    }
}
