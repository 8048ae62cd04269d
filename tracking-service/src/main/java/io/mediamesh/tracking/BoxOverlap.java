package io.mediamesh.tracking;

import io.mediamesh.contracts.Detection;

/**
 * A box of which it is asked how much of another one it covers, in pixels.
 *
 * @param x2 right edge, exclusive
 * @param y2 bottom edge, exclusive
 */
record BoxOverlap(double x1, double y1, double x2, double y2) {
    static BoxOverlap of(Detection seen) {
        return new BoxOverlap(seen.x1(), seen.y1(), seen.x2(), seen.y2());
    }

    /** Whether it has finite edges and encloses something. */
    boolean isSound() {
        return Double.isFinite(x1 + y1 + x2 + y2) && x2 > x1 && y2 > y1;
    }

    double width() {
        return x2 - x1;
    }

    double height() {
        return y2 - y1;
    }

    double centreX() {
        return (x1 + x2) / 2;
    }

    double centreY() {
        return (y1 + y2) / 2;
    }

    /** The common area as a share of the area that either covers, 0 to 1. */
    double iou(BoxOverlap other) {
        double commonWidth = Math.min(x2, other.x2) - Math.max(x1, other.x1);
        double commonHeight = Math.min(y2, other.y2) - Math.max(y1, other.y1);
        if (commonWidth <= 0 || commonHeight <= 0) {
            return 0;
        }
        double common = commonWidth * commonHeight;
        return common / (width() * height() + other.width() * other.height() - common);
    }
}
