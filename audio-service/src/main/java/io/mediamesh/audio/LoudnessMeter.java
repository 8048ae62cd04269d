package io.mediamesh.audio;

import java.util.OptionalDouble;

/**
 * Loudness (ITU-R BS.1770-5, annex 1) as EBU Tech 3341 wants meters to show it, and the loudness range of EBU Tech 3342: fed
 * with blocks of 100 ms, by which the gated blocks of 400 ms overlap. What it keeps is bounded, however long it listens. Not
 * thread-safe.
 */
final class LoudnessMeter {
    /** Blocks a second. */
    static final int BLOCKS_PER_SECOND = 10;

    private static final int MOMENTARY_BLOCKS = 4;
    private static final int SHORT_TERM_BLOCKS = 30;
    private static final double FLOOR_LUFS = -150;
    private static final double RELATIVE_GATE_LU = 10;
    private static final double RANGE_GATE_LU = 20;
    private static final double SURROUND_WEIGHT = 1.41;

    private final KWeighting[] weightings;
    private final TruePeakMeter[] peaks;
    private final double[] weights;
    private final double[] powers = new double[SHORT_TERM_BLOCKS];
    private final LoudnessHistogram momentaries = new LoudnessHistogram();
    private final LoudnessHistogram shortTerms = new LoudnessHistogram();
    private long blocks;
    private double truePeak;
    private double maxTruePeak;

    /**
     * A meter.
     *
     * @param channels one or two, or three to six in the order L R C Ls Rs or, if there are six, L R C LFE Ls Rs
     */
    LoudnessMeter(int sampleRateHz, int channels) {
        weightings = new KWeighting[channels];
        peaks = new TruePeakMeter[channels];
        weights = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            weightings[channel] = new KWeighting(sampleRateHz);
            peaks[channel] = new TruePeakMeter(sampleRateHz);
            boolean lowEffects = channels == 6 && channel == 3;
            weights[channel] = lowEffects ? 0 : channel < 3 ? 1 : SURROUND_WEIGHT;
        }
    }

    static double lufs(double power) {
        return power <= 0 ? FLOOR_LUFS : Math.max(FLOOR_LUFS, -0.691 + 10 * Math.log10(power));
    }

    /** Hears the next block: so many samples of every channel, a tenth of a second. */
    void hear(double[][] channels, int count) {
        double power = 0;
        for (int channel = 0; channel < weights.length; channel++) {
            power += weights[channel] * weightings[channel].power(channels[channel], count) / count;
            truePeak = Math.max(truePeak, peaks[channel].peak(channels[channel], count));
        }
        maxTruePeak = Math.max(maxTruePeak, truePeak);
        powers[(int) (blocks % SHORT_TERM_BLOCKS)] = power;
        blocks++;
        if (blocks >= MOMENTARY_BLOCKS) {
            momentaries.add(meanOfLast(MOMENTARY_BLOCKS));
        }
        if (blocks >= SHORT_TERM_BLOCKS) {
            shortTerms.add(meanOfLast(SHORT_TERM_BLOCKS));
        }
    }

    private double meanOfLast(int count) {
        double sum = 0;
        for (long block = blocks - count; block < blocks; block++) {
            sum += powers[(int) (block % SHORT_TERM_BLOCKS)];
        }
        return sum / count;
    }

    /** Of the last 400 ms; empty before there were as many. */
    OptionalDouble momentaryLufs() {
        return lastLufs(MOMENTARY_BLOCKS);
    }

    /** Of the last 3 s; empty before there were as many. */
    OptionalDouble shortTermLufs() {
        return lastLufs(SHORT_TERM_BLOCKS);
    }

    private OptionalDouble lastLufs(int count) {
        return blocks < count ? OptionalDouble.empty() : OptionalDouble.of(lufs(meanOfLast(count)));
    }

    /** Of all, gated; empty as long as nothing was above −70 LUFS. */
    OptionalDouble integratedLufs() {
        return momentaries.gatedLufs(RELATIVE_GATE_LU);
    }

    /** Of all, gated; empty as long as nothing was above −70 LUFS for 3 s. */
    OptionalDouble rangeLu() {
        return shortTerms.rangeLu(RANGE_GATE_LU);
    }

    /** The highest peak of all channels since this was last asked, in dBTP. */
    double takeTruePeakDbtp() {
        double peak = truePeak;
        truePeak = 0;
        return dbtp(peak);
    }

    /** The highest peak of all channels ever, in dBTP. */
    double maxTruePeakDbtp() {
        return dbtp(maxTruePeak);
    }

    private static double dbtp(double peak) {
        return Math.max(FLOOR_LUFS, 20 * Math.log10(peak));
    }
}
