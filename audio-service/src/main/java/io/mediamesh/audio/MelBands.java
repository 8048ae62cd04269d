package io.mediamesh.audio;

/**
 * Power in bands that are evenly spaced for the ear: triangles of equal area on the mel scale of M. Slaney's "Auditory
 * Toolbox", version 2 (Interval Research 1998-010), which is linear up to 1000 Hz, from 0 Hz up. What librosa
 * calls {@code melspectrogram}. Immutable.
 */
final class MelBands {
    private static final double LINEAR_HZ_PER_MEL = 200.0 / 3;
    private static final double LINEAR_TOP_HZ = 1000;
    private static final double LINEAR_TOP_MEL = LINEAR_TOP_HZ / LINEAR_HZ_PER_MEL;
    private static final double LOG_STEP = Math.log(6.4) / 27;

    private final int[] firstBins;
    private final double[][] weights;

    /** Bands up to this frequency, at most half the rate. */
    MelBands(int sampleRateHz, int size, int bands, double topHz) {
        double[] edgesHz = new double[bands + 2];
        double topMel = melOf(Math.min(topHz, sampleRateHz / 2.0));
        for (int edge = 0; edge < edgesHz.length; edge++) {
            edgesHz[edge] = hzOf(topMel * edge / (bands + 1));
        }
        double binHz = (double) sampleRateHz / size;
        firstBins = new int[bands];
        weights = new double[bands][];
        for (int band = 0; band < bands; band++) {
            double low = edgesHz[band];
            double middle = edgesHz[band + 1];
            double high = edgesHz[band + 2];
            firstBins[band] = (int) Math.ceil(low / binHz);
            int last = Math.min(size / 2, (int) Math.floor(high / binHz));
            weights[band] = new double[Math.max(0, last - firstBins[band] + 1)];
            for (int index = 0; index < weights[band].length; index++) {
                double hz = (firstBins[band] + index) * binHz;
                double height = Math.min((hz - low) / (middle - low), (high - hz) / (high - middle));
                weights[band][index] = Math.max(0, height) * 2 / (high - low);
            }
        }
    }

    private static double melOf(double hz) {
        return hz < LINEAR_TOP_HZ ? hz / LINEAR_HZ_PER_MEL : LINEAR_TOP_MEL + Math.log(hz / LINEAR_TOP_HZ) / LOG_STEP;
    }

    private static double hzOf(double mel) {
        return mel < LINEAR_TOP_MEL
                ? mel * LINEAR_HZ_PER_MEL
                : LINEAR_TOP_HZ * Math.exp(LOG_STEP * (mel - LINEAR_TOP_MEL));
    }

    /** How many. */
    int count() {
        return weights.length;
    }

    /**
     * The power in each band.
     *
     * @param power the power spectrum, half the size and one bins
     */
    void apply(double[] power, double[] target) {
        for (int band = 0; band < weights.length; band++) {
            double sum = 0;
            double[] row = weights[band];
            for (int index = 0; index < row.length; index++) {
                sum += row[index] * power[firstBins[band] + index];
            }
            target[band] = sum;
        }
    }
}
