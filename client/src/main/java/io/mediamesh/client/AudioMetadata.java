package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/**
 * What a result belongs to.
 *
 * @param dataType the analysis
 * @param stream whose sound it is
 * @param timestamp when the middle of the analysed sound was captured, in Unix seconds
 * @param sequence grows from result to result of an analysis
 * @param sampleRateHz of the sound that was analysed
 * @param dropped results before this one that the server left out because this client did not keep up
 */
public record AudioMetadata(
        AudioType dataType, String stream, double timestamp, long sequence, int sampleRateHz, long dropped) {
    static AudioMetadata ofJson(JsonObject json) {
        return new AudioMetadata(
                new AudioType(JsonFields.text(json, "data_type")),
                JsonFields.text(json, "stream"),
                JsonFields.number(json, "timestamp"),
                JsonFields.whole(json, "sequence"),
                JsonFields.count(json, "sample_rate"),
                json.containsKey("dropped") ? JsonFields.whole(json, "dropped") : 0);
    }
}
