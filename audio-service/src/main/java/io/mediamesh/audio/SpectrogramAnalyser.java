package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Columns of a waterfall: levels of the mean of all channels over frequency in dBFS, a sine at full scale being 0. Each
 * message has some columns, the oldest first, evenly spaced over all messages; {@code times} says where each lies in
 * seconds relative to the message's own time, which is that of the newest.
 */
final class SpectrogramAnalyser implements Analyser {
    private final Options options;
    private final double maxRateHz;
    private Optional<Plan> plan = Optional.empty();

    SpectrogramAnalyser(Options options, double maxRateHz) {
        this.options = options;
        this.maxRateHz = maxRateHz;
    }

    /**
     * What is wanted.
     *
     * @param size samples in a transform
     * @param columns in a message
     * @param bins frequencies in a column, at most
     * @param logarithmic whether they are spaced by octaves
     */
    record Options(int size, Window window, Weighting weighting, int columns, int bins, boolean logarithmic) {}

    /** What is the same in all results from sound of this rate, and the columns that wait for their message. */
    private static final class Plan {
        final Hops hops;
        final FrequencyAxis axis;
        final Numbers frequencies;
        final Numbers times;
        final double stepSeconds;
        final double[] gains;
        final List<Numbers> columns = new ArrayList<>();

        Plan(Options options, double maxRateHz, int sampleRateHz) {
            int hopFrames = Hops.frames(sampleRateHz, maxRateHz * options.columns, Math.max(1, options.size / 4));
            hops = new Hops(hopFrames, options.size);
            axis = options.logarithmic
                    ? FrequencyAxis.logarithmic(options.size, sampleRateHz, options.bins)
                    : FrequencyAxis.linear(options.size, sampleRateHz, options.bins);
            double[] middles = axis.frequencies();
            frequencies = Numbers.fixed(middles, 2);
            gains = new double[middles.length];
            for (int index = 0; index < gains.length; index++) {
                gains[index] = options.weighting.gain(middles[index]);
            }
            stepSeconds = (double) hopFrames / sampleRateHz;
            double[] before = new double[options.columns];
            for (int column = 0; column < before.length; column++) {
                before[column] = (column - options.columns + 1) * stepSeconds;
            }
            times = Numbers.fixed(before, 6);
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
            current.columns.add(column(sound.spectrum(options.size, options.window, end), current));
            if (current.columns.size() == options.columns) {
                results.give(
                        end - options.size / 2,
                        Fields.builder()
                                .row("times", current.times)
                                .row("frequencies", current.frequencies)
                                .rows("columns", current.columns)
                                .number("column_interval", current.stepSeconds, 6)
                                .whole("fft_size", options.size)
                                .text("window_type", options.window.label())
                                .text("weighting", options.weighting.label())
                                .build());
                current.columns.clear();
            }
        }
    }

    private static Numbers column(Spectrum spectrum, Plan current) {
        double[] amplitudes = spectrum.amplitudes();
        double[] levels = new double[current.axis.size()];
        for (int index = 0; index < levels.length; index++) {
            levels[index] = Decibels.ofAmplitude(current.gains[index] * current.axis.strongest(amplitudes, index));
        }
        return Numbers.fixed(levels, 1);
    }
}
