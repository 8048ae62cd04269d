package io.mediamesh.audio;

/**
 * The strongest component of a spectrum, between its bins.
 *
 * <p>A sine between two bins shows in those beside the strongest by the main lobe of the window, whose shape is known:
 * the ratio of the two grows steadily with the place between the bins, so that the place is found by bisection, and the
 * amplitude follows from the height of the lobe there. That is exact for a sine far from 0 Hz, half the rate and other
 * components, for which a parabola through the logarithms is not (P. Duda, “DFT interpolation algorithm for
 * Kaiser-Bessel and Dolph-Chebyshev windows”, IEEE Trans. Instrum. Meas. 60 (2011), for the method).
 *
 * @param frequencyHz where
 * @param amplitude a sine at full scale having 1
 */
record SpectralPeak(double frequencyHz, double amplitude) {
    private static final int BISECTIONS = 39;
    /** Neighbours that are fainter against the peak are noise of the arithmetic: the sine lies in the bin's middle. */
    private static final double NOTHING = 1e-9;

    /**
     * Finds it.
     *
     * @param ranking by which the strongest bin is chosen: the amplitudes, or the same weighted
     */
    static SpectralPeak strongest(Spectrum spectrum, Window window, double[] ranking) {
        int strongest = 0;
        double highest = ranking[0];
        for (int bin = 1; bin < ranking.length; bin++) {
            if (ranking[bin] > highest) {
                highest = ranking[bin];
                strongest = bin;
            }
        }
        double binHz = (double) spectrum.sampleRateHz() / spectrum.size();
        double[] amplitudes = spectrum.amplitudes();
        double amplitude = amplitudes[strongest];
        if (strongest == 0 || strongest == ranking.length - 1) {
            return new SpectralPeak(strongest * binHz, amplitude);
        }
        // Bin 0 is not doubled, and as little is the last.
        double before = strongest == 1 ? 2 * amplitudes[0] : amplitudes[strongest - 1];
        double after = strongest == ranking.length - 2 ? 2 * amplitudes[strongest + 1] : amplitudes[strongest + 1];
        double offset =
                Math.max(before, after) <= NOTHING * amplitude ? 0 : offset(WindowShape.of(window), before, after);
        return new SpectralPeak(
                (strongest + offset) * binHz, amplitude / WindowShape.of(window).lobe(offset));
    }

    private static double offset(WindowShape shape, double before, double after) {
        // The lobe is the same to both sides.
        double low = after > before ? 0 : -0.5;
        double high = low + 0.5;
        for (int round = 0; round < BISECTIONS; round++) {
            double middle = (low + high) / 2;
            double shownBefore = shape.slope(middle);
            double shownAfter = shape.slope(-middle);
            if (shownAfter * before < after * shownBefore) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
