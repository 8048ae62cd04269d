package io.mediamesh.gateway;

import java.util.Arrays;

/**
 * Changes the sample rate of mono sound that comes in blocks of any length, without a seam between them. A windowed sinc
 * is evaluated at each output sample: a table of it has so many phases that the interpolation between two of them errs
 * less than 16 bits show, and the phase is a fraction of whole numbers, so that nothing drifts. Not thread-safe.
 *
 * <p>Up to 0.9 of the lower of both Nyquist frequencies the gain is 1 within 0.1 dB; from that Nyquist frequency on, images
 * and aliases lie at least 70 dB down. The window is Kaiser's (Kaiser and Schafer, 1980). Output comes half the filter's
 * length late.
 */
final class Resampler {
    private static final int PHASES = 512;
    private static final double STOPBAND_DB = 80;
    /** Between the end of the passband and the lower Nyquist frequency, as a part of that frequency. */
    private static final double TRANSITION = 0.1;

    private final int fromHz;
    private final int toHz;
    private final int taps;
    /** Weights by phase and tap, with one phase more than there are, for the interpolation. */
    private final float[] weights;

    private float[] waiting;
    private int filled;
    /** Where the next output sample lies, in input samples from the first waiting one: whole and parts of toHz. */
    private int position;

    private long fraction;

    Resampler(int fromHz, int toHz) {
        this.fromHz = fromHz;
        this.toHz = toHz;
        // Frequencies relative to the input rate.
        double nyquist = 0.5 * Math.min(fromHz, toHz) / fromHz;
        double width = TRANSITION * nyquist;
        // Kaiser's estimate of the length, in samples of the input.
        this.taps = 2 * (int) Math.ceil((STOPBAND_DB - 7.95) / (2.285 * 2 * Math.PI * width) / 2);
        this.weights = table(taps, 2 * (nyquist - width / 2));
        this.waiting = new float[4 * taps];
        // As if silence had come before, so that the first output sample lies at the first input sample.
        this.filled = taps / 2 - 1;
    }

    /** Turns a block into as many samples as it is worth by now. */
    float[] process(float[] block, int length) {
        append(block, length);
        float[] output = new float[(int) ((long) (filled + 1) * toHz / fromHz + 2)];
        int made = 0;
        while (position + taps <= filled) {
            output[made++] = at(position, fraction);
            fraction += fromHz;
            position += (int) (fraction / toHz);
            fraction %= toHz;
        }
        int used = Math.min(position, filled);
        System.arraycopy(waiting, used, waiting, 0, filled - used);
        filled -= used;
        position -= used;
        return Arrays.copyOf(output, made);
    }

    private void append(float[] block, int length) {
        if (filled + length > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(filled + length, 2 * waiting.length));
        }
        System.arraycopy(block, 0, waiting, filled, length);
        filled += length;
    }

    private float at(int from, long part) {
        double phase = (double) part / toHz * PHASES;
        int row = (int) phase;
        float upper = (float) (phase - row);
        int low = row * taps;
        int high = low + taps;
        float lowSum = 0;
        float highSum = 0;
        for (int tap = 0; tap < taps; tap++) {
            float sample = waiting[from + tap];
            lowSum += sample * weights[low + tap];
            highSum += sample * weights[high + tap];
        }
        return lowSum + upper * (highSum - lowSum);
    }

    /**
     * The sinc by phase: row p holds the weights of the samples around a point that lies p / PHASES after the sample in
     * the middle. Every row sums to 1, so that a constant stays what it is.
     */
    private static float[] table(int taps, double cutoff) {
        double beta = 0.1102 * (STOPBAND_DB - 8.7);
        float[] table = new float[(PHASES + 1) * taps];
        double[] row = new double[taps];
        for (int phase = 0; phase <= PHASES; phase++) {
            double sum = 0;
            for (int tap = 0; tap < taps; tap++) {
                double distance = tap - (taps / 2 - 1) - (double) phase / PHASES;
                double edge = distance / (taps / 2.0);
                double window = bessel(beta * Math.sqrt(Math.max(0, 1 - edge * edge))) / bessel(beta);
                row[tap] = sinc(cutoff * distance) * window;
                sum += row[tap];
            }
            for (int tap = 0; tap < taps; tap++) {
                table[phase * taps + tap] = (float) (row[tap] / sum);
            }
        }
        return table;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /** The modified Bessel function of the first kind of order 0, by its power series. */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-12 * sum; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
