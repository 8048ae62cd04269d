package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Columns of a picture of frequencies over time.
 *
 * @param timesSeconds of the columns, relative to the timestamp of the result, the oldest first
 * @param frequenciesHz of the rows
 * @param columnsDb for each column the level at each frequency, in dB below full scale
 * @param columnIntervalSeconds from one column to the next, also from one result's last to the next one's first
 * @param fftSize samples in a window
 * @param windowType for example {@code hann}
 * @param weighting {@code A}, {@code B}, {@code C} or {@code none}
 */
public record SpectrogramData(
        List<Double> timesSeconds,
        List<Double> frequenciesHz,
        List<List<Double>> columnsDb,
        double columnIntervalSeconds,
        int fftSize,
        String windowType,
        String weighting)
        implements AudioResult {
    static SpectrogramData ofJson(JsonObject json) {
        return new SpectrogramData(
                JsonFields.numbers(json, "times"),
                JsonFields.numbers(json, "frequencies"),
                JsonFields.rows(json, "columns"),
                JsonFields.number(json, "column_interval"),
                JsonFields.count(json, "fft_size"),
                JsonFields.text(json, "window_type"),
                JsonFields.text(json, "weighting"));
    }
}
