package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.CountingLine;

/** A line with a direction, in pixels of a frame. */
record Arrow(double fromX, double fromY, double toX, double toY) {
    static Arrow of(CountingLine line, int widthPx, int heightPx) {
        return new Arrow(
                line.from().x() * widthPx,
                line.from().y() * heightPx,
                line.to().x() * widthPx,
                line.to().y() * heightPx);
    }

    /** How far to the right of it a point lies, as one sees it, were it endless; negative to the left. */
    double offset(double x, double y) {
        return cross(x, y) / Math.hypot(toX - fromX, toY - fromY);
    }

    /** From a point to the nearest one on it. */
    double distance(double x, double y) {
        double length = (toX - fromX) * (toX - fromX) + (toY - fromY) * (toY - fromY);
        double along = length == 0
                ? 0
                : Math.clamp(((x - fromX) * (toX - fromX) + (y - fromY) * (toY - fromY)) / length, 0, 1);
        return Math.hypot(x - fromX - along * (toX - fromX), y - fromY - along * (toY - fromY));
    }

    /** Whether it has a point in common with another one that is not parallel to it. */
    boolean meets(Arrow other) {
        return cross(other.fromX, other.fromY) * cross(other.toX, other.toY) <= 0
                && other.cross(fromX, fromY) * other.cross(toX, toY) <= 0;
    }

    /** Positive to the right: y grows downwards. */
    private double cross(double x, double y) {
        return (toX - fromX) * (y - fromY) - (toY - fromY) * (x - fromX);
    }
}
