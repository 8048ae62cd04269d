package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OpenCv;
import io.mediamesh.vision.Detector;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/**
 * Finds faces that look at the camera, by a cascade over local binary patterns (Liao et al., "Learning multi-scale
 * block local binary patterns for face recognition", ICB 2007) that is part of OpenCV. The patterns
 * don't depend on light and contrast, so the picture needs no preparation. Faces narrower than about a ninth of the
 * picture's longer side are missed.
 *
 * <p>The confidence is 1 − 2<sup>−n/8</sup>, where n is the number of neighbouring windows that the cascade accepted:
 * 0.5 for eight of them; a face that is seen well has fifteen to thirty. The cascade's own weights say less, because
 * they are nearly the same for all windows that get to its last stage.
 */
final class FaceDetector implements Detector {
    static final String NAME = "faces";

    static final String LABEL = "face";
    private static final String CASCADE =
            "/org/bytedeco/opencv/" + Loader.getPlatform() + "/share/opencv4/lbpcascades/lbpcascade_frontalface.xml";
    private static final int SIDE_PX = 320;
    private static final double PYRAMID_STEP = 1.1;
    private static final int MIN_NEIGHBOURS = 3;
    private static final int MIN_FACE_PX = 24;
    private static final double HALVING_NEIGHBOURS = 8;

    private final double minConfidence;
    private final CascadeClassifier cascade;

    FaceDetector(double minConfidence) {
        OpenCv.load();
        this.minConfidence = minConfidence;
        this.cascade = new CascadeClassifier();
        File file = unpacked();
        if (!cascade.load(file.getPath())) {
            cascade.close();
            throw new MeshException(FailureCode.FATAL, "OpenCV could not read the face cascade " + file);
        }
    }

    private static File unpacked() {
        try {
            File file = Loader.cacheResource(CASCADE);
            if (file == null) {
                throw new MeshException(FailureCode.FATAL, "the face cascade " + CASCADE + " is not on the class path");
            }
            return file;
        } catch (IOException full) {
            throw new MeshException(FailureCode.FATAL, "the face cascade could not be unpacked", full);
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
            RectVector faces = new RectVector();
            IntPointer neighbours = new IntPointer();
            Size smallest = new Size(MIN_FACE_PX, MIN_FACE_PX);
            cascade.detectMultiScale2(
                    luma.pixels(), faces, neighbours, PYRAMID_STEP, MIN_NEIGHBOURS, 0, smallest, new Size());
            List<Detection> found = new ArrayList<>();
            for (long index = 0; index < faces.size(); index++) {
                double confidence = confidence(neighbours.get(index));
                if (confidence >= minConfidence) {
                    Rect face = faces.get(index);
                    found.add(luma.detection(LABEL, confidence, face.x(), face.y(), face.width(), face.height()));
                }
            }
            return found;
        }
    }

    private static double confidence(int neighbours) {
        return 1 - Math.pow(2, -neighbours / HALVING_NEIGHBOURS);
    }

    @Override
    public void close() {
        cascade.close();
    }
}
