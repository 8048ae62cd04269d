package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OpenCv;
import io.mediamesh.vision.Detector;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.HOGDescriptor;

/**
 * Finds people who stand or walk, are seen whole and are taller than a quarter of the picture's longer side, by histograms of oriented gradients and a linear support vector
 * machine (Dalal and Triggs, "Histograms of oriented gradients for human detection", CVPR 2005) with the weights that
 * are part of OpenCV.
 *
 * <p>The confidence is the logistic function of the distance m from the machine's plane, 1 / (1 + e<sup>−4(m −
 * 0.5)</sup>): 0.5 for m = 0.5, 0.88 for m = 1. Things that only resemble people mostly stay below m = 0.4.
 */
final class PeopleDetector implements Detector {
    static final String NAME = "people";

    static final String LABEL = "person";
    private static final int SIDE_PX = 480;
    private static final int WINDOW_WIDTH_PX = 64;
    private static final int WINDOW_HEIGHT_PX = 128;
    private static final double PYRAMID_STEP = 1.05;
    private static final double SAME_PERSON = 0.5;

    // The windows that the weights were trained on show some surroundings.
    private static final double MARGIN_X = 0.1;
    private static final double MARGIN_Y = 0.07;

    private final double minConfidence;
    private final HOGDescriptor hog;

    PeopleDetector(double minConfidence) {
        OpenCv.load();
        this.minConfidence = minConfidence;
        this.hog = new HOGDescriptor();
        try (var _ = new PointerScope()) {
            FloatPointer weights = HOGDescriptor.getDefaultPeopleDetector();
            hog.setSVMDetector(new Mat(Math.toIntExact(weights.limit()), 1, opencv_core.CV_32FC1, weights));
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
            if (luma.pixels().cols() < WINDOW_WIDTH_PX || luma.pixels().rows() < WINDOW_HEIGHT_PX) {
                return List.of();
            }
            RectVector windows = new RectVector();
            DoublePointer margins = new DoublePointer();
            Size stride = new Size(8, 8);
            double ungrouped = 0;
            hog.detectMultiScale(
                    luma.pixels(), windows, margins, 0, stride, new Size(8, 8), PYRAMID_STEP, ungrouped, false);
            List<Detection> candidates = new ArrayList<>();
            for (long index = 0; index < windows.size(); index++) {
                double confidence = confidence(margins.get(index));
                if (confidence >= minConfidence) {
                    candidates.add(person(luma, confidence, windows.get(index)));
                }
            }
            return Overlap.suppress(candidates, SAME_PERSON);
        }
    }

    private static double confidence(double margin) {
        return 1 / (1 + Math.exp(-4 * (margin - 0.5)));
    }

    private static Detection person(Luma luma, double confidence, Rect window) {
        return luma.detection(
                LABEL,
                confidence,
                window.x() + MARGIN_X * window.width(),
                window.y() + MARGIN_Y * window.height(),
                (1 - 2 * MARGIN_X) * window.width(),
                (1 - 2 * MARGIN_Y) * window.height());
    }

    @Override
    public void close() {
        hog.close();
    }
}
