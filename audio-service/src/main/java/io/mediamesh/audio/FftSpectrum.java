package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.stream.IntStream;

/** Amplitudes over frequency: see {@link SpectrumAnalyser}. */
public final class FftSpectrum implements AnalyserKind {
    static final Setting<Integer> FFT_SIZE = sizeSetting("audio.fft_spectrum.fft_size", 4096);
    static final Setting<Window> WINDOW = Window.setting("audio.fft_spectrum.window", Window.HANN);
    static final Setting<Double> OVERLAP = Setting.number(
            "audio.fft_spectrum.overlap",
            0.75,
            0,
            0.99,
            "How much of a spectrum's sound the next one shares; less where the rate does not allow it.");
    static final Setting<Weighting> WEIGHTING = Weighting.setting("audio.fft_spectrum.weighting");
    static final Setting<Boolean> PHASES = Setting.flag(
            "audio.fft_spectrum.phases",
            false,
            "Whether phases are told too, in radians at the window's first sample.");

    private static final int SMALLEST_SIZE = 32;
    private static final int LARGEST_SIZE = 32_768;

    /** The length of a transform. */
    static Setting<Integer> sizeSetting(String key, int defaultSize) {
        List<String> sizes = IntStream.iterate(SMALLEST_SIZE, size -> size <= LARGEST_SIZE, size -> 2 * size)
                .mapToObj(Integer::toString)
                .toList();
        String kind = String.join(" | ", sizes);
        return new Setting<>(
                key,
                kind,
                Integer.toString(defaultSize),
                "Samples in a transform: more for finer frequencies, fewer for finer times.",
                "",
                false,
                text -> {
                    if (!sizes.contains(text.strip())) {
                        throw new IllegalArgumentException("one of " + kind);
                    }
                    return Integer.valueOf(text.strip());
                });
    }

    @Override
    public String type() {
        return "fft_spectrum";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(FFT_SIZE, WINDOW, OVERLAP, WEIGHTING, PHASES);
    }

    @Override
    public double defaultRateHz() {
        return 15;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new SpectrumAnalyser(
                new SpectrumAnalyser.Options(
                        settings.get(FFT_SIZE),
                        settings.get(WINDOW),
                        settings.get(OVERLAP),
                        settings.get(WEIGHTING),
                        settings.get(PHASES)),
                settings.maxRateHz());
    }
}
