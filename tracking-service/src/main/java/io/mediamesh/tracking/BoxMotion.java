package io.mediamesh.tracking;

import io.vertx.core.json.JsonArray;

/**
 * Where a box is and how it moves: a Kalman filter over its centre, its aspect ratio and its height, as in Wojke, Bewley
 * and Paulus, "Simple Online and Realtime Tracking with a Deep Association Metric" (ICIP 2017), section 2.1. There all
 * covariances are diagonal, so that the filter of eight numbers is four filters of a place and a speed each, and noise is
 * a share of the height. As frames are not equally far apart, the speed changes by white noise of the acceleration
 * (Bar-Shalom, Li and Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, section 6.2.2) of
 * about the same strength at 30 frames a second. Times are in seconds, lengths in pixels.
 */
final class BoxMotion {
    private static final double PLACE_SHARE = 1.0 / 20;
    private static final double FIRST_SPEED_SHARE = 10.0 / 160 * 30;
    private static final double SPEED_DRIFT_SHARE = 1;
    private static final double ASPECT_NOISE = 0.1;
    private static final double ASPECT_DRIFT = 0.05;
    private static final double LEAST_SIDE_PX = 1;

    private final Axis x;
    private final Axis y;
    private final Axis aspect;
    private final Axis height;

    private BoxMotion(Axis x, Axis y, Axis aspect, Axis height) {
        this.x = x;
        this.y = y;
        this.aspect = aspect;
        this.height = height;
    }

    /** A box that was seen for the first time. */
    static BoxMotion at(BoxOverlap box) {
        double placeVariance = squared(2 * PLACE_SHARE * box.height());
        double speedVariance = squared(FIRST_SPEED_SHARE * box.height());
        return new BoxMotion(
                new Axis(box.centreX(), 0, placeVariance, 0, speedVariance),
                new Axis(box.centreY(), 0, placeVariance, 0, speedVariance),
                new Axis(box.width() / box.height(), 0, squared(ASPECT_NOISE), 0, 0),
                new Axis(box.height(), 0, placeVariance, 0, speedVariance));
    }

    /** Time goes on. */
    void predict(double seconds) {
        double drift = squared(SPEED_DRIFT_SHARE * heightPx());
        x.predict(seconds, drift);
        y.predict(seconds, drift);
        height.predict(seconds, drift / 4);
        aspect.predict(seconds, 0);
        aspect.placeVariance += squared(ASPECT_DRIFT) * seconds;
    }

    /** It was seen here. */
    void correct(BoxOverlap box) {
        double noise = squared(PLACE_SHARE * heightPx());
        x.correct(box.centreX(), noise);
        y.correct(box.centreY(), noise);
        aspect.correct(box.width() / box.height(), squared(ASPECT_NOISE));
        height.correct(box.height(), noise);
    }

    /** The frames have another size from now on. */
    void rescale(double scaleX, double scaleY) {
        x.scale(scaleX);
        y.scale(scaleY);
        aspect.scale(scaleX / scaleY);
        height.scale(scaleY);
    }

    BoxOverlap box() {
        double heightPx = heightPx();
        double widthPx = Math.max(LEAST_SIDE_PX, aspect.place * heightPx);
        return new BoxOverlap(
                x.place - widthPx / 2, y.place - heightPx / 2, x.place + widthPx / 2, y.place + heightPx / 2);
    }

    private double heightPx() {
        return Math.max(LEAST_SIDE_PX, height.place);
    }

    JsonArray state() {
        return JsonArray.of(x.state(), y.state(), aspect.state(), height.state());
    }

    /** Reads what {@link #state()} wrote; throws an unchecked exception for anything else. */
    static BoxMotion of(JsonArray state) {
        return new BoxMotion(
                Axis.of(state.getJsonArray(0)),
                Axis.of(state.getJsonArray(1)),
                Axis.of(state.getJsonArray(2)),
                Axis.of(state.getJsonArray(3)));
    }

    private static double squared(double value) {
        return value * value;
    }

    /** The filter of one number. */
    private static final class Axis {
        private double place;
        private double speed;
        private double placeVariance;
        private double covariance;
        private double speedVariance;

        Axis(double place, double speed, double placeVariance, double covariance, double speedVariance) {
            this.place = place;
            this.speed = speed;
            this.placeVariance = placeVariance;
            this.covariance = covariance;
            this.speedVariance = speedVariance;
        }

        void predict(double seconds, double drift) {
            place += speed * seconds;
            placeVariance +=
                    seconds * (2 * covariance + seconds * speedVariance) + drift * seconds * seconds * seconds / 3;
            covariance += seconds * speedVariance + drift * seconds * seconds / 2;
            speedVariance += drift * seconds;
        }

        void correct(double seen, double noise) {
            double total = placeVariance + noise;
            double placeGain = placeVariance / total;
            double speedGain = covariance / total;
            double surprise = seen - place;
            place += placeGain * surprise;
            speed += speedGain * surprise;
            speedVariance -= speedGain * covariance;
            covariance *= 1 - placeGain;
            placeVariance *= 1 - placeGain;
        }

        void scale(double factor) {
            place *= factor;
            speed *= factor;
            placeVariance *= factor * factor;
            covariance *= factor * factor;
            speedVariance *= factor * factor;
        }

        JsonArray state() {
            return JsonArray.of(place, speed, placeVariance, covariance, speedVariance);
        }

        static Axis of(JsonArray state) {
            return new Axis(
                    state.getDouble(0), state.getDouble(1), state.getDouble(2), state.getDouble(3), state.getDouble(4));
        }
    }
}
