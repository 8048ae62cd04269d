package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OpenCv;
import io.mediamesh.vision.Detector;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.global.opencv_video;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_video.BackgroundSubtractorMOG2;

/**
 * Finds what moves in front of a background that it learns, by a mixture of Gaussians for each pixel (Zivkovic,
 * "Improved adaptive Gaussian mixture model for background subtraction", ICPR 2004), cleaned by opening and closing.
 *
 * <p>The confidence is 1 − 2<sup>−d/16</sup>, where d is the mean difference in luma (full range) between the moving
 * pixels and the background: 0.5 for something just above camera noise, 0.94 for a quarter of the scale.
 *
 * <p>What stops moving becomes background after about seventy pictures, seven seconds at ten a second. When most of the
 * picture changes at once, that is a cut or a change of light and not an object: nothing is reported, and the new
 * background is learnt quickly.
 */
final class MotionDetector implements Detector {
    static final String NAME = "motion";

    private static final int SIDE_PX = 320;
    private static final int HISTORY_PICTURES = 200;
    private static final double VARIANCE_THRESHOLD = 25;
    // With OpenCV's 0.9, something that passes again and again becomes background though it is there a tenth of the
    // time.
    private static final double BACKGROUND_SHARE = 0.7;
    private static final int WARM_UP_PICTURES = 5;
    private static final double CUT_SHARE = 0.6;

    // OpenCV's automatic rate learns so fast in the first pictures that it takes moving objects for background.
    private static final double AUTOMATIC_RATE = -1;
    private static final double USUAL_RATE = 1.0 / HISTORY_PICTURES;
    // Whatever moves in the first picture is taken for background; where it was must be learnt soon.
    private static final int YOUNG_PICTURES = 30;
    private static final double YOUNG_RATE = 0.03;
    private static final double RATE_AFTER_CUT = 0.2;

    private static final double HALVING_CONTRAST = 16;

    private final double minAreaShare;
    private final BackgroundSubtractorMOG2 background;
    private final Mat speck;
    private final Mat gap;
    private int pictures;
    private double learningRate = AUTOMATIC_RATE;

    /** @param minAreaShare objects that cover less of the picture are left out, 0 to 1 */
    MotionDetector(double minAreaShare) {
        OpenCv.load();
        this.minAreaShare = minAreaShare;
        this.background = opencv_video.createBackgroundSubtractorMOG2(HISTORY_PICTURES, VARIANCE_THRESHOLD, false);
        background.setBackgroundRatio(BACKGROUND_SHARE);
        this.speck = square(3);
        this.gap = square(9);
    }

    private static Mat square(int sidePx) {
        try (Size size = new Size(sidePx, sidePx)) {
            return opencv_imgproc.getStructuringElement(opencv_imgproc.MORPH_RECT, size);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Detection> detect(I420 picture) {
        try (var _ = new PointerScope()) {
            Luma luma = Luma.of(picture, SIDE_PX);
            Mat moving = new Mat();
            background.apply(luma.pixels(), moving, learningRate);
            pictures++;
            double share = (double) opencv_core.countNonZero(moving) / moving.total();
            if (pictures <= WARM_UP_PICTURES) {
                return List.of();
            }
            if (share > CUT_SHARE) {
                learningRate = RATE_AFTER_CUT;
                return List.of();
            }
            learningRate = pictures <= YOUNG_PICTURES ? YOUNG_RATE : USUAL_RATE;
            opencv_imgproc.morphologyEx(moving, moving, opencv_imgproc.MORPH_OPEN, speck);
            opencv_imgproc.morphologyEx(moving, moving, opencv_imgproc.MORPH_CLOSE, gap);
            return objects(luma, moving);
        }
    }

    private List<Detection> objects(Luma luma, Mat moving) {
        MatVector outlines = new MatVector();
        opencv_imgproc.findContours(
                moving.clone(), outlines, opencv_imgproc.RETR_EXTERNAL, opencv_imgproc.CHAIN_APPROX_SIMPLE);
        double minArea = minAreaShare * moving.total();
        List<Detection> found = new ArrayList<>();
        Mat contrast = new Mat();
        for (long index = 0; index < outlines.size(); index++) {
            Mat outline = outlines.get(index);
            Rect box = opencv_imgproc.boundingRect(outline);
            if ((double) box.width() * box.height() < minArea || opencv_imgproc.contourArea(outline) < minArea) {
                continue;
            }
            if (contrast.empty()) {
                Mat still = new Mat();
                background.getBackgroundImage(still);
                opencv_core.absdiff(luma.pixels(), still, contrast);
            }
            double difference =
                    opencv_core.mean(contrast.apply(box), moving.apply(box)).get(0);
            double confidence = 1 - Math.pow(2, -difference / HALVING_CONTRAST);
            found.add(luma.detection(NAME, confidence, box.x(), box.y(), box.width(), box.height()));
        }
        return found;
    }

    @Override
    public void close() {
        background.close();
        speck.close();
        gap.close();
    }
}
