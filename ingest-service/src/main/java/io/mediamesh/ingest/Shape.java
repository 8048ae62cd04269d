package io.mediamesh.ingest;

/** The shape of something to draw: for each pixel how much of it is covered and how bright it is. Immutable. */
final class Shape {
    private final int widthPx;
    private final int heightPx;
    private final byte[] cover;
    private final byte[] shade;

    private Shape(int widthPx, int heightPx, byte[] cover, byte[] shade) {
        this.widthPx = widthPx;
        this.heightPx = heightPx;
        this.cover = cover;
        this.shade = shade;
    }

    int widthPx() {
        return widthPx;
    }

    int heightPx() {
        return heightPx;
    }

    /** The covered part of each pixel, row by row, 0 to 255. Not to be changed. */
    byte[] cover() {
        return cover;
    }

    /** The brightness of each pixel, row by row; 255 is the ink's own. Not to be changed. */
    byte[] shade() {
        return shade;
    }

    /** How far a point lies outside a shape, in pixels; negative inside. */
    interface Distance {
        double at(double x, double y);
    }

    /** Brightness of a point, 0 to 1. */
    interface Shade {
        double at(double x, double y);
    }

    /** A shape of one brightness with smooth edges. */
    static Shape ofDistance(int widthPx, int heightPx, Distance distance) {
        return ofDistance(widthPx, heightPx, distance, (x, y) -> 1);
    }

    /** A shape with smooth edges. */
    static Shape ofDistance(int widthPx, int heightPx, Distance distance, Shade shade) {
        byte[] cover = new byte[widthPx * heightPx];
        byte[] light = new byte[widthPx * heightPx];
        for (int y = 0, index = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++, index++) {
                double inside = Math.clamp(0.5 - distance.at(x + 0.5, y + 0.5), 0, 1);
                cover[index] = (byte) Math.round(255 * inside);
                light[index] = (byte) Math.round(255 * Math.clamp(shade.at(x + 0.5, y + 0.5), 0, 1));
            }
        }
        return new Shape(widthPx, heightPx, cover, light);
    }

    /** A ball lit from above left. */
    static Shape ball(int diameterPx) {
        double radius = diameterPx / 2.0;
        return ofDistance(diameterPx, diameterPx, (x, y) -> Math.hypot(x - radius, y - radius) - radius + 1, (x, y) -> {
            double dx = (x - radius * 0.65) / radius;
            double dy = (y - radius * 0.6) / radius;
            return 1 - 0.62 * Math.min(1.2, Math.sqrt(dx * dx + dy * dy) / 1.2);
        });
    }

    /** A ring. */
    static Shape ring(int diameterPx, double thicknessPx) {
        double radius = diameterPx / 2.0;
        double middle = radius - thicknessPx / 2 - 1;
        return ofDistance(
                diameterPx,
                diameterPx,
                (x, y) -> Math.abs(Math.hypot(x - radius, y - radius) - middle) - thicknessPx / 2,
                (x, y) -> 1 - 0.35 * y / diameterPx);
    }

    /** A rectangle with round corners. */
    static Shape roundedBox(int widthPx, int heightPx, double cornerPx) {
        return ofDistance(widthPx, heightPx, (x, y) -> {
            double dx = Math.abs(x - widthPx / 2.0) - widthPx / 2.0 + cornerPx + 0.5;
            double dy = Math.abs(y - heightPx / 2.0) - heightPx / 2.0 + cornerPx + 0.5;
            return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - cornerPx;
        });
    }
}
