package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;

/**
 * One object found in a frame.
 *
 * @param label what it is, for example {@code face}
 * @param confidence 0 to 1
 * @param x1 left edge in pixels of the frame
 * @param y1 top edge
 * @param x2 right edge, exclusive
 * @param y2 bottom edge, exclusive
 */
public record Detection(String label, double confidence, double x1, double y1, double x2, double y2) {
    JsonObject toJson() {
        return new JsonObject()
                .put("label", label)
                .put("confidence", confidence)
                .put("x1", x1)
                .put("y1", y1)
                .put("x2", x2)
                .put("y2", y2);
    }

    static Detection ofJson(JsonObject json) {
        return new Detection(
                json.getString("label"),
                json.getDouble("confidence"),
                json.getDouble("x1"),
                json.getDouble("y1"),
                json.getDouble("x2"),
                json.getDouble("y2"));
    }
}
