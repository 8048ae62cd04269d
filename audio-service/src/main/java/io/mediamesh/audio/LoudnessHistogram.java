package io.mediamesh.audio;

import java.util.OptionalDouble;

/** How often which loudness was there above the absolute gate of −70 LUFS, in steps of 0.01 LU. Not thread-safe. */
final class LoudnessHistogram {
    private static final double GATE_LUFS = -70;
    private static final int STEPS_PER_LU = 100;
    private static final int STEPS = 100 * STEPS_PER_LU;

    private final long[] counts = new long[STEPS];
    private final double[] powers = new double[STEPS];

    /** One more block of this mean square, K-weighted. */
    void add(double power) {
        double lufs = LoudnessMeter.lufs(power);
        if (lufs >= GATE_LUFS) {
            int step = Math.min(STEPS - 1, (int) ((lufs - GATE_LUFS) * STEPS_PER_LU));
            counts[step]++;
            powers[step] += power;
        }
    }

    /** The loudness of what is not more than so much below the loudness of all; empty if there is nothing. */
    OptionalDouble gatedLufs(double belowLu) {
        return meanLufs(gate(belowLu));
    }

    private int gate(double belowLu) {
        OptionalDouble all = meanLufs(0);
        if (all.isEmpty()) {
            return STEPS;
        }
        return (int) Math.max(0, Math.ceil((all.getAsDouble() - belowLu - GATE_LUFS) * STEPS_PER_LU - 0.5));
    }

    private OptionalDouble meanLufs(int from) {
        long count = 0;
        double power = 0;
        for (int step = from; step < STEPS; step++) {
            count += counts[step];
            power += powers[step];
        }
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(LoudnessMeter.lufs(power / count));
    }

    /** How far the 95th percentile lies above the 10th, of what is not more than so much below the loudness of all. */
    OptionalDouble rangeLu(double belowLu) {
        int from = gate(belowLu);
        long count = 0;
        for (int step = from; step < STEPS; step++) {
            count += counts[step];
        }
        if (count == 0) {
            return OptionalDouble.empty();
        }
        int low = stepOfRank(from, Math.round((count - 1) * 0.10));
        int high = stepOfRank(from, Math.round((count - 1) * 0.95));
        return OptionalDouble.of((double) (high - low) / STEPS_PER_LU);
    }

    private int stepOfRank(int from, long rank) {
        long seen = 0;
        int step = from;
        while (seen + counts[step] <= rank) {
            seen += counts[step];
            step++;
        }
        return step;
    }
}
