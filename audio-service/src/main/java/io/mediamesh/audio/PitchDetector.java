package io.mediamesh.audio;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Finds the pitch of one piece of sound from its Hann spectrum, which others may want too.
 *
 * <p>The period is the first of the highest peaks of the normalised autocorrelation (P. Boersma, "Accurate short-term
 * analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993,
 * sections 3.1 to 3.3; the choice among the peaks as in P. McLeod and G. Wyvill, "A smarter way to find pitch", ICMC 2005,
 * section 5). Two things differ. The autocorrelation is that of the compressed spectrum (T. Tolonen and M. Karjalainen, "A
 * computationally efficient multipitch analysis model", IEEE TSAP 8(6), 2000, section II), where weak odd partials still
 * say that an octave higher is wrong. And the frequency is then read from the partials themselves, see
 * {@link PartialFit}. Not thread-safe.
 */
final class PitchDetector {
    private static final double PIECE_SECONDS = 0.08;
    private static final double BAND_TOP_HZ = 8000;
    /** What the power spectrum is raised to. */
    private static final double COMPRESSION = 2 / 3.0;
    /** The first peak that comes so near to the highest is the period. */
    private static final double NEAR_HIGHEST = 0.92;
    /** A pitch whose partials have less of the power than this is none. */
    private static final double LEAST_CLARITY = 0.05;
    /** Mean square of a Hann window. */
    private static final double HANN_POWER = 0.375;
    /** By the exponent of the length: the same for all streams. */
    private static final AtomicReferenceArray<double[]> LIFTS = new AtomicReferenceArray<>(Integer.SIZE);

    private final int size;
    private final double binHz;
    private final double minHz;
    private final double maxHz;
    private final int bandFrom;
    private final int bandTo;
    private final double[] correlation;
    /** What the correlation has to be multiplied with because the piece is windowed. */
    private final double[] lift;

    private final PartialFit partials;

    /**
     * What a piece of sound has for a pitch.
     *
     * @param frequencyHz of the fundamental; empty where nothing repeats within the range
     * @param confidence how well the sound repeats after a period, 0 to 1
     * @param harmonicClarity how much of the power is in the partials of that pitch, 0 to 1
     * @param levelDbfs RMS of the piece, a sine at full scale being −3.01; negative infinity for silence
     */
    record Finding(OptionalDouble frequencyHz, double confidence, double harmonicClarity, double levelDbfs) {}

    /**
     * A detector for sound of this rate.
     *
     * @param minHz lowest pitch that is looked for
     * @param maxHz highest pitch that is looked for
     */
    PitchDetector(int sampleRateHz, double minHz, double maxHz) {
        this.size = sizeFor(sampleRateHz);
        this.binHz = (double) sampleRateHz / size;
        this.minHz = minHz;
        this.maxHz = Math.min(maxHz, 0.4 * sampleRateHz);
        double topHz = Math.min(Math.max(BAND_TOP_HZ, 2 * this.maxHz), 0.45 * sampleRateHz);
        this.bandFrom = Math.max(2, (int) (0.8 * minHz / binHz));
        this.bandTo = (int) (topHz / binHz);
        int length = Integer.highestOneBit(Math.max(1, 3 * bandTo - 1)) * 2;
        this.correlation = new double[Math.min(length, size)];
        this.lift = liftOf(correlation.length);
        this.partials = new PartialFit(binHz);
    }

    /** Frames of a piece: more than three periods of the lowest pitch. */
    static int sizeFor(int sampleRateHz) {
        return Integer.highestOneBit((int) Math.ceil(PIECE_SECONDS * sampleRateHz) - 1) * 2;
    }

    private static double[] liftOf(int length) {
        int slot = Integer.numberOfTrailingZeros(length);
        double[] known = LIFTS.get(slot);
        if (known == null) {
            known = taper(length, new DoubleFFT_1D(length));
            for (int lag = 0; lag < length; lag++) {
                known[lag] = 1 / known[lag];
            }
            LIFTS.set(slot, known);
        }
        return known;
    }

    /** How the autocorrelation of a steady sine falls with the lag, because the piece is windowed. */
    private static double[] taper(int length, DoubleFFT_1D transform) {
        int offsets = 8;
        double[] sum = new double[length];
        for (int offset = 0; offset < offsets; offset++) {
            double position = Math.floorDiv(length, 4) + (offset + 0.5) / offsets;
            // As a complex signal, whose magnitude is the envelope.
            double[] sine = new double[2 * length];
            for (int bin = 1; bin < length / 2; bin++) {
                sine[2 * bin] = Math.pow(Math.abs(hannLobe(bin - position)), 2 * COMPRESSION);
            }
            transform.complexInverse(sine, false);
            double first = Math.hypot(sine[0], sine[1]);
            for (int lag = 0; lag < length; lag++) {
                sum[lag] += Math.hypot(sine[2 * lag], sine[2 * lag + 1]) / first / offsets;
            }
        }
        return sum;
    }

    private static double hannLobe(double bins) {
        if (Math.abs(bins) < 1e-9) {
            return 1;
        }
        if (Math.abs(Math.abs(bins) - 1) < 1e-9) {
            return 0.5;
        }
        return Math.sin(Math.PI * bins) / (Math.PI * bins * (1 - bins * bins));
    }

    /** Frames that {@link #find} wants the spectrum of. */
    int size() {
        return size;
    }

    /**
     * Looks for a pitch.
     *
     * @param spectrum of {@link #size} frames, with a Hann window
     */
    Finding find(Spectrum spectrum) {
        double[] power = spectrum.powers();
        double total = 2 * sum(power) - power[0] - power[size / 2];
        double levelDbfs = 10 * Math.log10(total / (HANN_POWER * size * size));
        double inBand = 0;
        Arrays.fill(correlation, 0);
        for (int bin = bandFrom; bin <= bandTo; bin++) {
            inBand += power[bin];
            double root = Math.cbrt(power[bin]);
            correlation[2 * bin] = root * root;
        }
        // Rounding leaves some 1e-32 of the power in every bin.
        if (inBand <= 1e-20 * Math.max(total, 1e-9)) {
            return new Finding(OptionalDouble.empty(), 0, 0, levelDbfs);
        }
        Transforms.ofThisThread().of(correlation.length).realInverse(correlation, false);
        return period(power, levelDbfs, inBand);
    }

    /** Two sums side by side, as an addition has to wait for the one before. */
    private static double sum(double[] values) {
        double even = 0;
        double odd = 0;
        for (int index = 0; index + 1 < values.length; index += 2) {
            even += values[index];
            odd += values[index + 1];
        }
        return even + odd + (values.length % 2 == 0 ? 0 : values[values.length - 1]);
    }

    private Finding period(double[] power, double levelDbfs, double inBand) {
        double lagsPerSecond = correlation.length * binHz;
        int from = Math.max(2, (int) Math.floor(lagsPerSecond / maxHz));
        int to = Math.min(correlation.length / 2 - 2, (int) Math.ceil(lagsPerSecond / minHz));
        for (int lag = 0; lag <= to + 1; lag++) {
            correlation[lag] *= lift[lag];
        }
        // What lies on the slope of the peak at lag 0 is no period.
        int lobe = 1;
        while (lobe < to && at(lobe) > 0) {
            lobe++;
        }
        from = Math.max(from, lobe);
        double scale = 1 / correlation[0];
        double highest = 0;
        for (int lag = from; lag <= to; lag++) {
            if (isPeak(lag)) {
                highest = Math.max(highest, heightOf(lag) * scale);
            }
        }
        for (int lag = from; lag <= to; lag++) {
            if (isPeak(lag) && heightOf(lag) * scale >= NEAR_HIGHEST * highest) {
                double coarseHz = lagsPerSecond / (lag + shiftOf(lag));
                PartialFit.Fundamental found = partials.fit(power, coarseHz);
                double clarity = Math.clamp(found.power() / inBand, 0, 1);
                boolean inRange = found.frequencyHz() >= minHz && found.frequencyHz() <= maxHz;
                return new Finding(
                        inRange && clarity >= LEAST_CLARITY
                                ? OptionalDouble.of(found.frequencyHz())
                                : OptionalDouble.empty(),
                        Math.clamp(highest, 0, 1),
                        clarity,
                        levelDbfs);
            }
        }
        return new Finding(OptionalDouble.empty(), 0, 0, levelDbfs);
    }

    private double at(int lag) {
        return correlation[lag];
    }

    private boolean isPeak(int lag) {
        double here = at(lag);
        return here > 0 && here > at(lag - 1) && here >= at(lag + 1);
    }

    private double shiftOf(int lag) {
        double before = at(lag - 1);
        double after = at(lag + 1);
        double bend = before - 2 * at(lag) + after;
        return bend == 0 ? 0 : 0.5 * (before - after) / bend;
    }

    private double heightOf(int lag) {
        return at(lag) - 0.25 * (at(lag - 1) - at(lag + 1)) * shiftOf(lag);
    }
}
