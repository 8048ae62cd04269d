package io.mediamesh.vision.onnx;

import io.mediamesh.vision.onnx.InputForm.Colours;
import io.mediamesh.vision.onnx.InputForm.Fit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Detectors that take pictures and tell objects in the same way. The numbers are those of each project's own
 * pre-processing and demonstration.
 */
enum Family {
    YOLOV5("yolov5", "YOLOv5 or YOLOv7", Colours.RGB, Fit.LETTERBOX, 0.25, 0.45),
    YOLOV6("yolov6", "YOLOv6", Colours.RGB, Fit.LETTERBOX, 0.25, 0.45),
    YOLOV8("yolov8", "YOLOv8 to YOLOv12", Colours.RGB, Fit.LETTERBOX, 0.25, 0.45),
    YOLOX("yolox", "YOLOX", Colours.BGR, Fit.CORNER, 0.3, 0.45),
    YOLO_NAS("yolo-nas", "YOLO-NAS", Colours.RGB, Fit.LETTERBOX, 0.25, 0.7),
    YOLO_NMS("yolo-nms", "a YOLO with NMS inside", Colours.RGB, Fit.LETTERBOX, 0.25, 1),
    DETR("detr", "DETR", Colours.RGB, Fit.STRETCH, 0.5, 1),
    RT_DETR("rt-detr", "RT-DETR", Colours.RGB, Fit.STRETCH, 0.5, 1),
    RF_DETR("rf-detr", "RF-DETR", Colours.RGB, Fit.STRETCH, 0.5, 1),
    ULTRAFACE("ultraface", "UltraFace", Colours.RGB, Fit.STRETCH, 0.7, 0.3),
    SSD("ssd", "boxes and scores, as of an SSD", Colours.RGB, Fit.STRETCH, 0.5, 0.45),
    SSD_NMS("ssd-nms", "boxes, scores and classes with NMS inside", Colours.RGB, Fit.STRETCH, 0.5, 1);

    /**
     * What colours of 0 to 255 become: the mean is subtracted, the rest divided by the deviation.
     *
     * @param mean of each of the model's three colours, in its order
     * @param deviation likewise
     */
    record Scale(List<Double> mean, List<Double> deviation) {
        static final Scale BYTES = of(0, 1);
        static final Scale UNIT = of(0, 255);
        static final Scale SIGNED = of(127, 128);
        /** Mean and deviation of the pictures of ImageNet, with which torchvision's networks were trained. */
        static final Scale IMAGENET = new Scale(List.of(123.675, 116.28, 103.53), List.of(58.395, 57.12, 57.375));

        private static Scale of(double mean, double deviation) {
            return new Scale(List.of(mean, mean, mean), List.of(deviation, deviation, deviation));
        }
    }

    private final String id;
    private final String title;
    private final Colours colours;
    private final Fit fit;
    private final double confidence;
    private final double overlap;

    Family(String id, String title, Colours colours, Fit fit, double confidence, double overlap) {
        this.id = id;
        this.title = title;
        this.colours = colours;
        this.fit = fit;
        this.confidence = confidence;
        this.overlap = overlap;
    }

    /** Its name in manifests. */
    String id() {
        return id;
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    Colours colours() {
        return colours;
    }

    Scale scale() {
        return switch (this) {
            case YOLOX -> Scale.BYTES;
            case DETR, RF_DETR -> Scale.IMAGENET;
            case ULTRAFACE -> Scale.SIGNED;
            case YOLOV5, YOLOV6, YOLOV8, YOLO_NAS, YOLO_NMS, RT_DETR, SSD, SSD_NMS -> Scale.UNIT;
        };
    }

    Fit fit() {
        return fit;
    }

    /** Less certain objects are left out, 0 to 1. */
    double confidence() {
        return confidence;
    }

    /** Boxes of a class that share more than this of what they cover together are the same object; 1 where it does not matter. */
    double overlap() {
        return overlap;
    }

    static Optional<Family> ofId(String id) {
        return Arrays.stream(values()).filter(family -> family.id.equals(id)).findFirst();
    }

    static List<String> ids() {
        return Arrays.stream(values()).map(Family::id).toList();
    }
}
