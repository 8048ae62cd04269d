package io.mediamesh.vision.onnx;

import io.mediamesh.vision.onnx.OutputForm.BoxForm;
import io.mediamesh.vision.onnx.OutputForm.Boxes;
import io.mediamesh.vision.onnx.OutputForm.Findings;
import io.mediamesh.vision.onnx.OutputForm.Slab;
import io.mediamesh.vision.onnx.OutputForm.Unit;
import io.mediamesh.vision.onnx.Recognition.Seen;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Models with NMS inside that tell boxes, scores and classes in outputs of their own, which are known by their names:
 * those of TensorFlow's detection API, torchvision, the ONNX model zoo, RT-DETR, and exports for TensorRT.
 */
final class NamedForms {
    private static final Set<Family> FAMILIES = Set.of(Family.YOLO_NMS, Family.RT_DETR, Family.SSD_NMS);

    private NamedForms() {}

    static Optional<Seen> of(Trial trial) {
        if (!trial.manifest().family().map(FAMILIES::contains).orElse(true)) {
            return Optional.empty();
        }
        Optional<Output> boxes = named(trial, output -> output.dimension(-1) == 4, "box", "dets");
        if (boxes.isEmpty()) {
            return Optional.empty();
        }
        int count = boxes.get().values().length / 4;
        Optional<Output> scores = named(trial, output -> isRow(output, count), "score", "conf");
        Optional<Output> classes = named(trial, output -> isRow(output, count), "class", "label", "cls");
        if (scores.isEmpty() || classes.isEmpty()) {
            return Optional.empty();
        }
        boolean tensorFlow = boxes.get().name().equals("detection_boxes");
        boolean zoo = boxes.get().name().equals("bboxes");
        boolean toldSize = trial.inputs().contains("orig_target_sizes");
        boolean counted = trial.outputs().values().stream().anyMatch(output -> isCount(output));
        Family family = trial.manifest()
                .family()
                .orElse(toldSize ? Family.RT_DETR : counted && !tensorFlow ? Family.YOLO_NMS : Family.SSD_NMS);
        BoxForm form = trial.manifest().boxForm().orElse(tensorFlow ? BoxForm.CORNERS_YX : BoxForm.CORNERS);
        Unit unit =
                trial.manifest().unit().orElse(tensorFlow || zoo ? Unit.SHARES : toldSize ? Unit.PIXELS : Unit.EITHER);
        int firstLabel = trial.manifest()
                .background()
                .map(background -> background == OutputForm.Background.FIRST ? 1 : 0)
                .orElse(tensorFlow || zoo ? 1 : 0);
        Findings findings = new Findings(
                new Boxes(row(boxes.get(), 4), form, unit),
                row(scores.get(), 1),
                row(classes.get(), 1),
                trial.outputs().values().stream()
                        .filter(NamedForms::isCount)
                        .map(Output::name)
                        .findFirst(),
                firstLabel);
        return Optional.of(new Seen(family, findings));
    }

    private static Optional<Output> named(Trial trial, Predicate<Output> fits, String... parts) {
        return trial.outputs().values().stream()
                .filter(output -> output.isReal() || output.isWhole())
                .filter(fits)
                .filter(output -> List.of(parts).stream().anyMatch(output.name()::contains))
                .findFirst();
    }

    private static boolean isRow(Output output, int count) {
        return output.values().length == count && output.rank() <= 2;
    }

    private static boolean isCount(Output output) {
        return output.name().contains("num") && output.values().length == 1;
    }

    private static Slab row(Output output, int numbers) {
        return new Slab(output.name(), 0, numbers, 1, numbers);
    }
}
