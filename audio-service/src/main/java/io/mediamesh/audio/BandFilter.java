package io.mediamesh.audio;

/**
 * A band-pass of the eighth order: a Butterworth low-pass of the fourth order turned into a band-pass and brought to
 * samples by the bilinear transform with both edges kept, as four sections of the second order. That is one order more
 * than IEC 61260-1 class 1 needs for analogue filters, because the transform makes the band lopsided close to half the
 * rate. The sections have poles only: their zeros, which are the same in every band, are those of {@link BandZeros}.
 */
final class BandFilter {
    /** What is fainter is as good as nothing: −400 dB. */
    static final double FAINT = 1e-20;

    private static final int PROTOTYPE_ORDER = 4;

    // Of section n: y = x + bn1 y[−1] + bn2 y[−2].
    private final double b11;
    private final double b12;
    private final double b21;
    private final double b22;
    private final double b31;
    private final double b32;
    private final double b41;
    private final double b42;
    private final double powerScale;

    /** The outputs of the sections, one and two samples ago. */
    private final double[] past = new double[2 * PROTOTYPE_ORDER];

    /**
     * Makes one. Frequencies are relative to the rate, below 0.5.
     *
     * @param middle where it lets through what there is
     */
    BandFilter(double lowerEdge, double middle, double upperEdge) {
        double low = Math.tan(Math.PI * lowerEdge);
        double high = Math.tan(Math.PI * upperEdge);
        double[] sections = new double[2 * PROTOTYPE_ORDER];
        for (int pair = 0; pair < PROTOTYPE_ORDER / 2; pair++) {
            double angle = Math.PI * (2 * pair + 1 + PROTOTYPE_ORDER) / (2 * PROTOTYPE_ORDER);
            // s² − p (high − low) s + low high = 0 for the pole p of the low-pass.
            double halfReal = Math.cos(angle) * (high - low) / 2;
            double halfImaginary = Math.sin(angle) * (high - low) / 2;
            double squareReal = halfReal * halfReal - halfImaginary * halfImaginary - low * high;
            double squareImaginary = 2 * halfReal * halfImaginary;
            double size = Math.hypot(squareReal, squareImaginary);
            double rootReal = Math.sqrt(Math.max(0, (size + squareReal) / 2));
            double rootImaginary = Math.copySign(Math.sqrt(Math.max(0, (size - squareReal) / 2)), squareImaginary);
            section(sections, 4 * pair, halfReal + rootReal, halfImaginary + rootImaginary);
            section(sections, 4 * pair + 2, halfReal - rootReal, halfImaginary - rootImaginary);
        }
        b11 = -sections[0];
        b12 = -sections[1];
        b21 = -sections[2];
        b22 = -sections[3];
        b31 = -sections[4];
        b32 = -sections[5];
        b41 = -sections[6];
        b42 = -sections[7];
        powerScale = 1 / power(sections, middle);
    }

    /** The section of a pole and its conjugate: z = (1 + s) / (1 − s). */
    private static void section(double[] sections, int at, double real, double imaginary) {
        double square = (1 - real) * (1 - real) + imaginary * imaginary;
        sections[at] = -2 * (1 - real * real - imaginary * imaginary) / square;
        sections[at + 1] = ((1 + real) * (1 + real) + imaginary * imaginary) / square;
    }

    private static double power(double[] sections, double frequency) {
        double angle = 2 * Math.PI * frequency;
        double power = 1;
        for (int at = 0; at < sections.length; at += 2) {
            double real = 1 + sections[at] * Math.cos(angle) + sections[at + 1] * Math.cos(2 * angle);
            double imaginary = sections[at] * Math.sin(angle) + sections[at + 1] * Math.sin(2 * angle);
            power *= 4 * Math.sin(angle) * Math.sin(angle) / (real * real + imaginary * imaginary);
        }
        return power;
    }

    /**
     * Filters what has passed {@link BandZeros} and gives the sum of the squares of what comes out.
     *
     * @param samples of which the first are filtered
     */
    double energy(double[] samples, int count) {
        // In local variables: three times as fast as a loop over the sections. A fused multiplication and addition is
        // one
        // step where each would be one, and each output waits for the one before; processors have it since 2013.
        double p1 = past[0];
        double p2 = past[1];
        double q1 = past[2];
        double q2 = past[3];
        double r1 = past[4];
        double r2 = past[5];
        double s1 = past[6];
        double s2 = past[7];
        double sum = 0;
        for (int index = 0; index < count; index++) {
            double p = Math.fma(b11, p1, Math.fma(b12, p2, samples[index]));
            double q = Math.fma(b21, q1, Math.fma(b22, q2, p));
            double r = Math.fma(b31, r1, Math.fma(b32, r2, q));
            double s = Math.fma(b41, s1, Math.fma(b42, s2, r));
            sum = Math.fma(s, s, sum);
            p2 = p1;
            p1 = p;
            q2 = q1;
            q1 = q;
            r2 = r1;
            r1 = r;
            s2 = s1;
            s1 = s;
        }
        keep(past, p1, p2, q1, q2, r1, r2, s1, s2);
        return sum * powerScale;
    }

    /**
     * {@link #energy} of two bands at once: each has to wait for its own last output, and the processor calculates for one
     * while the other waits.
     *
     * @param energies where those of the first and of the second are put
     */
    static void energies(BandFilter first, BandFilter second, double[] samples, int count, double[] energies) {
        double[] past = first.past;
        double p1 = past[0];
        double p2 = past[1];
        double q1 = past[2];
        double q2 = past[3];
        double r1 = past[4];
        double r2 = past[5];
        double s1 = past[6];
        double s2 = past[7];
        double[] other = second.past;
        double t1 = other[0];
        double t2 = other[1];
        double u1 = other[2];
        double u2 = other[3];
        double v1 = other[4];
        double v2 = other[5];
        double w1 = other[6];
        double w2 = other[7];
        double sum = 0;
        double otherSum = 0;
        for (int index = 0; index < count; index++) {
            double sample = samples[index];
            double p = Math.fma(first.b11, p1, Math.fma(first.b12, p2, sample));
            double t = Math.fma(second.b11, t1, Math.fma(second.b12, t2, sample));
            double q = Math.fma(first.b21, q1, Math.fma(first.b22, q2, p));
            double u = Math.fma(second.b21, u1, Math.fma(second.b22, u2, t));
            double r = Math.fma(first.b31, r1, Math.fma(first.b32, r2, q));
            double v = Math.fma(second.b31, v1, Math.fma(second.b32, v2, u));
            double s = Math.fma(first.b41, s1, Math.fma(first.b42, s2, r));
            double w = Math.fma(second.b41, w1, Math.fma(second.b42, w2, v));
            sum = Math.fma(s, s, sum);
            otherSum = Math.fma(w, w, otherSum);
            p2 = p1;
            p1 = p;
            q2 = q1;
            q1 = q;
            r2 = r1;
            r1 = r;
            s2 = s1;
            s1 = s;
            t2 = t1;
            t1 = t;
            u2 = u1;
            u1 = u;
            v2 = v1;
            v1 = v;
            w2 = w1;
            w1 = w;
        }
        keep(past, p1, p2, q1, q2, r1, r2, s1, s2);
        keep(other, t1, t2, u1, u2, v1, v2, w1, w2);
        energies[0] = sum * first.powerScale;
        energies[1] = otherSum * second.powerScale;
    }

    private static void keep(
            double[] past, double p1, double p2, double q1, double q2, double r1, double r2, double s1, double s2) {
        past[0] = p1;
        past[1] = p2;
        past[2] = q1;
        past[3] = q2;
        past[4] = r1;
        past[5] = r2;
        past[6] = s1;
        past[7] = s2;
    }

    /** Lets go of what is too faint to matter, with which processors calculate slowly. */
    void settle() {
        settle(past);
    }

    static void settle(double[] past) {
        for (int index = 0; index < past.length; index++) {
            if (Math.abs(past[index]) < FAINT) {
                past[index] = 0;
            }
        }
    }
}
