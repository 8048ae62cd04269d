package io.mediamesh.audio;

/** Shares the bins of a spectrum out among fewer frequencies, of which each shows the strongest of its bins. */
final class FrequencyAxis {
    private static final double LOWEST_HZ = 20;

    private final int[] firstBins;
    private final int[] lastBins;
    private final double[] frequencies;

    private FrequencyAxis(int count) {
        firstBins = new int[count];
        lastBins = new int[count];
        frequencies = new double[count];
    }

    /** At most so many frequencies, evenly spaced from 0 Hz to half the rate. */
    static FrequencyAxis linear(int size, int sampleRateHz, int most) {
        int bins = size / 2 + 1;
        int each = Math.ceilDiv(bins, most);
        FrequencyAxis axis = new FrequencyAxis(Math.ceilDiv(bins, each));
        for (int index = 0; index < axis.size(); index++) {
            axis.firstBins[index] = index * each;
            axis.lastBins[index] = Math.min(bins, (index + 1) * each) - 1;
            axis.frequencies[index] = (axis.firstBins[index] + axis.lastBins[index]) / 2.0 * sampleRateHz / size;
        }
        return axis;
    }

    /** So many frequencies, of which each lies by the same interval above the one before, from 20 Hz to half the rate. */
    static FrequencyAxis logarithmic(int size, int sampleRateHz, int count) {
        double binHz = (double) sampleRateHz / size;
        double ratio = Math.pow(sampleRateHz / 2.0 / LOWEST_HZ, 1.0 / count);
        FrequencyAxis axis = new FrequencyAxis(count);
        for (int index = 0; index < count; index++) {
            double lowerHz = LOWEST_HZ * Math.pow(ratio, index);
            axis.frequencies[index] = lowerHz * Math.sqrt(ratio);
            int first = (int) Math.ceil(lowerHz / binHz);
            int last = (int) Math.ceil(lowerHz * ratio / binHz) - 1;
            if (last < first) {
                // Narrower than the bins: the nearest.
                first = (int) Math.round(axis.frequencies[index] / binHz);
                last = first;
            }
            axis.firstBins[index] = Math.min(first, size / 2);
            axis.lastBins[index] = Math.min(last, size / 2);
        }
        return axis;
    }

    int size() {
        return frequencies.length;
    }

    /** The middles of the shares in Hz. */
    double[] frequencies() {
        return frequencies.clone();
    }

    /** The strongest amplitude of a share. */
    double strongest(double[] amplitudes, int index) {
        int first = firstBins[index];
        int last = lastBins[index];
        double strongest = amplitudes[first];
        double odd = strongest;
        // Not a comparison, which processors cannot foresee; two side by side, as each has to wait for the one before.
        for (int bin = first + 1; bin < last; bin += 2) {
            strongest = Math.max(strongest, amplitudes[bin]);
            odd = Math.max(odd, amplitudes[bin + 1]);
        }
        return Math.max(Math.max(strongest, odd), amplitudes[last]);
    }
}
