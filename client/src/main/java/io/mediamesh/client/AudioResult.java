package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/** What an analysis of sound found. Immutable; rows have NaN where a number is missing. */
public sealed interface AudioResult
        permits PitchData,
                FftSpectrumData,
                OctaveSpectrumData,
                LevelsData,
                DelayData,
                SpectrogramData,
                ScopeData,
                OtherData {
    /** The result of an analysis; those that this client does not know come as their JSON. */
    static AudioResult ofJson(AudioType type, JsonObject data) {
        return switch (type.name()) {
            case "pitch_tracker" -> PitchData.ofJson(data);
            case "fft_spectrum" -> FftSpectrumData.ofJson(data);
            case "octave_spectrum" -> OctaveSpectrumData.ofJson(data);
            case "levels" -> LevelsData.ofJson(data);
            case "delay_estimator" -> DelayData.ofJson(data);
            case "spectrogram" -> SpectrogramData.ofJson(data);
            case "scope" -> ScopeData.ofJson(data);
            default -> new OtherData(data);
        };
    }
}
