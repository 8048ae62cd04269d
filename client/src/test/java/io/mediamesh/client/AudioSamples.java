package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/** Results for tests of consumers. */
final class AudioSamples {
    private AudioSamples() {}

    static AudioData levels(long sequence) {
        String json = FakeSoundServer.levels(sequence);
        return AudioData.ofJson(new JsonObject(json), json);
    }
}
