package io.mediamesh.audio;

import java.util.Arrays;

/**
 * Finds beginnings of notes and other events: the rise of the logarithmic power in mel bands against two hops before, summed
 * (spectral flux), where it is a maximum and stands out of what was before (S. Böck, F. Krebs and M. Schedl, "Evaluating the
 * online capabilities of onset detection methods", ISMIR 2012, sections 2.2 and 2.4). Fed hop by hop; not thread-safe.
 */
final class OnsetDetector {
    static final double HOP_SECONDS = 0.01;
    /** So many hops later it is known whether one was an onset. */
    static final int LOOKAHEAD = 3;

    private static final int BANDS = 40;
    private static final int COMPARED_WITH = 2;
    private static final int PAST = 15;
    private static final int APART = 5;
    private static final int KEPT = 32;
    /** Power of a band below which rises do not count: about −80 dBFS for a tone. */
    private static final double LEAST_POWER = 1e-8;

    private final double threshold;
    private final MelBands bands;
    private final double[] power;
    private final double[] bandPower = new double[BANDS];
    private final double[][] levels = new double[COMPARED_WITH + 1][BANDS];
    private final double[] flux = new double[KEPT];
    private final double scale;
    private long hops;
    private long lastOnset = Long.MIN_VALUE / 2;

    /**
     * Whether something began.
     *
     * @param isOnset whether it did
     * @param strength of the rise, 1 being as much as makes an onset
     */
    record Verdict(boolean isOnset, double strength) {}

    /**
     * A detector.
     *
     * @param threshold mean rise over the bands, in dB, by which an onset stands out
     */
    OnsetDetector(int sampleRateHz, int size, double threshold) {
        this.threshold = threshold;
        this.bands = new MelBands(sampleRateHz, size, BANDS, sampleRateHz / 2.0);
        this.power = new double[size / 2 + 1];
        // Independent of the size: a sine at full scale has a power of 1, spread over the bandwidth of its bands.
        this.scale = 16.0 / ((double) size * size);
        for (double[] row : levels) {
            Arrays.fill(row, 10 * Math.log10(LEAST_POWER));
        }
    }

    /** The next hop's spectrum; what it says is about the hop {@link #LOOKAHEAD} before. */
    Verdict next(Spectrum spectrum) {
        double[] raw = spectrum.powers();
        for (int bin = 0; bin < power.length; bin++) {
            power[bin] = raw[bin] * scale;
        }
        bands.apply(power, bandPower);
        double[] now = levels[(int) (hops % levels.length)];
        double[] before = levels[(int) ((hops + 1) % levels.length)];
        double rise = 0;
        for (int band = 0; band < BANDS; band++) {
            double level = 10 * Math.log10(bandPower[band] + LEAST_POWER);
            rise += Math.max(0, level - before[band]);
            now[band] = level;
        }
        flux[(int) (hops % KEPT)] = rise / BANDS;
        hops++;
        return judge(hops - 1 - LOOKAHEAD);
    }

    private Verdict judge(long hop) {
        if (hop < 0) {
            return new Verdict(false, 0);
        }
        double here = fluxAt(hop);
        double highest = 0;
        double sum = 0;
        int count = 0;
        for (long other = Math.max(0, hop - PAST); other <= hop + LOOKAHEAD; other++) {
            if (Math.abs(other - hop) <= LOOKAHEAD) {
                highest = Math.max(highest, fluxAt(other));
            } else {
                sum += fluxAt(other);
                count++;
            }
        }
        double strength = (here - (count == 0 ? 0 : sum / count)) / threshold;
        boolean isOnset = here >= highest && strength >= 1 && hop - lastOnset >= APART;
        if (isOnset) {
            lastOnset = hop;
        }
        return new Verdict(isOnset, Math.max(0, strength));
    }

    private double fluxAt(long hop) {
        return flux[(int) (hop % KEPT)];
    }
}
