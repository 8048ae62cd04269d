package io.mediamesh.audio;

/**
 * Finds where a wave passes a level in one direction, after it was on the other side of it by more than a hysteresis.
 * Between two samples the wave is taken as straight.
 */
final class Trigger {
    private final double direction;
    private final double level;
    private final double hysteresis;
    private boolean armed;
    private double previous;

    /**
     * Makes one.
     *
     * @param direction 1 for rising, −1 for falling
     */
    Trigger(int direction, double level, double hysteresis) {
        this.direction = direction;
        this.level = direction * level;
        this.hysteresis = hysteresis;
    }

    /** The index of the first sample at or behind the passage, {@code count} where there is none. */
    int find(double[] samples, int count) {
        // Fields in local variables: each sample passes here.
        double sign = direction;
        double armedBelow = level - hysteresis;
        boolean ready = armed;
        double before = previous;
        int index = 0;
        while (index < count) {
            double value = sign * samples[index];
            if (ready && value >= level) {
                ready = false;
                break;
            }
            ready |= value < armedBelow;
            before = value;
            index++;
        }
        armed = ready;
        previous = before;
        return index;
    }

    /** After a find: how far before its sample the passage lies, 0 to below 1, in samples. */
    double before(double sample) {
        double value = direction * sample;
        double before = value > previous ? (value - level) / (value - previous) : 0;
        previous = value;
        return before;
    }

    /** What comes next follows on nothing. */
    void forget() {
        armed = false;
    }
}
