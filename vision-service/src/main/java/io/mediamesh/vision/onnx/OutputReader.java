package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.onnx.OutputForm.Background;
import io.mediamesh.vision.onnx.OutputForm.Boxes;
import io.mediamesh.vision.onnx.OutputForm.Candidates;
import io.mediamesh.vision.onnx.OutputForm.Findings;
import io.mediamesh.vision.onnx.OutputForm.Slab;
import io.mediamesh.vision.onnx.OutputForm.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads boxes out of what a model gave. */
final class OutputReader {
    private final OutputForm form;
    private final int widthPx;
    private final int heightPx;

    /**
     * For one model.
     *
     * @param widthPx of the model's input
     * @param heightPx likewise
     */
    OutputReader(OutputForm form, int widthPx, int heightPx) {
        this.form = form;
        this.widthPx = widthPx;
        this.heightPx = heightPx;
    }

    /** Those boxes that are certain enough, in pixels of the input; overlapping ones are still in it. */
    List<Box> read(Map<String, Output> outputs, double minConfidence) {
        return switch (form) {
            case Candidates candidates -> candidates(candidates, outputs, minConfidence);
            case Findings findings -> findings(findings, outputs, minConfidence);
        };
    }

    private List<Box> candidates(Candidates from, Map<String, Output> outputs, double minConfidence) {
        float[] boxes = values(outputs, from.boxes().slab(), from.count());
        float[] scores = values(outputs, from.scores(), from.count());
        float[] most = from.objectness().isPresent() ? new float[0] : highest(from, scores);
        List<Box> found = new ArrayList<>();
        for (int candidate = 0; candidate < from.count(); candidate++) {
            double objectness = 1;
            if (from.objectness().isPresent()) {
                Slab slab = from.objectness().get();
                objectness = output(outputs, slab.output()).values()[slab.index(candidate, 0)];
                if (objectness < minConfidence) {
                    continue;
                }
            }
            float raw = from.objectness().isPresent() ? highest(from, scores, candidate) : most[candidate];
            double score = objectness
                    * switch (from.activation()) {
                        case NONE -> raw;
                        case SIGMOID -> 1 / (1 + Math.exp(-raw));
                        case SOFTMAX -> softmax(from, scores, candidate, raw);
                    };
            // A value that is no number is not less than another one, and is refused with the box.
            if (!(score < minConfidence)) {
                int label = label(from, scores, candidate, raw);
                found.add(box(from.boxes(), boxes, candidate, from.grid(), label, score, false));
            }
        }
        return found;
    }

    private static int firstClass(Candidates from) {
        return from.background() == Background.FIRST ? 1 : 0;
    }

    /** The highest number of any class of each candidate, or NaN; gone through in the order in which they lie. */
    private static float[] highest(Candidates from, float[] values) {
        Slab slab = from.scores();
        int count = from.count();
        float[] highest = new float[count];
        if (slab.perCandidate() != 1) {
            for (int candidate = 0; candidate < count; candidate++) {
                highest[candidate] = highest(from, values, candidate);
            }
            return highest;
        }
        int first = firstClass(from);
        System.arraycopy(values, slab.index(0, first), highest, 0, count);
        for (int label = 1; label < from.classes(); label++) {
            int row = slab.index(0, first + label);
            for (int candidate = 0; candidate < count; candidate++) {
                highest[candidate] = Math.max(highest[candidate], values[row + candidate]);
            }
        }
        return highest;
    }

    private static float highest(Candidates from, float[] values, int candidate) {
        int first = firstClass(from);
        float highest = values[from.scores().index(candidate, first)];
        for (int label = 1; label < from.classes(); label++) {
            highest = Math.max(highest, values[from.scores().index(candidate, first + label)]);
        }
        return highest;
    }

    /** The class that has this number. */
    private static int label(Candidates from, float[] values, int candidate, float highest) {
        int label = 0;
        while (label < from.classes() - 1
                && values[from.scores().index(candidate, firstClass(from) + label)] != highest) {
            label++;
        }
        return label;
    }

    /** The probability of the class that has this number. */
    private static double softmax(Candidates from, float[] values, int candidate, float highest) {
        double sum = 0;
        for (int number = 0; number < from.scores().numbers(); number++) {
            sum += Math.exp(values[from.scores().index(candidate, number)] - highest);
        }
        return 1 / sum;
    }

    private List<Box> findings(Findings from, Map<String, Output> outputs, double minConfidence) {
        float[] scores = output(outputs, from.score().output()).values();
        int count = (scores.length - from.score().first() + from.score().perCandidate() - 1)
                / from.score().perCandidate();
        if (from.count().isPresent()) {
            float[] told = output(outputs, from.count().get()).values();
            count = told.length == 0 ? 0 : Math.clamp((long) told[0], 0, count);
        }
        float[] boxes = values(outputs, from.boxes().slab(), count);
        float[] labels = values(outputs, from.label(), count);
        boolean shares = isInShares(from.boxes(), boxes, count, scores, from.score(), minConfidence);
        List<Box> found = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            double score = scores[from.score().index(index, 0)];
            int label = Math.round(labels[from.label().index(index, 0)]) - from.firstLabel();
            if (!(score < minConfidence) && label >= 0) {
                found.add(box(from.boxes(), boxes, index, Optional.empty(), label, score, shares));
            }
        }
        return found;
    }

    private static boolean isInShares(
            Boxes boxes, float[] values, int count, float[] scores, Slab score, double minConfidence) {
        float largest = 0;
        for (int index = 0; index < count; index++) {
            if (scores[score.index(index, 0)] >= minConfidence) {
                for (int number = 0; number < 4; number++) {
                    largest = Math.max(largest, Math.abs(values[boxes.slab().index(index, number)]));
                }
            }
        }
        return largest <= Recognition.LARGEST_SHARE;
    }

    private Box box(
            Boxes from, float[] values, int index, Optional<Grid> grid, int label, double score, boolean smallNumbers) {
        double a = values[from.slab().index(index, 0)];
        double b = values[from.slab().index(index, 1)];
        double c = values[from.slab().index(index, 2)];
        double d = values[from.slab().index(index, 3)];
        if (!Double.isFinite(a + b + c + d + score)) {
            throw Output.notFinite(from.slab().output());
        }
        if (grid.isPresent()) {
            Grid cells = grid.get();
            a = (a + cells.column(index)) * cells.stride(index);
            b = (b + cells.row(index)) * cells.stride(index);
            c = Math.exp(c) * cells.stride(index);
            d = Math.exp(d) * cells.stride(index);
        }
        boolean shares = from.unit() == Unit.SHARES || (from.unit() == Unit.EITHER && smallNumbers);
        double x = shares ? widthPx : 1;
        double y = shares ? heightPx : 1;
        return switch (from.form()) {
            case CENTRE -> new Box(label, score, (a - c / 2) * x, (b - d / 2) * y, (a + c / 2) * x, (b + d / 2) * y);
            case CORNERS -> new Box(label, score, a * x, b * y, c * x, d * y);
            case CORNERS_YX -> new Box(label, score, b * x, a * y, d * x, c * y);
        };
    }

    private static Output output(Map<String, Output> outputs, String name) {
        Output output = outputs.get(name);
        if (output == null) {
            throw new IllegalStateException("the model gave no " + name);
        }
        return output;
    }

    private static float[] values(Map<String, Output> outputs, Slab slab, int count) {
        Output output = output(outputs, slab.output());
        if (count > 0 && slab.index(count - 1, slab.numbers() - 1) >= output.values().length) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE, "the model gave fewer numbers than it did before: " + output);
        }
        return output.values();
    }
}
