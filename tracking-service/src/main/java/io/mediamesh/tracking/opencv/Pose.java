package io.mediamesh.tracking.opencv;

/** A plane projective map from one picture to another: where a point of the first is in the second. Immutable. */
final class Pose {
    static final Pose IDENTITY = scaleAndShift(1, 1, 0, 0);

    /** The 3×3 matrix by rows, with m[8] = 1. */
    private final double[] m;

    /** A point. */
    record At(double x, double y) {}

    /** With a matrix by rows, of which only the ratios count. */
    Pose(double[] rows) {
        this.m = rows.clone();
        for (int index = 0; index < m.length; index++) {
            m[index] /= rows[8];
        }
    }

    /** The matrix by rows. */
    double[] rows() {
        return m.clone();
    }

    /** (x, y) → (scaleX·x + shiftX, scaleY·y + shiftY). */
    static Pose scaleAndShift(double scaleX, double scaleY, double shiftX, double shiftY) {
        return new Pose(new double[] {scaleX, 0, shiftX, 0, scaleY, shiftY, 0, 0, 1});
    }

    /** Between pictures of which one has more pixels for the same scene; the centres of pixels have whole numbers. */
    static Pose resizing(double scaleX, double scaleY) {
        return scaleAndShift(scaleX, scaleY, (scaleX - 1) / 2, (scaleY - 1) / 2);
    }

    /** The map that does the other one first and then this. */
    Pose after(Pose first) {
        double[] product = new double[9];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                for (int k = 0; k < 3; k++) {
                    product[3 * row + column] += m[3 * row + k] * first.m[3 * k + column];
                }
            }
        }
        return new Pose(product);
    }

    /** The same, but the result is moved. */
    Pose shifted(double dx, double dy) {
        return scaleAndShift(1, 1, dx, dy).after(this);
    }

    At of(double x, double y) {
        double w = m[6] * x + m[7] * y + 1;
        return new At((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w);
    }

    /** The affine map that does the same near this point, as {a, b, c, d}: dx′ = a·dx + b·dy, dy′ = c·dx + d·dy. */
    double[] linearNear(double x, double y) {
        At here = of(x, y);
        At right = of(x + 1, y);
        At below = of(x, y + 1);
        return new double[] {right.x - here.x, below.x - here.x, right.y - here.y, below.y - here.y};
    }

    /** By how much lengths grow near this point; 0 or less where the map turns the picture over. */
    double scaleNear(double x, double y) {
        double[] linear = linearNear(x, y);
        double area = linear[0] * linear[3] - linear[1] * linear[2];
        return Math.signum(area) * Math.sqrt(Math.abs(area));
    }

    boolean isFinite() {
        for (double entry : m) {
            if (!Double.isFinite(entry)) {
                return false;
            }
        }
        return true;
    }
}
