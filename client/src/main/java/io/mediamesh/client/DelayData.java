package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much later one channel is than another.
 *
 * @param delayMillis positive where the second one is later; empty where nothing was measured
 * @param delaySamples the same in samples, with fractions
 * @param distanceMetres the same as a way of sound in air
 * @param confidence 0 to 1
 * @param polarity {@code normal} or {@code inverted}; empty where nothing was measured
 * @param channelLabels the first one and the second one, for people
 * @param status {@code measured}, or why nothing was: {@code mono}, {@code silent} and others
 */
public record DelayData(
        OptionalDouble delayMillis,
        OptionalDouble delaySamples,
        OptionalDouble distanceMetres,
        double confidence,
        Optional<String> polarity,
        List<String> channelLabels,
        String status)
        implements AudioResult {
    static DelayData ofJson(JsonObject json) {
        return new DelayData(
                JsonFields.numberIfAny(json, "delay_ms"),
                JsonFields.numberIfAny(json, "delay_samples"),
                JsonFields.numberIfAny(json, "distance_m"),
                JsonFields.number(json, "confidence"),
                JsonFields.textIfAny(json, "polarity"),
                JsonFields.texts(json, "channel_labels"),
                JsonFields.text(json, "status"));
    }
}
