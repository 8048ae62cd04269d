package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.PicturePoint;
import java.util.List;

/** A polygon in pixels of a frame. */
final class Polygon {
    private final double[] x;
    private final double[] y;

    private Polygon(double[] x, double[] y) {
        this.x = x;
        this.y = y;
    }

    /** The same corners in a frame of this size. */
    static Polygon of(List<PicturePoint> corners, int widthPx, int heightPx) {
        return new Polygon(
                corners.stream().mapToDouble(corner -> corner.x() * widthPx).toArray(),
                corners.stream().mapToDouble(corner -> corner.y() * heightPx).toArray());
    }

    /** Whether a ray from the point crosses its edges an odd number of times (Shimrat, CACM Algorithm 112, 1962). */
    boolean contains(double px, double py) {
        boolean inside = false;
        for (int here = 0, before = x.length - 1; here < x.length; before = here++) {
            boolean spans = y[here] > py != y[before] > py;
            if (spans && px < (x[before] - x[here]) * (py - y[here]) / (y[before] - y[here]) + x[here]) {
                inside = !inside;
            }
        }
        return inside;
    }

    /** From the point to the nearest edge, in pixels. */
    double distance(double px, double py) {
        double least = Double.POSITIVE_INFINITY;
        for (int here = 0, before = x.length - 1; here < x.length; before = here++) {
            least = Math.min(least, new Arrow(x[before], y[before], x[here], y[here]).distance(px, py));
        }
        return least;
    }
}
