package io.mediamesh.audio;

/**
 * What describes the timbre of one piece of sound, from its Hann spectrum: defined as librosa does (McFee et al., "librosa:
 * Audio and music signal analysis in Python", SciPy 2015), so that models trained with it can be used. Not thread-safe.
 */
final class SpectralFeatures {
    static final int COEFFICIENTS = 13;
    private static final int BANDS = 40;
    private static final double LEAST_POWER = 1e-10;
    private static final double ROLLOFF = 0.85;

    private final int size;
    private final double binHz;
    private final MelBands bands;
    private final double[] power;
    private final double[] magnitude;
    private final double[] bandPower = new double[BANDS];
    private final double[][] cosines = new double[COEFFICIENTS][BANDS];
    private double sum;

    SpectralFeatures(int sampleRateHz, int size) {
        this.size = size;
        this.binHz = (double) sampleRateHz / size;
        this.bands = new MelBands(sampleRateHz, size, BANDS, sampleRateHz / 2.0);
        this.power = new double[size / 2 + 1];
        this.magnitude = new double[size / 2 + 1];
        for (int coefficient = 0; coefficient < COEFFICIENTS; coefficient++) {
            double scale = Math.sqrt((coefficient == 0 ? 1.0 : 2.0) / BANDS);
            for (int band = 0; band < BANDS; band++) {
                cosines[coefficient][band] = scale * Math.cos(Math.PI * coefficient * (2 * band + 1) / (2.0 * BANDS));
            }
        }
    }

    int size() {
        return size;
    }

    /** Takes the spectrum of which the other methods then speak. */
    void look(Spectrum spectrum) {
        System.arraycopy(spectrum.powers(), 0, power, 0, power.length);
        sum = 0;
        for (int bin = 0; bin < power.length; bin++) {
            magnitude[bin] = Math.sqrt(power[bin]);
            sum += magnitude[bin];
        }
    }

    /** Whether there is nothing to describe. */
    boolean isSilent() {
        return sum <= 1e-9 * size;
    }

    /** The mean frequency, weighted by magnitude. */
    double centroidHz() {
        double weighted = 0;
        for (int bin = 0; bin < magnitude.length; bin++) {
            weighted += bin * magnitude[bin];
        }
        return binHz * weighted / sum;
    }

    /** The standard deviation around the centroid, weighted by magnitude. */
    double spreadHz(double centroidHz) {
        double weighted = 0;
        for (int bin = 0; bin < magnitude.length; bin++) {
            double distance = bin * binHz - centroidHz;
            weighted += distance * distance * magnitude[bin];
        }
        return Math.sqrt(weighted / sum);
    }

    /** The geometric mean of the power by the arithmetic one: 0 for a tone, towards 1 for noise. */
    double flatness() {
        double logarithms = 0;
        double total = 0;
        for (double bin : power) {
            double present = Math.max(LEAST_POWER, bin);
            logarithms += Math.log(present);
            total += present;
        }
        return Math.exp(logarithms / power.length) / (total / power.length);
    }

    /** Below this lie 85 percent of the magnitude. */
    double rolloffHz() {
        double below = 0;
        for (int bin = 0; bin < magnitude.length; bin++) {
            below += magnitude[bin];
            if (below >= ROLLOFF * sum) {
                return bin * binHz;
            }
        }
        return binHz * (magnitude.length - 1);
    }

    /** The first 13 mel-frequency cepstral coefficients of 40 bands, of the power in dB, by the orthogonal cosine transform. */
    double[] cepstrum() {
        bands.apply(power, bandPower);
        for (int band = 0; band < BANDS; band++) {
            bandPower[band] = 10 * Math.log10(Math.max(LEAST_POWER, bandPower[band]));
        }
        double[] coefficients = new double[COEFFICIENTS];
        for (int coefficient = 0; coefficient < COEFFICIENTS; coefficient++) {
            for (int band = 0; band < BANDS; band++) {
                coefficients[coefficient] += cosines[coefficient][band] * bandPower[band];
            }
        }
        return coefficients;
    }

    /** How often the sign changes, as a part of the samples. */
    static double zeroCrossingRate(double[] samples) {
        int crossings = 0;
        for (int frame = 1; frame < samples.length; frame++) {
            if (samples[frame] < 0 != samples[frame - 1] < 0) {
                crossings++;
            }
        }
        return (double) crossings / samples.length;
    }
}
