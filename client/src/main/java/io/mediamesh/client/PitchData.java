package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The pitch of a voice or an instrument.
 *
 * @param frequencyHz empty where there is no pitch
 * @param confidence 0 to 1
 * @param noteName the nearest note, for example {@code A4}; empty where there is no pitch
 * @param cents how far the pitch is above that note, in hundredths of a semitone
 * @param amplitudeDb level of the sound, in dB below full scale
 * @param harmonicClarity 0 for noise to 1 for a sound of nothing but harmonics
 */
public record PitchData(
        OptionalDouble frequencyHz,
        double confidence,
        Optional<String> noteName,
        OptionalDouble cents,
        double amplitudeDb,
        double harmonicClarity)
        implements AudioResult {
    static PitchData ofJson(JsonObject json) {
        return new PitchData(
                JsonFields.numberIfAny(json, "frequency_hz"),
                JsonFields.number(json, "confidence"),
                JsonFields.textIfAny(json, "note_name"),
                JsonFields.numberIfAny(json, "cents"),
                JsonFields.number(json, "amplitude_db"),
                JsonFields.number(json, "harmonic_clarity"));
    }
}
