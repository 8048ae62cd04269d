package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudioResultTest {
    private static AudioResult result(AudioType type, String json) {
        return AudioResult.ofJson(type, new JsonObject(json));
    }

    @Test
    void aPitchHasItsNote() {
        assertThat(result(
                        AudioType.PITCH_TRACKER,
                        "{\"frequency_hz\":440.123,\"confidence\":0.98,\"note_name\":\"A4\",\"amplitude_db\":-9.03,"
                                + "\"harmonic_clarity\":0.9,\"cents\":0.5}"))
                .isEqualTo(new PitchData(
                        OptionalDouble.of(440.123), 0.98, Optional.of("A4"), OptionalDouble.of(0.5), -9.03, 0.9));
    }

    @Test
    void noPitchHasNeitherFrequencyNorNote() {
        assertThat(result(
                        AudioType.PITCH_TRACKER,
                        "{\"frequency_hz\":null,\"confidence\":0,\"note_name\":null,\"amplitude_db\":-150,"
                                + "\"harmonic_clarity\":0,\"cents\":null}"))
                .isEqualTo(new PitchData(OptionalDouble.empty(), 0, Optional.empty(), OptionalDouble.empty(), -150, 0));
    }

    @Test
    void aSpectrumHasItsRows() {
        assertThat(result(
                        AudioType.FFT_SPECTRUM,
                        "{\"frequencies\":[0,11.72],\"magnitudes_linear\":[0.00012,null],\"phases\":null,"
                                + "\"fft_size\":4096,\"window_type\":\"hann\",\"overlap_factor\":0.75,"
                                + "\"weighting\":\"none\",\"peak_frequency\":440.01,\"peak_magnitude\":-6.02}"))
                .isEqualTo(new FftSpectrumData(
                        List.of(0.0, 11.72),
                        List.of(0.00012, Double.NaN),
                        Optional.empty(),
                        4096,
                        "hann",
                        0.75,
                        "none",
                        440.01,
                        -6.02));
    }

    @Test
    void octavesHaveTheirLabels() {
        assertThat(result(
                        AudioType.OCTAVE_SPECTRUM,
                        "{\"center_frequencies\":[794.33,1000],\"band_energies_db\":[-60.1,-3.01],"
                                + "\"band_labels\":[\"800\",\"1k\"],\"bands_per_octave\":3,\"weighting\":\"A\","
                                + "\"response_time\":0.125,\"overall_level\":-3.01}"))
                .isEqualTo(new OctaveSpectrumData(
                        List.of(794.33, 1000.0), List.of(-60.1, -3.01), List.of("800", "1k"), 3, "A", 0.125, -3.01));
    }

    @Test
    void aDelayMayBeUnknown() {
        assertThat(result(
                        AudioType.DELAY_ESTIMATOR,
                        "{\"delay_ms\":null,\"delay_samples\":null,\"distance_m\":null,\"confidence\":0,\"polarity\":null,"
                                + "\"channel_labels\":[\"L\",\"R\"],\"status\":\"silent\"}"))
                .isEqualTo(new DelayData(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        0,
                        Optional.empty(),
                        List.of("L", "R"),
                        "silent"));
    }

    @Test
    void aSpectrogramHasColumns() {
        assertThat(result(
                        AudioType.SPECTROGRAM,
                        "{\"times\":[-0.0213,0],\"frequencies\":[0,93.75],\"columns\":[[-150,-20.5],[-150,-20.6]],"
                                + "\"column_interval\":0.021333,\"fft_size\":4096,\"window_type\":\"hann\","
                                + "\"weighting\":\"none\"}"))
                .isEqualTo(new SpectrogramData(
                        List.of(-0.0213, 0.0),
                        List.of(0.0, 93.75),
                        List.of(List.of(-150.0, -20.5), List.of(-150.0, -20.6)),
                        0.021333,
                        4096,
                        "hann",
                        "none"));
    }

    @Test
    void aWaveformHasARowForEachChannel() {
        assertThat(result(
                        AudioType.SCOPE,
                        "{\"minima\":[[-0.1,0],[0,0]],\"maxima\":[[0.1,0.2],[0,0]],\"channel_labels\":[\"L\",\"R\"],"
                                + "\"start_ms\":-2,\"step_ms\":0.0417,\"triggered\":true,\"trigger_level\":0}"))
                .isEqualTo(new ScopeData(
                        List.of(List.of(-0.1, 0.0), List.of(0.0, 0.0)),
                        List.of(List.of(0.1, 0.2), List.of(0.0, 0.0)),
                        List.of("L", "R"),
                        -2,
                        0.0417,
                        true,
                        0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"frequencies\":[0],\"magnitudes_linear\":[0],\"fft_size\":4096}",
                "{\"frequencies\":7}",
                "{}",
            })
    void aFieldThatIsMissingIsNamed(String json) {
        assertThatThrownBy(() -> result(AudioType.FFT_SPECTRUM, json))
                .isInstanceOf(DecodeException.class)
                .hasMessageMatching("the field \\w+ is missing or not .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Levels", "a b", "../x", "7up"})
    void aNameThatCantBeOneOfATypeIsRefused(String name) {
        assertThatThrownBy(() -> new AudioType(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
