package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Amplitudes by frequency.
 *
 * @param frequenciesHz of the bins
 * @param magnitudesLinear amplitudes of the bins; that of a sine at full scale is 1
 * @param phases of the bins in radians, where the server was set to send them
 * @param fftSize samples in a window
 * @param windowType for example {@code hann}
 * @param overlapFactor 0 to below 1
 * @param weighting {@code A}, {@code B}, {@code C} or {@code none}
 * @param peakFrequencyHz where the spectrum is highest, between the bins too
 * @param peakMagnitudeDb level there, in dB below full scale
 */
public record FftSpectrumData(
        List<Double> frequenciesHz,
        List<Double> magnitudesLinear,
        Optional<List<Double>> phases,
        int fftSize,
        String windowType,
        double overlapFactor,
        String weighting,
        double peakFrequencyHz,
        double peakMagnitudeDb)
        implements AudioResult {
    static FftSpectrumData ofJson(JsonObject json) {
        return new FftSpectrumData(
                JsonFields.numbers(json, "frequencies"),
                JsonFields.numbers(json, "magnitudes_linear"),
                JsonFields.numbersIfAny(json, "phases"),
                JsonFields.count(json, "fft_size"),
                JsonFields.text(json, "window_type"),
                JsonFields.number(json, "overlap_factor"),
                JsonFields.text(json, "weighting"),
                JsonFields.number(json, "peak_frequency"),
                JsonFields.number(json, "peak_magnitude"));
    }
}
