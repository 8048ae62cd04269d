package io.mediamesh.audio;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The numbers of a window. All are sums of cosines, <i>w(n) = Σ (−1)<sup>k</sup> a<sub>k</sub> cos(2πkn/N)</i>; the terms
 * are those of F. J. Harris, “On the Use of Windows for Harmonic Analysis with the Discrete Fourier Transform”, Proc. IEEE
 * 66 (1978), and for the flat top of G. D'Antona and A. Ferrero, “Digital Signal Processing for Measurement Systems”
 * (2006), p. 70.
 */
final class WindowShape {
    private static final WindowShape HANN = new WindowShape(0.5, 0.5);
    private static final WindowShape HAMMING = new WindowShape(0.54, 0.46);
    private static final WindowShape BLACKMAN_HARRIS = new WindowShape(0.35875, 0.48829, 0.14128, 0.01168);
    private static final WindowShape FLAT_TOP =
            new WindowShape(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368);
    private static final WindowShape RECT = new WindowShape(1);

    private final double[] terms;
    /** By the exponent of the size. */
    private final AtomicReferenceArray<double[]> made = new AtomicReferenceArray<>(Integer.SIZE);

    private WindowShape(double... terms) {
        this.terms = terms;
    }

    static WindowShape of(Window window) {
        return switch (window) {
            case HANN -> HANN;
            case HAMMING -> HAMMING;
            case BLACKMAN_HARRIS -> BLACKMAN_HARRIS;
            case FLAT_TOP -> FLAT_TOP;
            case RECT -> RECT;
        };
    }

    /** What remains of the amplitude of a sine: the mean of the window. */
    double coherentGain() {
        return terms[0];
    }

    /** How strongly a sine shows that lies so many bins beside where one looks, its middle being 1. */
    double lobe(double bins) {
        double sum = terms[0] * sinc(bins);
        for (int term = 1; term < terms.length; term++) {
            sum += terms[term] / 2 * (sinc(bins - term) + sinc(bins + term));
        }
        return sum / terms[0];
    }

    /**
     * The size of {@link #lobe} at one bin and some more, divided by what is the same for as much less: enough to compare the
     * two, without a sine.
     *
     * @param more from −0.5 to 0.5 and not 0
     */
    double slope(double more) {
        // sinc(x − k) + sinc(x + k) = (−1)ᵏ sin πx 2x / π(x² − k²); all of it times (x² − 1) / sin πx, which is 0 / 0
        // at 1.
        double bins = 1 + more;
        double zero = more * (2 + more);
        double sum = terms[0] * zero / bins;
        if (terms.length > 1) {
            sum -= terms[1] * bins;
        }
        for (int term = 2; term < terms.length; term++) {
            double part = terms[term] * bins * zero / (bins * bins - term * term);
            sum += term % 2 == 0 ? part : -part;
        }
        // Beyond the main lobe of no window at all, its sign changes.
        return Math.abs(sum) / (2 + more);
    }

    private static double sinc(double x) {
        double angle = Math.PI * x;
        return Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
    }

    /**
     * The window for so many samples, made once; not to be changed.
     *
     * @param size a power of two
     */
    double[] coefficients(int size) {
        int slot = Integer.numberOfTrailingZeros(size);
        double[] known = made.get(slot);
        if (known == null) {
            known = new double[size];
            for (int index = 0; index < size; index++) {
                double angle = 2 * Math.PI * index / size;
                for (int term = 0; term < terms.length; term++) {
                    known[index] += (term % 2 == 0 ? terms[term] : -terms[term]) * Math.cos(term * angle);
                }
            }
            made.set(slot, known);
        }
        return known;
    }
}
