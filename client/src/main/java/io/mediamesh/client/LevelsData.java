package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * How loud each channel is, in dB below full scale: a sine at full scale has a peak of 0 and an RMS of −3.01.
 *
 * @param peakLevelsDb since the result before
 * @param rmsLevelsDb over the integration time
 * @param peakHoldLevelsDb highest peaks of the hold time
 * @param channelLabels for people
 * @param integrationTimeSeconds of the RMS
 * @param peakHoldTimeSeconds of the peak hold
 */
public record LevelsData(
        List<Double> peakLevelsDb,
        List<Double> rmsLevelsDb,
        List<Double> peakHoldLevelsDb,
        List<String> channelLabels,
        double integrationTimeSeconds,
        double peakHoldTimeSeconds)
        implements AudioResult {
    static LevelsData ofJson(JsonObject json) {
        return new LevelsData(
                JsonFields.numbers(json, "peak_levels_db"),
                JsonFields.numbers(json, "rms_levels_db"),
                JsonFields.numbers(json, "peak_hold_levels_db"),
                JsonFields.texts(json, "channel_labels"),
                JsonFields.number(json, "integration_time"),
                JsonFields.number(json, "peak_hold_time"));
    }
}
