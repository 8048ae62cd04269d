package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A piece of the waveform, full scale being −1 to 1.
 *
 * @param minima for each channel the least sample of each step
 * @param maxima for each channel the greatest sample of each step
 * @param channelLabels for people
 * @param startMillis of the first step, from the trigger
 * @param stepMillis from one step to the next
 * @param triggered whether the wave passed the level as it was asked for
 * @param triggerLevel that level
 */
public record ScopeData(
        List<List<Double>> minima,
        List<List<Double>> maxima,
        List<String> channelLabels,
        double startMillis,
        double stepMillis,
        boolean triggered,
        double triggerLevel)
        implements AudioResult {
    static ScopeData ofJson(JsonObject json) {
        return new ScopeData(
                JsonFields.rows(json, "minima"),
                JsonFields.rows(json, "maxima"),
                JsonFields.texts(json, "channel_labels"),
                JsonFields.number(json, "start_ms"),
                JsonFields.number(json, "step_ms"),
                JsonFields.flag(json, "triggered"),
                JsonFields.number(json, "trigger_level"));
    }
}
