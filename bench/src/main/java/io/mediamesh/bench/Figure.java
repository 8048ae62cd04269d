package io.mediamesh.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * One measured number, and the same of a peer where there is one.
 *
 * @param what what was measured
 * @param unit of the value and of the peer's value
 * @param value mediamesh's
 * @param peer what it is compared with
 * @param goal what has to be reached
 */
record Figure(String what, String unit, double value, Optional<Peer> peer, Goal goal) {
    /** What did the same work in the same run, and the number it got. */
    record Peer(String name, double value) {}

    /** A figure with an absolute goal. */
    static Figure alone(String what, String unit, double value, Goal goal) {
        return new Figure(what, unit, value, Optional.empty(), goal);
    }

    /** A figure beside a peer's. */
    static Figure beside(String what, String unit, double value, Peer peer, Goal goal) {
        return new Figure(what, unit, value, Optional.of(peer), goal);
    }

    /** The value divided by the peer's; not a number without a peer, or with one that did nothing. */
    double ratio() {
        return peer.filter(other -> other.value > 0)
                .map(other -> value / other.value)
                .orElse(Double.NaN);
    }

    /** Whether the goal is reached. A value that could not be measured never reaches one. */
    boolean isMet() {
        return !Double.isNaN(value) && goal.isMet(value, ratio());
    }

    /** The last column of the table. */
    String verdict() {
        return goal instanceof Goal.None ? "" : isMet() ? "OK" : "MISSED";
    }

    /** Three significant digits, without an exponent. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "not measured";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 || value == Math.rint(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
