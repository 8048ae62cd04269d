package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/**
 * How bright a frame is, and the last ones on average.
 *
 * @param timestamp when the frame was captured, in Unix seconds
 * @param currentIntensity mean luma of the frame, 0 to 255
 * @param currentNormalized the same, 0 to 1
 * @param averageIntensity mean of the last frames, 0 to 255
 * @param averageNormalized the same, 0 to 1
 * @param frameCount frames in the average, at most {@link VideoConfig#maxSamples}
 * @param connectionId the connection that the frame came over
 */
public record IntensityData(
        double timestamp,
        double currentIntensity,
        double currentNormalized,
        double averageIntensity,
        double averageNormalized,
        int frameCount,
        String connectionId) {
    static IntensityData ofJson(JsonObject json) {
        return new IntensityData(
                JsonFields.number(json, "timestamp"),
                JsonFields.number(json, "current_intensity"),
                JsonFields.number(json, "current_normalized"),
                JsonFields.number(json, "average_intensity"),
                JsonFields.number(json, "average_normalized"),
                JsonFields.count(json, "frame_count"),
                JsonFields.text(json, "connection_id"));
    }
}
