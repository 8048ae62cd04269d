package io.mediamesh.audio;

/**
 * Halves the rate of sound: an elliptic half-band low-pass as the mean of two branches of all-passes, each of which runs
 * at the lower rate (R. A. Valenzuela and A. G. Constantinides, “Digital signal processing schemes for efficient
 * interpolation and decimation”, IEE Proc. G 130 (1983); the coefficients by the nome of the elliptic filter after
 * L. Gazsi, “Explicit formulas for lattice wave digital filters”, IEEE Trans. Circuits Syst. 32 (1985)). What lies below
 * the pass edge stays as it is, what would be folded onto it is attenuated by more than 80 dB.
 */
final class HalfBand {
    private static final int ALL_PASSES = 6;
    private static final int THETA_TERMS = 8;

    private final double[] coefficients;
    /** Of each branch its last input and the last outputs of its all-passes, one behind the other. */
    private final double[] past = new double[ALL_PASSES + 2];

    private double waiting;
    private boolean odd;

    /**
     * Makes one.
     *
     * @param passEdge relative to the rate of what comes in, below 0.25
     */
    HalfBand(double passEdge) {
        coefficients = design(passEdge);
    }

    private static double[] design(double passEdge) {
        double selectivity = Math.pow(Math.tan(Math.PI * passEdge), 2);
        double root = Math.pow(1 - selectivity * selectivity, 0.25);
        double e = 0.5 * (1 - root) / (1 + root);
        double nome = e + 2 * Math.pow(e, 5) + 15 * Math.pow(e, 9) + 150 * Math.pow(e, 13);
        int order = 2 * ALL_PASSES + 1;
        double[] designed = new double[ALL_PASSES];
        for (int index = 0; index < ALL_PASSES; index++) {
            double angle = Math.PI * (index + 1) / order;
            double sines = 0;
            double cosines = 0.5;
            for (int term = 0, sign = 1; term < THETA_TERMS; term++, sign = -sign) {
                sines += sign * Math.pow(nome, term * (term + 1.0)) * Math.sin((2 * term + 1) * angle);
                cosines -= sign * Math.pow(nome, (term + 1.0) * (term + 1.0)) * Math.cos(2 * (term + 1) * angle);
            }
            double zero = Math.pow(Math.pow(nome, 0.25) * sines / cosines, 2);
            double pole = Math.sqrt((1 - zero * selectivity) * (1 - zero / selectivity)) / (1 + zero);
            designed[index] = (1 - pole) / (1 + pole);
        }
        return designed;
    }

    /**
     * Takes samples and gives half as many, which may lie in the same array.
     *
     * @return how many
     */
    int decimate(double[] samples, int count, double[] target) {
        // Everything in local variables: each sample of all streams passes here.
        double c0 = coefficients[0];
        double c1 = coefficients[1];
        double c2 = coefficients[2];
        double c3 = coefficients[3];
        double c4 = coefficients[4];
        double c5 = coefficients[5];
        double p0 = past[0];
        double p1 = past[1];
        double p2 = past[2];
        double p3 = past[3];
        double q0 = past[4];
        double q1 = past[5];
        double q2 = past[6];
        double q3 = past[7];
        boolean half = odd;
        double first = waiting;
        int index = 0;
        if (!half && count > 0) {
            half = true;
            first = samples[index++];
        }
        int made = 0;
        for (; index < count; index += 2) {
            double second = samples[index];
            double u1 = Math.fma(c0, second - p1, p0);
            double u2 = Math.fma(c2, u1 - p2, p1);
            double u3 = Math.fma(c4, u2 - p3, p2);
            p0 = second;
            p1 = u1;
            p2 = u2;
            p3 = u3;
            double v1 = Math.fma(c1, first - q1, q0);
            double v2 = Math.fma(c3, v1 - q2, q1);
            double v3 = Math.fma(c5, v2 - q3, q2);
            q0 = first;
            q1 = v1;
            q2 = v2;
            q3 = v3;
            target[made++] = 0.5 * (u3 + v3);
            half = index + 1 < count;
            if (half) {
                first = samples[index + 1];
            }
        }
        odd = half;
        waiting = first;
        past[0] = p0;
        past[1] = p1;
        past[2] = p2;
        past[3] = p3;
        past[4] = q0;
        past[5] = q1;
        past[6] = q2;
        past[7] = q3;
        return made;
    }

    /** Lets go of what is too faint to matter, with which processors calculate slowly. */
    void settle() {
        BandFilter.settle(past);
    }
}
