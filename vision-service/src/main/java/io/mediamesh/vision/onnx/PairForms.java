package io.mediamesh.vision.onnx;

import io.mediamesh.vision.onnx.OutputForm.Activation;
import io.mediamesh.vision.onnx.OutputForm.Background;
import io.mediamesh.vision.onnx.OutputForm.BoxForm;
import io.mediamesh.vision.onnx.OutputForm.Boxes;
import io.mediamesh.vision.onnx.OutputForm.Candidates;
import io.mediamesh.vision.onnx.OutputForm.Slab;
import io.mediamesh.vision.onnx.OutputForm.Unit;
import io.mediamesh.vision.onnx.Recognition.Seen;
import java.util.Optional;
import java.util.Set;

/** Models with one output for boxes and one for the scores of every class: DETR and its kin, YOLO-NAS, SSD and UltraFace. */
final class PairForms {
    private static final Set<Family> FAMILIES =
            Set.of(Family.DETR, Family.RT_DETR, Family.RF_DETR, Family.YOLO_NAS, Family.SSD, Family.ULTRAFACE);
    private static final int MOST_QUERIES = 1_000;
    private static final double SUM_TOLERANCE = 1e-3;
    private static final int COCO_NUMBERS = 91;
    private static final int COCO_CLASSES = 80;

    private PairForms() {}

    static Optional<Seen> of(Trial trial) {
        if (!trial.manifest().family().map(FAMILIES::contains).orElse(true)) {
            return Optional.empty();
        }
        for (Output boxes : trial.tables()) {
            for (Output scores : trial.tables()) {
                boolean pair = boxes != scores
                        && boxes.dimension(-1) == 4
                        && boxes.dimension(-2) > 0
                        && boxes.dimension(-2) == scores.dimension(-2);
                // Of two outputs with four columns the name tells the boxes.
                if (pair && (scores.dimension(-1) != 4 || boxes.name().contains("box"))) {
                    return Optional.of(pair(trial, boxes, scores));
                }
            }
        }
        return Optional.empty();
    }

    private static Seen pair(Trial trial, Output boxes, Output scores) {
        int count = boxes.dimension(-2);
        boolean shares = TableForms.isInShares(boxes.values());
        boolean probable = areProbabilities(scores);
        Family family = trial.manifest().family().orElseGet(() -> family(trial, boxes, scores, shares, probable));
        boolean query = family == Family.DETR || family == Family.RT_DETR || family == Family.RF_DETR;
        Activation activation = trial.manifest()
                .activation()
                .orElse(
                        switch (family) {
                            case DETR -> Activation.SOFTMAX;
                            case RT_DETR, RF_DETR -> probable ? Activation.NONE : Activation.SIGMOID;
                            default -> Activation.NONE;
                        });
        if (activation == Activation.NONE && !probable) {
            throw trial.refused(
                    "its scores are no probabilities",
                    "scores:",
                    "  activation: sigmoid | softmax",
                    "  background: none | first | last");
        }
        Background background = trial.manifest()
                .background()
                .orElse(
                        switch (family) {
                            case DETR -> Background.LAST;
                            case SSD, ULTRAFACE ->
                                scores.dimension(-1) > 1 && (activation == Activation.SOFTMAX || sumsAreOne(scores))
                                        ? Background.FIRST
                                        : Background.NONE;
                            default -> Background.NONE;
                        });
        BoxForm form = trial.manifest().boxForm().orElse(query ? BoxForm.CENTRE : BoxForm.CORNERS);
        Unit unit = trial.manifest().unit().orElse(query || shares ? Unit.SHARES : Unit.PIXELS);
        Candidates candidates = new Candidates(
                count,
                new Boxes(rows(boxes), form, unit),
                Optional.empty(),
                rows(scores),
                activation,
                background,
                Optional.empty());
        if (candidates.classes() < 1) {
            throw trial.refused("it has no class but the background", "scores:", "  background: none");
        }
        return new Seen(family, candidates);
    }

    private static Family family(Trial trial, Output boxes, Output scores, boolean shares, boolean probable) {
        int count = boxes.dimension(-2);
        int classes = scores.dimension(-1);
        if (boxes.name().equals("dets") && scores.name().equals("labels")) {
            return Family.RF_DETR;
        }
        boolean queries =
                count <= MOST_QUERIES && shares && (!probable || scores.name().contains("logits"));
        if (queries && !trial.names().isEmpty()) {
            return trial.names().size() == classes - 1 ? Family.DETR : Family.RT_DETR;
        }
        if (queries && (classes == COCO_NUMBERS + 1 || trial.inputs().contains("pixel_mask"))) {
            return Family.DETR;
        }
        if (queries && (classes == COCO_CLASSES || classes == COCO_NUMBERS)) {
            return Family.RT_DETR;
        }
        if (queries) {
            throw trial.refused(
                    "it looks like a DETR or an RT-DETR, and which of them its shapes do not tell",
                    "family: detr | rt-detr",
                    "labels: [the names of the classes]");
        }
        InputPort input = trial.input();
        if (!shares && Grid.counts(input.widthPx(), input.heightPx()).contains((long) count)) {
            return Family.YOLO_NAS;
        }
        return isUltraFace(input, boxes, scores) ? Family.ULTRAFACE : Family.SSD;
    }

    /** It has 4,420 candidates for 320×240 pixels, 17,640 for 640×480. */
    private static boolean isUltraFace(InputPort input, Output boxes, Output scores) {
        boolean small = input.widthPx() == 320 && input.heightPx() == 240 && boxes.dimension(-2) == 4_420;
        boolean large = input.widthPx() == 640 && input.heightPx() == 480 && boxes.dimension(-2) == 17_640;
        return (small || large) && scores.dimension(-1) == 2;
    }

    private static boolean areProbabilities(Output scores) {
        for (float score : scores.values()) {
            if (!(score >= -SUM_TOLERANCE && score <= 1 + SUM_TOLERANCE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sumsAreOne(Output scores) {
        int classes = scores.dimension(-1);
        for (int row = 0; row < scores.dimension(-2); row++) {
            double sum = 0;
            for (int label = 0; label < classes; label++) {
                sum += scores.values()[row * classes + label];
            }
            if (Math.abs(sum - 1) > SUM_TOLERANCE) {
                return false;
            }
        }
        return true;
    }

    private static Slab rows(Output table) {
        return new Slab(table.name(), 0, table.dimension(-1), 1, table.dimension(-1));
    }
}
