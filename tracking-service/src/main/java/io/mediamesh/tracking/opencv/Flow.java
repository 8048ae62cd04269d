package io.mediamesh.tracking.opencv;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.global.opencv_video;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_core.TermCriteria;

/**
 * How an object moved between two patches: corners (Shi and Tomasi, 1994) are followed by pyramidal Lucas–Kanade there and
 * back again (Kalal et al., "Forward-backward error", 2010), and a map is fitted to those that came back (RANSAC).
 *
 * @param map where points of the first patch are in the second
 * @param inliers points that agree with the map
 * @param followed points that came back
 */
record Flow(Pose map, int inliers, int followed) {
    private static final int MOST_POINTS = 90;
    private static final double QUALITY = 0.01;
    private static final double APART_PX = 4;
    private static final int WINDOW_PX = 13;
    private static final int LEVELS = 3;
    private static final double MOST_RETURN_ERROR_PX = 1.0;
    private static final double MOST_RESIDUAL_PX = 1.5;
    private static final int LEAST_INLIERS = 6;
    private static final double LEAST_INLIER_SHARE = 0.25;
    private static final int HOMOGRAPHY_LEAST_INLIERS = 20;
    private static final double HOMOGRAPHY_EXPLAINS_MORE = 1.2;
    private static final double MOST_SCALING = 1.7;

    /** Corners on the pixels of the mask, as x and y in turn. */
    static float[] corners(Patch patch, Patch mask) {
        Mat found = new Mat();
        opencv_imgproc.goodFeaturesToTrack(
                patch.mat(), found, MOST_POINTS, QUALITY, APART_PX, mask.mat(), 5, false, 0.04);
        float[] points = new float[2 * found.rows()];
        if (points.length > 0) {
            found.<FloatBuffer>createBuffer().get(points);
        }
        return points;
    }

    /**
     * How the object moved.
     *
     * @param projective whether a homography is taken where it explains clearly more than a similarity
     */
    static Optional<Flow> between(Patch first, float[] corners, Patch second, boolean projective) {
        if (corners.length < 2 * LEAST_INLIERS) {
            return Optional.empty();
        }
        Mat one = first.mat();
        Mat two = second.mat();
        Mat start = points(corners, corners.length / 2);
        Mat there = new Mat();
        Mat back = new Mat();
        byte[] found = follow(one, two, start, there);
        byte[] returned = follow(two, one, there, back);
        float[] ends = floats(there);
        float[] returns = floats(back);
        float[] from = new float[corners.length];
        float[] to = new float[corners.length];
        int count = 0;
        for (int point = 0; point < found.length; point++) {
            int x = 2 * point;
            double error = Math.hypot(returns[x] - corners[x], returns[x + 1] - corners[x + 1]);
            if (found[point] != 0 && returned[point] != 0 && error < MOST_RETURN_ERROR_PX) {
                System.arraycopy(corners, x, from, 2 * count, 2);
                System.arraycopy(ends, x, to, 2 * count, 2);
                count++;
            }
        }
        return count < LEAST_INLIERS
                ? Optional.empty()
                : fitted(points(from, count), points(to, count), count, corners.length / 2, projective);
    }

    private static Optional<Flow> fitted(Mat from, Mat to, int count, int tried, boolean projective) {
        Mat agreeing = new Mat();
        Mat affine = opencv_calib3d.estimateAffinePartial2D(
                from, to, agreeing, opencv_calib3d.RANSAC, MOST_RESIDUAL_PX, 500, 0.995, 10);
        if (affine.empty()) {
            return Optional.empty();
        }
        double[] m = new double[9];
        affine.<DoubleBuffer>createBuffer().get(m, 0, 6);
        m[8] = 1;
        Flow similarity = new Flow(new Pose(m), opencv_core.countNonZero(agreeing), count);
        Flow best = projective ? similarity.orHomography(from, to) : similarity;
        double scale = best.map.scaleNear(0, 0);
        boolean sound = best.inliers >= LEAST_INLIERS
                && best.inliers >= LEAST_INLIER_SHARE * Math.min(tried, 40)
                && scale < MOST_SCALING
                && scale > 1 / MOST_SCALING;
        return sound ? Optional.of(best) : Optional.empty();
    }

    private Flow orHomography(Mat from, Mat to) {
        if (followed < HOMOGRAPHY_EXPLAINS_MORE * Math.max(inliers, HOMOGRAPHY_LEAST_INLIERS)) {
            return this;
        }
        Mat agreeing = new Mat();
        Mat matrix =
                opencv_calib3d.findHomography(from, to, opencv_calib3d.RANSAC, MOST_RESIDUAL_PX, agreeing, 500, 0.995);
        if (matrix.empty()) {
            return this;
        }
        int explained = opencv_core.countNonZero(agreeing);
        if (explained < HOMOGRAPHY_LEAST_INLIERS || explained < HOMOGRAPHY_EXPLAINS_MORE * inliers) {
            return this;
        }
        double[] m = new double[9];
        matrix.<DoubleBuffer>createBuffer().get(m);
        Pose map = new Pose(m);
        return map.isFinite() ? new Flow(map, explained, followed) : this;
    }

    private static byte[] follow(Mat from, Mat to, Mat start, Mat end) {
        Mat status = new Mat();
        TermCriteria until = new TermCriteria(TermCriteria.COUNT | TermCriteria.EPS, 20, 0.02);
        opencv_video.calcOpticalFlowPyrLK(
                from, to, start, end, status, new Mat(), new Size(WINDOW_PX, WINDOW_PX), LEVELS, until, 0, 1e-4);
        byte[] found = new byte[status.rows() * status.cols()];
        status.<ByteBuffer>createBuffer().get(found);
        return found;
    }

    private static Mat points(float[] xy, int count) {
        Mat mat = new Mat(count, 1, opencv_core.CV_32FC2);
        mat.<FloatBuffer>createBuffer().put(xy, 0, 2 * count);
        return mat;
    }

    private static float[] floats(Mat points) {
        float[] xy = new float[2 * points.rows() * points.cols()];
        points.<FloatBuffer>createBuffer().get(xy);
        return xy;
    }
}
