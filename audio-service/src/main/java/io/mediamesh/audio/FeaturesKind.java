package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import io.mediamesh.mesh.Setting;
import java.util.List;
import java.util.Optional;

/**
 * What describes the timbre, as librosa defines it for pieces of the same size. Fields: {@code spectral_centroid_hz}, {@code
 * spectral_spread_hz}, {@code spectral_flatness}, {@code spectral_rolloff_hz} (all null in silence), {@code
 * zero_crossing_rate} and {@code mfcc} (13 numbers).
 */
public final class FeaturesKind implements AnalyserKind {
    static final Setting<String> SIZE = Setting.choice(
            "audio.features.size", "2048", List.of("512", "1024", "2048", "4096"), "Samples of a piece.");

    @Override
    public String type() {
        return "features";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(SIZE);
    }

    @Override
    public double defaultRateHz() {
        return 20;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new FeatureAnalyser(Integer.parseInt(settings.get(SIZE)), settings.maxRateHz());
    }

    private static final class FeatureAnalyser implements Analyser {
        private static final double SHORTEST_SECONDS = 0.005;

        private final int size;
        private final double maxRateHz;
        private final double[] samples;
        private Optional<Plan> plan = Optional.empty();

        FeatureAnalyser(int size, double maxRateHz) {
            this.size = size;
            this.maxRateHz = maxRateHz;
            this.samples = new double[size];
        }

        private record Plan(int sampleRateHz, Hops hops, SpectralFeatures features) {}

        @Override
        public void listen(Sound sound, Results results) {
            Plan current = plan.filter(present -> present.sampleRateHz == sound.sampleRateHz())
                    .orElseGet(() -> begin(sound.sampleRateHz()));
            while (current.hops.due(sound)) {
                long end = current.hops.take();
                sound.mono(end - size, size, samples, 0);
                current.features.look(sound.spectrum(size, Window.HANN, end));
                results.give(end - size / 2, fieldsOf(current.features));
            }
        }

        private Plan begin(int rateHz) {
            int least = (int) Math.ceil(SHORTEST_SECONDS * rateHz);
            Hops hops = new Hops(Hops.frames(rateHz, maxRateHz, least), size);
            Plan begun = new Plan(rateHz, hops, new SpectralFeatures(rateHz, size));
            plan = Optional.of(begun);
            return begun;
        }

        private Fields fieldsOf(SpectralFeatures current) {
            Fields.Builder fields = Fields.builder();
            if (current.isSilent()) {
                fields.none("spectral_centroid_hz")
                        .none("spectral_spread_hz")
                        .none("spectral_flatness")
                        .none("spectral_rolloff_hz");
            } else {
                double centroidHz = current.centroidHz();
                fields.number("spectral_centroid_hz", centroidHz, 2)
                        .number("spectral_spread_hz", current.spreadHz(centroidHz), 2)
                        .number("spectral_flatness", current.flatness(), 6)
                        .number("spectral_rolloff_hz", current.rolloffHz(), 2);
            }
            return fields.number("zero_crossing_rate", SpectralFeatures.zeroCrossingRate(samples), 5)
                    .row("mfcc", Numbers.fixed(current.cepstrum(), 3))
                    .build();
        }

        @Override
        public void restart() {
            plan = Optional.empty();
        }
    }
}
