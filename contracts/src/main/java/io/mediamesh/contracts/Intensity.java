package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;

/**
 * Brightness of a frame: mean luma (BT.601, full range).
 *
 * @param current of this frame, 0 to 255
 * @param average over the last {@code frameCount} frames, 0 to 255
 * @param frameCount number of frames in the average, at most {@code intensity.max_samples}
 */
public record Intensity(double current, double average, int frameCount) implements Event {
    static final String TYPE = "intensity";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public JsonObject toJson() {
        return new JsonObject()
                .put("current_intensity", current)
                .put("current_normalized", current / 255)
                .put("average_intensity", average)
                .put("average_normalized", average / 255)
                .put("frame_count", frameCount);
    }

    /** The message that watchers of a connection get for a frame: these seven fields and no others. */
    public JsonObject toConnectionJson(String connectionId, CaptureTime capture) {
        return new JsonObject()
                .put("timestamp", capture.unixSeconds())
                .mergeIn(toJson())
                .put("connection_id", connectionId);
    }

    static Intensity ofJson(JsonObject json) {
        return new Intensity(
                json.getDouble("current_intensity"),
                json.getDouble("average_intensity"),
                json.getInteger("frame_count"));
    }
}
