package io.mediamesh.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** What many rounds come to. The median, because a busy machine spoils single rounds and not the middle one. */
final class Medians {
    private Medians() {}

    /** The middle value, or the mean of the two middle ones; not a number when there are none. */
    static double of(Collection<Double> rounds) {
        double[] sorted = sorted(rounds);
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest value that so many percent of all are not above; not a number when there are none. */
    static double percentile(double percent, Collection<Double> values) {
        double[] sorted = sorted(values);
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted.length == 0 ? Double.NaN : sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
    }

    /** The smallest and the largest value, for people: how much the machine disturbed. */
    static String spread(Collection<Double> rounds) {
        double[] sorted = sorted(rounds);
        return sorted.length == 0
                ? "no rounds"
                : String.format(
                        Locale.ROOT, "%s–%s", Figure.number(sorted[0]), Figure.number(sorted[sorted.length - 1]));
    }

    private static double[] sorted(Collection<Double> rounds) {
        double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
