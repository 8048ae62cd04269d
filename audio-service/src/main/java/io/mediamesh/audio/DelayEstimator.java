package io.mediamesh.audio;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Finds by how much one piece of sound comes later than another: the generalised cross-correlation with phase transform (C.
 * Knapp and G. Carter, "The generalized correlation method for estimation of time delay", IEEE Trans. ASSP-24(4), 1976,
 * section III), which looks at the phases alone, so that neither the spectrum of the sound nor an echo blurs it. Bins in
 * which nothing sounds are left out: their phases mean nothing. The highest peak is the delay; one that points downwards says
 * that one of the two is inverted. Between samples the correlation, which is band-limited, is interpolated by a windowed sinc.
 * Not thread-safe.
 */
final class DelayEstimator {
    /** Bins this far below the strongest, in power, are left out. */
    private static final double QUIETEST = 1e-8;
    /** From this part of the band on, bins count for less and less, so that values between samples can be told. */
    private static final double FULL_WEIGHT = 0.75;
    /** Samples to each side from which values between them are interpolated. */
    private static final int REACH = 16;
    /** A second peak nearer than this belongs to the first. */
    private static final double PEAK_SECONDS = 0.0005;
    /** How often higher than chance a peak is that leaves no doubt. */
    private static final double CERTAIN = 4;

    /** How much wider sums of random phases scatter because a window makes neighbours alike. */
    private static final double CORRELATED_BINS = 1.22;

    /** By the exponent of the size: the same for all streams. */
    private static final AtomicReferenceArray<double[]> WEIGHTS = new AtomicReferenceArray<>(Integer.SIZE);
    /** Of π n / {@link #REACH}, from n = −REACH on. */
    private static final double[] COSINES = new double[2 * REACH + 1];

    private static final double[] SINES = new double[2 * REACH + 1];

    static {
        for (int index = 0; index < COSINES.length; index++) {
            double angle = Math.PI * (index - REACH) / REACH;
            COSINES[index] = Math.cos(angle);
            SINES[index] = Math.sin(angle);
        }
    }

    private final int sampleRateHz;
    private final int size;
    private final int maxDelay;

    /**
     * A delay.
     *
     * @param samples by which the second comes later; negative where it comes earlier
     * @param inverted whether one of them is upside down
     * @param confidence 0 to 1: how far the peak stands out of chance and of the second highest
     */
    record Delay(double samples, boolean inverted, double confidence) {}

    /**
     * An estimator.
     *
     * @param maxDelaySeconds the longest delay that is looked for, in both directions
     */
    DelayEstimator(int sampleRateHz, double maxDelaySeconds) {
        this.sampleRateHz = sampleRateHz;
        this.size = sizeFor(sampleRateHz, maxDelaySeconds);
        this.maxDelay = Math.min(size / 3, (int) Math.ceil(maxDelaySeconds * sampleRateHz));
    }

    /** Frames of a piece: the longest delay still leaves most of it in both. */
    static int sizeFor(int sampleRateHz, double maxDelaySeconds) {
        int needed = (int) Math.max(3 * maxDelaySeconds * sampleRateHz, 0.08 * sampleRateHz);
        return Math.min(Sound.KEPT_FRAMES, Integer.highestOneBit(needed - 1) * 2);
    }

    int size() {
        return size;
    }

    /**
     * Estimates.
     *
     * @param first {@link #size} samples, which are used up
     * @param second as many of the same time, which are used up too
     * @return empty where one of them is silent
     */
    Optional<Delay> estimate(double[] first, double[] second) {
        transform(first);
        transform(second);
        double strongestFirst = strongest(first);
        double strongestSecond = strongest(second);
        if (strongestFirst == 0 || strongestSecond == 0) {
            return Optional.empty();
        }
        double quietest = QUIETEST * strongestFirst * strongestSecond;
        int tapered = (int) (FULL_WEIGHT * size / 2);
        double[] weights = weightsOf(size);
        double used = 0;
        for (int bin = 1; bin < size / 2; bin++) {
            double real = first[2 * bin] * second[2 * bin] + first[2 * bin + 1] * second[2 * bin + 1];
            double imaginary = first[2 * bin] * second[2 * bin + 1] - first[2 * bin + 1] * second[2 * bin];
            double power = real * real + imaginary * imaginary;
            double scale = 0;
            if (power > quietest) {
                double weight = bin < tapered ? 1 : weights[bin - tapered];
                scale = weight / Math.sqrt(power);
                used += weight;
            }
            first[2 * bin] = real * scale;
            first[2 * bin + 1] = imaginary * scale;
        }
        first[0] = 0;
        first[1] = 0;
        if (used == 0) {
            return Optional.empty();
        }
        Transforms.ofThisThread().of(size).realInverse(first, false);
        return Optional.of(highest(first, used));
    }

    private void transform(double[] samples) {
        double[] window = WindowShape.of(Window.HANN).coefficients(size);
        for (int frame = 0; frame < size; frame++) {
            samples[frame] *= window[frame];
        }
        Transforms.ofThisThread().of(size).realForward(samples);
    }

    private double strongest(double[] spectrum) {
        double strongest = 0;
        for (int bin = 1; bin < size / 2; bin++) {
            double real = spectrum[2 * bin];
            double imaginary = spectrum[2 * bin + 1];
            double power = real * real + imaginary * imaginary;
            // Not Math.max, whose care for NaN costs more than all the rest here.
            strongest = power > strongest ? power : strongest;
        }
        return strongest;
    }

    /** Of the bins from {@link #FULL_WEIGHT} on. */
    private static double[] weightsOf(int size) {
        int slot = Integer.numberOfTrailingZeros(size);
        double[] known = WEIGHTS.get(slot);
        if (known == null) {
            int from = (int) (FULL_WEIGHT * size / 2);
            known = new double[size / 2 - from];
            for (int index = 0; index < known.length; index++) {
                double cosine = Math.cos(Math.PI / 2 * index / known.length);
                known[index] = cosine * cosine;
            }
            WEIGHTS.set(slot, known);
        }
        return known;
    }

    /** What the correlation is at a delay; negative ones lie at its end. */
    private double at(double[] correlation, int delay) {
        return correlation[delay & size - 1];
    }

    /** The delay in a range, all of one sign, at which the correlation is highest or lowest. */
    private int extreme(double[] correlation, int from, int to) {
        int offset = from < 0 ? size : 0;
        int best = from;
        double highest = -1;
        for (int delay = from; delay <= to; delay++) {
            double height = Math.abs(correlation[offset + delay]);
            if (height > highest) {
                highest = height;
                best = delay;
            }
        }
        return best;
    }

    private double height(double[] correlation, int delay) {
        return Math.abs(at(correlation, delay));
    }

    /** The height of the highest peak in a range, which may be empty. */
    private double highestIn(double[] correlation, int from, int to) {
        double negative =
                from <= Math.min(to, -1) ? height(correlation, extreme(correlation, from, Math.min(to, -1))) : 0;
        double positive =
                Math.max(from, 0) <= to ? height(correlation, extreme(correlation, Math.max(from, 0), to)) : 0;
        return Math.max(negative, positive);
    }

    private Delay highest(double[] correlation, double used) {
        int before = extreme(correlation, -maxDelay, -1);
        int after = extreme(correlation, 0, maxDelay);
        int best = height(correlation, before) > height(correlation, after) ? before : after;
        int near = (int) Math.ceil(PEAK_SECONDS * sampleRateHz);
        double next = Math.max(
                highestIn(correlation, -maxDelay, best - near - 1), highestIn(correlation, best + near + 1, maxDelay));
        double exact = refine(correlation, best);
        double value = between(correlation, exact);
        double peak = Math.abs(value);
        // A pure delay gives as much as there are bins.
        double height = peak / used;
        // The highest of so many sums of random phases (extreme values of normal ones).
        double chance = CORRELATED_BINS * Math.sqrt(Math.log(4.0 * maxDelay + 2) / used);
        double apart = 1 - Math.min(1, (next / peak) * (next / peak));
        return new Delay(exact, value < 0, apart * Math.clamp(height / (CERTAIN * chance), 0, 1));
    }

    /** The place of the extremum around a sample, by golden-section search. */
    private double refine(double[] correlation, int peak) {
        double sign = Math.signum(at(correlation, peak));
        double ratio = (Math.sqrt(5) - 1) / 2;
        double low = peak - 1;
        double high = peak + 1;
        double left = high - ratio * (high - low);
        double right = low + ratio * (high - low);
        double atLeft = sign * between(correlation, left);
        double atRight = sign * between(correlation, right);
        while (high - low > 1e-4) {
            if (atLeft > atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - ratio * (high - low);
                atLeft = sign * between(correlation, left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + ratio * (high - low);
                atRight = sign * between(correlation, right);
            }
        }
        return (low + high) / 2;
    }

    private double between(double[] correlation, double delay) {
        int nearest = (int) Math.floor(delay);
        double beyond = delay - nearest;
        if (beyond < 1e-9 || beyond > 1 - 1e-9) {
            return at(correlation, nearest + (int) Math.round(beyond));
        }
        // sin π(d − n) is the same for all n but for its sign; the taper's cos π(d − n) / REACH is a sum of two
        // products.
        double sine = Math.sin(Math.PI * beyond) / Math.PI;
        double taperCosine = 0.5 * Math.cos(Math.PI * beyond / REACH);
        double taperSine = 0.5 * Math.sin(Math.PI * beyond / REACH);
        double sum = 0;
        for (int offset = 1 - REACH; offset <= REACH; offset++) {
            double taper = 0.5 + taperCosine * COSINES[offset + REACH] + taperSine * SINES[offset + REACH];
            double sinc = (offset & 1) == 0 ? sine : -sine;
            sum += at(correlation, nearest + offset) * sinc * taper / (beyond - offset);
        }
        return sum;
    }
}
