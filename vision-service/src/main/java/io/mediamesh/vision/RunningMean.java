package io.mediamesh.vision;

/** The mean of the last so many values. Not thread-safe. */
final class RunningMean {
    private final double[] window;
    private int next;
    private int count;

    RunningMean(int capacity) {
        window = new double[capacity];
    }

    void add(double value) {
        window[next] = value;
        next = (next + 1) % window.length;
        count = Math.min(count + 1, window.length);
    }

    /** How many values the mean is over. */
    int count() {
        return count;
    }

    /** The mean, added up anew each time so that rounding errors don't pile up; 0 before the first value. */
    double mean() {
        double sum = 0;
        for (int index = 0; index < count; index++) {
            sum += window[index];
        }
        return count == 0 ? 0 : sum / count;
    }
}
