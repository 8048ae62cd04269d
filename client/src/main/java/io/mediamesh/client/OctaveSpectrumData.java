package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Levels of bands of octaves.
 *
 * @param centerFrequenciesHz exact ones
 * @param bandEnergiesDb RMS of the bands, in dB below full scale
 * @param bandLabels for people
 * @param bandsPerOctave 1, 3, 6, 12 or 24
 * @param weighting {@code A}, {@code B}, {@code C} or {@code none}
 * @param responseTimeSeconds over which energy is averaged
 * @param overallLevelDb of all bands
 */
public record OctaveSpectrumData(
        List<Double> centerFrequenciesHz,
        List<Double> bandEnergiesDb,
        List<String> bandLabels,
        int bandsPerOctave,
        String weighting,
        double responseTimeSeconds,
        double overallLevelDb)
        implements AudioResult {
    static OctaveSpectrumData ofJson(JsonObject json) {
        return new OctaveSpectrumData(
                JsonFields.numbers(json, "center_frequencies"),
                JsonFields.numbers(json, "band_energies_db"),
                JsonFields.texts(json, "band_labels"),
                JsonFields.count(json, "bands_per_octave"),
                JsonFields.text(json, "weighting"),
                JsonFields.number(json, "response_time"),
                JsonFields.number(json, "overall_level"));
    }
}
