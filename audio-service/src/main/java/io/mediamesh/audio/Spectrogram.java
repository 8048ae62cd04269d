package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.List;

/** Spectra over time, to be drawn as a waterfall: see {@link SpectrogramAnalyser}. */
public final class Spectrogram implements AnalyserKind {
    static final Setting<Integer> FFT_SIZE = FftSpectrum.sizeSetting("audio.spectrogram.fft_size", 4096);
    static final Setting<Window> WINDOW = Window.setting("audio.spectrogram.window", Window.HANN);
    static final Setting<Weighting> WEIGHTING = Weighting.setting("audio.spectrogram.weighting");
    static final Setting<Integer> COLUMNS = Setting.integer(
            "audio.spectrogram.columns", 2, 1, 16, "Columns in a message: so many times its rate come in a second.");
    static final Setting<Integer> BINS = Setting.integer(
            "audio.spectrogram.bins",
            256,
            8,
            2048,
            "Frequencies in a column, at most; each has the highest of its share.");
    static final Setting<String> AXIS = Setting.choice(
            "audio.spectrogram.axis",
            "linear",
            List.of("linear", "log"),
            "How the frequencies are spaced: evenly from 0 Hz, or evenly on a scale of octaves from 20 Hz.");

    @Override
    public String type() {
        return "spectrogram";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(FFT_SIZE, WINDOW, WEIGHTING, COLUMNS, BINS, AXIS);
    }

    @Override
    public double defaultRateHz() {
        return 15;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new SpectrogramAnalyser(
                new SpectrogramAnalyser.Options(
                        settings.get(FFT_SIZE),
                        settings.get(WINDOW),
                        settings.get(WEIGHTING),
                        settings.get(COLUMNS),
                        settings.get(BINS),
                        settings.get(AXIS).equals("log")),
                settings.maxRateHz());
    }
}
