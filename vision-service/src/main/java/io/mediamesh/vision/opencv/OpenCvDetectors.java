package io.mediamesh.vision.opencv;

import io.mediamesh.vision.DetectorKind;
import java.util.List;
import java.util.Optional;

/** The detectors that need no model file. */
public final class OpenCvDetectors {
    /** Their names, in the order in which people should see them. */
    public static final List<String> NAMES = List.of(MotionDetector.NAME, PeopleDetector.NAME, FaceDetector.NAME);

    private OpenCvDetectors() {}

    /**
     * From where on something counts as found.
     *
     * @param motionMinAreaShare smallest share of the picture that a moving object covers, 0 to 1
     * @param peopleMinConfidence 0 to 1
     * @param facesMinConfidence 0 to 1
     */
    public record Thresholds(double motionMinAreaShare, double peopleMinConfidence, double facesMinConfidence) {}

    /** The detector kind of this name, which is one of {@link #NAMES}. */
    public static DetectorKind kind(String name, Thresholds thresholds) {
        return new DetectorKind(name, () -> switch (name) {
                    case MotionDetector.NAME -> new MotionDetector(thresholds.motionMinAreaShare);
                    case PeopleDetector.NAME -> new PeopleDetector(thresholds.peopleMinConfidence);
                    case FaceDetector.NAME -> new FaceDetector(thresholds.facesMinConfidence);
                    default -> throw new IllegalArgumentException("no detector is called " + name);
                })
                .giving(() -> switch (name) {
                    case MotionDetector.NAME -> Optional.of(List.of(MotionDetector.NAME));
                    case PeopleDetector.NAME -> Optional.of(List.of(PeopleDetector.LABEL));
                    case FaceDetector.NAME -> Optional.of(List.of(FaceDetector.LABEL));
                    default -> Optional.empty();
                });
    }
}
