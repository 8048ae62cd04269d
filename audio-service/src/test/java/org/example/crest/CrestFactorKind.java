package org.example.crest;

import io.mediamesh.audio.Analyser;
import io.mediamesh.audio.AnalyserKind;
import io.mediamesh.audio.AnalyserSettings;
import io.mediamesh.audio.Hops;
import io.mediamesh.audio.Sound;
import io.mediamesh.contracts.Fields;
import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.Optional;

/** How far peaks stand out of the RMS, in dB: 3.01 for a sine, more for speech, less for what was compressed. */
public final class CrestFactorKind implements AnalyserKind {
    private static final Setting<Integer> WINDOW_MS = Setting.integer(
            "audio.crest_factor.window_ms", 100, 10, 300, "How much sound is looked at, in milliseconds.");

    @Override
    public String type() {
        return "crest_factor";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(WINDOW_MS);
    }

    @Override
    public double defaultRateHz() {
        return 10;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        int windowMs = settings.get(WINDOW_MS);
        return new Analyser() {
            private Optional<Hops> hops = Optional.empty();

            @Override
            public void listen(Sound sound, Results results) {
                int rateHz = sound.sampleRateHz();
                int size = rateHz * windowMs / 1000;
                Hops current =
                        hops.orElseGet(() -> new Hops(Hops.frames(rateHz, settings.maxRateHz(), rateHz / 100), size));
                hops = Optional.of(current);
                while (current.due(sound)) {
                    long end = current.take();
                    double[] samples = new double[size];
                    sound.mono(end - size, size, samples, 0);
                    results.give(end - size / 2, crestFactor(samples));
                }
            }

            @Override
            public void restart() {
                hops = Optional.empty();
            }
        };
    }

    private static Fields crestFactor(double[] samples) {
        double peak = 0;
        double squares = 0;
        for (double sample : samples) {
            peak = Math.max(peak, Math.abs(sample));
            squares += sample * sample;
        }
        double rms = Math.sqrt(squares / samples.length);
        return Fields.builder()
                .number("crest_factor_db", 20 * Math.log10(peak / rms), 2)
                .build();
    }
}
