package io.mediamesh.audio;

import java.util.Arrays;

/**
 * Reads the frequency of the fundamental from the partials in a Hann spectrum, given roughly where it is.
 *
 * <p>Each partial's frequency is interpolated from the two highest bins (T. Grandke, "Interpolation algorithms for discrete
 * Fourier transforms of weighted signals", IEEE Trans. IM-32, 1983). Strings are stiff, so partial n lies at n f0 √(1 + B
 * n²) (N. Fletcher and T. Rossing, "The physics of musical instruments", 2nd edition, section 2.18): f0 and B are fitted,
 * and the fundamental is partial 1 of the fit, or partial 1 itself where it is strong enough to be heard for itself. Not
 * thread-safe.
 */
final class PartialFit {
    private static final int PARTIALS = 10;
    /** Weaker partials than this, against the strongest, are not looked at: leakage and noise. */
    private static final double WEAKEST = 0.01;
    /** The first partial speaks for itself where the others' leakage moves it by less than this part of its frequency. */
    private static final double LEAKAGE = 0.002;
    /** Stiffer strings do not exist in the range in which more than one partial is seen. */
    private static final double MAX_STIFFNESS = 0.005;
    /** How far from where the others put it a partial may be, in octaves. */
    private static final double OUTLIER_OCTAVES = 0.015;

    private final double binHz;
    private final double[] frequencyHz = new double[PARTIALS + 1];
    private final double[] amplitude = new double[PARTIALS + 1];
    private double strongest;
    private double squaredHz;
    private double stiffness;

    /**
     * The lowest partial.
     *
     * @param frequencyHz of it
     * @param power of all partials together, in units of the power spectrum
     */
    record Fundamental(double frequencyHz, double power) {}

    PartialFit(double binHz) {
        this.binHz = binHz;
    }

    /**
     * Reads it.
     *
     * @param power the power spectrum, unscaled, of half the size and one bins
     * @param coarseHz within about 3 percent of the fundamental
     */
    Fundamental fit(double[] power, double coarseHz) {
        double inPartials = measure(power, coarseHz);
        if (strongest == 0) {
            return new Fundamental(coarseHz, 0);
        }
        solve();
        for (int partial = 1; partial <= PARTIALS; partial++) {
            if (amplitude[partial] > 0
                    && Math.abs(log2(frequencyHz[partial] / expectedHz(partial))) > OUTLIER_OCTAVES) {
                amplitude[partial] = 0;
            }
        }
        solve();
        double first = expectedHz(1);
        if (leakageAtFirst() < LEAKAGE && Math.abs(log2(frequencyHz[1] / first)) < OUTLIER_OCTAVES) {
            first = frequencyHz[1];
        }
        return new Fundamental(first, inPartials);
    }

    private double measure(double[] power, double coarseHz) {
        squaredHz = coarseHz * coarseHz;
        stiffness = 0;
        strongest = 0;
        Arrays.fill(amplitude, 0);
        double inPartials = 0;
        int counted = -1;
        for (int partial = 1; partial <= PARTIALS; partial++) {
            double expected = expectedHz(partial) / binHz;
            double reach = Math.min(0.4 * coarseHz / binHz, Math.max(1.5, 0.03 * expected));
            int from = Math.max(1, (int) Math.ceil(expected - reach));
            int to = Math.min(power.length - 2, (int) Math.floor(expected + reach));
            int peak = from;
            for (int bin = from; bin <= to; bin++) {
                if (power[bin] > power[peak]) {
                    peak = bin;
                }
            }
            if (from > to || power[peak] < power[peak - 1] || power[peak] < power[peak + 1] || power[peak] == 0) {
                continue;
            }
            for (int bin = Math.max(counted + 1, peak - 2); bin <= Math.min(power.length - 1, peak + 2); bin++) {
                inPartials += power[bin];
                counted = bin;
            }
            amplitude[partial] = Math.sqrt(power[peak]);
            frequencyHz[partial] = (peak + shift(power, peak)) * binHz;
            strongest = Math.max(strongest, amplitude[partial]);
            solve();
        }
        for (int partial = 1; partial <= PARTIALS; partial++) {
            if (amplitude[partial] < WEAKEST * strongest) {
                amplitude[partial] = 0;
            }
        }
        return inPartials;
    }

    /** Of a peak from its bin, in bins, for a Hann window. */
    private static double shift(double[] power, int peak) {
        boolean up = power[peak + 1] > power[peak - 1];
        double ratio = Math.sqrt((up ? power[peak + 1] : power[peak - 1]) / power[peak]);
        double shift = Math.clamp((2 * ratio - 1) / (ratio + 1), 0, 0.5);
        return up ? shift : -shift;
    }

    /** How far, as a part of its frequency, the side lobes of the others may move the first partial. */
    private double leakageAtFirst() {
        if (amplitude[1] == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double spacing = expectedHz(1) / binHz;
        double leaked = 0;
        for (int partial = 2; partial <= PARTIALS; partial++) {
            double bins = (partial - 1) * spacing;
            leaked += amplitude[partial] / (Math.PI * bins * (bins * bins - 1));
        }
        return leaked / amplitude[1] / spacing;
    }

    private double expectedHz(int partial) {
        return partial * Math.sqrt(squaredHz * (1 + stiffness * partial * partial));
    }

    /** Weighted least squares for (f_n / n)² = f0² + f0² B n². */
    private void solve() {
        double weights = 0;
        double x = 0;
        double xx = 0;
        double y = 0;
        double xy = 0;
        int used = 0;
        for (int partial = 1; partial <= PARTIALS; partial++) {
            if (amplitude[partial] > 0) {
                double order = (double) partial * partial;
                double ratio = frequencyHz[partial] / partial;
                double relative = amplitude[partial] / strongest;
                // The scatter of a frequency is as the inverse of the amplitude, that of its n-th part n times less.
                double weight = order * relative * relative;
                weights += weight;
                x += weight * order;
                xx += weight * order * order;
                y += weight * ratio * ratio;
                xy += weight * order * ratio * ratio;
                used++;
            }
        }
        if (used == 0) {
            return;
        }
        double determinant = weights * xx - x * x;
        double slope = used < 3 || determinant <= 1e-9 * weights * xx ? 0 : (weights * xy - x * y) / determinant;
        double mean = y / weights;
        slope = Math.clamp(slope, 0, MAX_STIFFNESS * mean);
        squaredHz = (y - slope * x) / weights;
        stiffness = slope / squaredHz;
    }

    private static double log2(double ratio) {
        return Math.log(ratio) / Math.log(2);
    }
}
