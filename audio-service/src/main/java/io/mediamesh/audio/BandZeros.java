package io.mediamesh.audio;

/** The zeros at 0 Hz and half the rate that all {@link BandFilter}s of a rate have: (1 − z⁻²)⁴, done once for all of them. */
final class BandZeros {
    private static final int REACH = 8;

    /** The last inputs, and behind them those of a call. */
    private final double[] inputs;

    /**
     * Makes one.
     *
     * @param mostSamples in a call
     */
    BandZeros(int mostSamples) {
        inputs = new double[REACH + mostSamples];
    }

    /** Filters samples into another array. */
    void filter(double[] samples, int count, double[] target) {
        System.arraycopy(samples, 0, inputs, REACH, count);
        for (int index = 0; index < count; index++) {
            target[index] = inputs[index]
                    + inputs[index + 8]
                    - 4 * (inputs[index + 2] + inputs[index + 6])
                    + 6 * inputs[index + 4];
        }
        System.arraycopy(inputs, count, inputs, 0, REACH);
    }
}
