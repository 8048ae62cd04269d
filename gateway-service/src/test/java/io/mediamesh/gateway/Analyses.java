package io.mediamesh.gateway;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.util.List;
import java.util.stream.IntStream;

/** Analyses of sound as members make them, of made-up numbers. */
final class Analyses {
    static final int SAMPLE_RATE_HZ = 48_000;
    /** Of an FFT of 4096. */
    static final int BINS = 2_049;

    private Analyses() {}

    static Analysis of(String type, long index) {
        return switch (type) {
            case "levels" -> levels(index);
            case "fft_spectrum" -> spectrum(BINS);
            case "pitch_tracker" ->
                new Analysis(
                        SAMPLE_RATE_HZ,
                        Fields.builder()
                                .number("frequency_hz", 440.04, 2)
                                .number("confidence", 0.97, 3)
                                .text("note_name", "A4")
                                .number("amplitude_db", -6.02, 2)
                                .number("harmonic_clarity", 0.8, 3)
                                .build());
            default ->
                new Analysis(
                        SAMPLE_RATE_HZ,
                        Fields.builder()
                                .whole("index", index)
                                .text("type", type)
                                .build());
        };
    }

    static Analysis levels(long index) {
        return new Analysis(
                SAMPLE_RATE_HZ,
                Fields.builder()
                        .row("peak_levels_db", Numbers.fixed(new double[] {-6.02, -index}, 2))
                        .row("rms_levels_db", Numbers.fixed(new double[] {-9.03, -12.5}, 2))
                        .row("peak_hold_levels_db", Numbers.fixed(new double[] {-6.02, -3}, 2))
                        .texts("channel_labels", List.of("left", "right"))
                        .number("integration_time", 0.3, 3)
                        .number("peak_hold_time", 2, 3)
                        .build());
    }

    /** A single line in the bin 37. */
    static Analysis spectrum(int bins) {
        return new Analysis(
                SAMPLE_RATE_HZ,
                Fields.builder()
                        .row(
                                "frequencies",
                                Numbers.fixed(
                                        IntStream.range(0, bins)
                                                .mapToDouble(bin -> bin * 11.71875)
                                                .toArray(),
                                        3))
                        .row(
                                "magnitudes_linear",
                                Numbers.significant(
                                        IntStream.range(0, bins)
                                                .mapToDouble(bin -> bin == 37 ? 0.5 : 1.234567e-5)
                                                .toArray(),
                                        5))
                        .none("phases")
                        .whole("fft_size", 2L * (bins - 1))
                        .text("window_type", "hann")
                        .number("overlap_factor", 0.75, 3)
                        .text("weighting", "none")
                        .number("peak_frequency", 433.6, 2)
                        .number("peak_magnitude", -6.02, 2)
                        .build());
    }
}
