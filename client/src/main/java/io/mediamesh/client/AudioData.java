package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/**
 * A result of an analysis of sound.
 *
 * @param metadata what it belongs to
 * @param data what was found
 * @param json the message
 */
public record AudioData(AudioMetadata metadata, AudioResult data, String json) {
    static AudioData ofJson(JsonObject message, String json) {
        AudioMetadata metadata = AudioMetadata.ofJson(JsonFields.object(message, "metadata"));
        AudioResult data = AudioResult.ofJson(metadata.dataType(), JsonFields.object(message, "data"));
        return new AudioData(metadata, data, json);
    }
}
