package io.mediamesh.bench;

import java.util.Locale;

/** What a figure has to reach. */
sealed interface Goal {
    /** The figure itself may not be larger. */
    record ValueAtMost(double bound) implements Goal {}

    /** The figure itself may not be smaller. */
    record ValueAtLeast(double bound) implements Goal {}

    /** The figure divided by the peer's may not be larger. */
    record RatioAtMost(double bound) implements Goal {}

    /** The figure divided by the peer's may not be smaller. */
    record RatioAtLeast(double bound) implements Goal {}

    /** No goal: the figure is told because it explains the others. */
    record None() implements Goal {}

    /** Whether a figure reaches the goal; a ratio that is not a number never does. */
    default boolean isMet(double value, double ratio) {
        return switch (this) {
            case ValueAtMost atMost -> value <= atMost.bound;
            case ValueAtLeast atLeast -> value >= atLeast.bound;
            case RatioAtMost atMost -> ratio <= atMost.bound;
            case RatioAtLeast atLeast -> ratio >= atLeast.bound;
            case None none -> true;
        };
    }

    /** The goal for people. */
    default String text(String unit) {
        return switch (this) {
            case ValueAtMost atMost -> "≤ " + Figure.number(atMost.bound) + " " + unit;
            case ValueAtLeast atLeast -> "≥ " + Figure.number(atLeast.bound) + " " + unit;
            case RatioAtMost atMost -> String.format(Locale.ROOT, "ratio ≤ %.2f", atMost.bound);
            case RatioAtLeast atLeast -> String.format(Locale.ROOT, "ratio ≥ %.2f", atLeast.bound);
            case None none -> "";
        };
    }
}
