package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.util.Optional;

/**
 * Amplitudes of the mean of all channels over frequency, a sine at full scale being 1, weighted, with the strongest
 * component told exactly by {@link SpectralPeak}. Silence has its peak at 0 Hz and {@link Decibels#FLOOR}.
 */
final class SpectrumAnalyser implements Analyser {
    private static final int AMPLITUDE_DIGITS = 5;
    private static final int PHASE_DECIMALS = 4;

    private final Options options;
    private final double maxRateHz;
    private Optional<Plan> plan = Optional.empty();

    SpectrumAnalyser(Options options, double maxRateHz) {
        this.options = options;
        this.maxRateHz = maxRateHz;
    }

    /**
     * What is wanted.
     *
     * @param size samples in a transform
     * @param overlap the share of them that the next transform has too, where the rate allows it
     * @param phases whether they are told
     */
    record Options(int size, Window window, double overlap, Weighting weighting, boolean phases) {}

    /** What is the same in all results from sound of this rate. */
    private static final class Plan {
        final Hops hops;
        final Numbers frequencies;
        final double[] gains;

        Plan(Options options, double maxRateHz, int sampleRateHz) {
            int least = Math.max(1, (int) Math.round(options.size * (1 - options.overlap)));
            hops = new Hops(Hops.frames(sampleRateHz, maxRateHz, least), options.size);
            double[] bins = new double[options.size / 2 + 1];
            gains = new double[bins.length];
            for (int bin = 0; bin < bins.length; bin++) {
                bins[bin] = (double) bin * sampleRateHz / options.size;
                gains[bin] = options.weighting.gain(bins[bin]);
            }
            frequencies = Numbers.fixed(bins, 2);
        }
    }

    @Override
    public void restart() {
        plan = Optional.empty();
    }

    @Override
    public void listen(Sound sound, Results results) {
        Plan current = plan.orElseGet(() -> new Plan(options, maxRateHz, sound.sampleRateHz()));
        plan = Optional.of(current);
        while (current.hops.due(sound)) {
            long end = current.hops.take();
            results.give(end - options.size / 2, fields(sound.spectrum(options.size, options.window, end), current));
        }
    }

    private Fields fields(Spectrum spectrum, Plan current) {
        double[] amplitudes = weighted(spectrum.amplitudes(), current.gains);
        SpectralPeak peak = SpectralPeak.strongest(spectrum, options.window, amplitudes);
        double level = Decibels.ofAmplitude(peak.amplitude() * options.weighting.gain(peak.frequencyHz()));
        Fields.Builder fields = Fields.builder()
                .row("frequencies", current.frequencies)
                .row("magnitudes_linear", Numbers.significant(amplitudes, AMPLITUDE_DIGITS));
        if (options.phases) {
            fields.row("phases", Numbers.fixed(phases(spectrum), PHASE_DECIMALS));
        } else {
            fields.none("phases");
        }
        return fields.whole("fft_size", options.size)
                .text("window_type", options.window.label())
                .number("overlap_factor", options.overlap, 4)
                .text("weighting", options.weighting.label())
                .number("peak_frequency", peak.frequencyHz(), 2)
                .number("peak_magnitude", level, 2)
                .build();
    }

    private double[] weighted(double[] amplitudes, double[] gains) {
        if (options.weighting == Weighting.NONE) {
            return amplitudes.clone();
        }
        double[] weighted = new double[amplitudes.length];
        for (int bin = 0; bin < weighted.length; bin++) {
            weighted[bin] = gains[bin] * amplitudes[bin];
        }
        return weighted;
    }

    private static double[] phases(Spectrum spectrum) {
        double[] phases = new double[spectrum.size() / 2 + 1];
        for (int bin = 0; bin < phases.length; bin++) {
            phases[bin] = Math.atan2(spectrum.imaginary(bin), spectrum.real(bin));
        }
        return phases;
    }
}
