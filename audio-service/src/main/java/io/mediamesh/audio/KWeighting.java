package io.mediamesh.audio;

/**
 * The K-weighting of one channel (ITU-R BS.1770-5, annex 1, figures 3 to 5): a shelf for the head and a high-pass. The
 * recommendation gives coefficients for 48 kHz; for other rates they are computed from the analogue filters behind them (B.
 * De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018, section 3). Not thread-safe.
 */
final class KWeighting {
    private final double[] shelf;
    private final double[] highPass;
    private final double[] state = new double[4];

    KWeighting(int sampleRateHz) {
        this.shelf = shelf(sampleRateHz);
        this.highPass = highPass(sampleRateHz);
    }

    /** b0, b1, b2, a1, a2. */
    static double[] shelf(int sampleRateHz) {
        double warped = Math.tan(Math.PI * 1681.974450955533 / sampleRateHz);
        double quality = 0.7071752369554196;
        double high = Math.pow(10, 3.999843853973347 / 20);
        double band = Math.pow(high, 0.4996667741545416);
        double scale = 1 + warped / quality + warped * warped;
        return new double[] {
            (high + band * warped / quality + warped * warped) / scale,
            2 * (warped * warped - high) / scale,
            (high - band * warped / quality + warped * warped) / scale,
            2 * (warped * warped - 1) / scale,
            (1 - warped / quality + warped * warped) / scale
        };
    }

    /** b0, b1, b2, a1, a2. */
    static double[] highPass(int sampleRateHz) {
        double warped = Math.tan(Math.PI * 38.13547087602444 / sampleRateHz);
        double quality = 0.5003270373238773;
        double scale = 1 + warped / quality + warped * warped;
        return new double[] {
            1, -2, 1, 2 * (warped * warped - 1) / scale, (1 - warped / quality + warped * warped) / scale
        };
    }

    /** Weighs the next samples and gives the sum of their squares. */
    double power(double[] samples, int count) {
        double s0 = state[0];
        double s1 = state[1];
        double h0 = state[2];
        double h1 = state[3];
        double sum = 0;
        for (int frame = 0; frame < count; frame++) {
            double in = samples[frame];
            double bright = shelf[0] * in + s0;
            s0 = shelf[1] * in - shelf[3] * bright + s1;
            s1 = shelf[2] * in - shelf[4] * bright;
            double out = highPass[0] * bright + h0;
            h0 = highPass[1] * bright - highPass[3] * out + h1;
            h1 = highPass[2] * bright - highPass[4] * out;
            sum += out * out;
        }
        state[0] = s0;
        state[1] = s1;
        state[2] = h0;
        state[3] = h1;
        return sum;
    }
}
