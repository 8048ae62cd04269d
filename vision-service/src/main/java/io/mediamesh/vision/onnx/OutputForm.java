package io.mediamesh.vision.onnx;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How a model tells what it found. */
sealed interface OutputForm {
    /** What the four numbers of a box are. */
    enum BoxForm {
        /** The centre, width and height. */
        CENTRE,
        /** Left, top, right, bottom. */
        CORNERS,
        /** Top, left, bottom, right. */
        CORNERS_YX
    }

    /** What a box is measured in. */
    enum Unit {
        /** Pixels of the input. */
        PIXELS,
        /** Shares of its width and height, 0 to 1. */
        SHARES,
        /** What the numbers themselves show, because no box lies within one pixel. */
        EITHER
    }

    /** What becomes of the numbers of the classes. */
    enum Activation {
        NONE,
        SIGMOID,
        SOFTMAX
    }

    /** Which class stands for nothing being there. */
    enum Background {
        NONE,
        FIRST,
        LAST
    }

    /**
     * Where the numbers of candidates lie: number i of candidate k at {@code first + k · perCandidate + i · perNumber}.
     *
     * @param output name of the output
     * @param numbers how many a candidate has
     */
    record Slab(String output, int first, int perCandidate, int perNumber, int numbers) {
        int index(int candidate, int number) {
            return first + candidate * perCandidate + number * perNumber;
        }
    }

    /** The boxes as they are written. */
    record Boxes(Slab slab, BoxForm form, Unit unit) {}

    /**
     * Every candidate has a box and a score for every class.
     *
     * @param count of candidates, in every picture
     * @param objectness that the scores are multiplied with, where the model has it
     * @param grid where boxes are told relative to the cell that they were found in (YOLOX)
     */
    record Candidates(
            int count,
            Boxes boxes,
            Optional<Slab> objectness,
            Slab scores,
            Activation activation,
            Background background,
            Optional<Grid> grid)
            implements OutputForm {
        /** The number of classes, without the background. */
        int classes() {
            return background == Background.NONE ? scores.numbers : scores.numbers - 1;
        }
    }

    /**
     * Overlapping boxes are left out by the model itself, and each remaining one has one score and one class.
     *
     * @param score one number
     * @param label the number of the class
     * @param count the output that says how many of them count, where there is one
     * @param firstLabel the number of the first class
     */
    record Findings(Boxes boxes, Slab score, Slab label, Optional<String> count, int firstLabel)
            implements OutputForm {}

    /** The names of the outputs that are read. */
    default List<String> outputs() {
        return switch (this) {
            case Candidates some ->
                Stream.of(
                                Optional.of(some.boxes.slab.output),
                                some.objectness.map(Slab::output),
                                Optional.of(some.scores.output))
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList();
            case Findings some ->
                Stream.of(
                                Optional.of(some.boxes.slab.output),
                                Optional.of(some.score.output),
                                Optional.of(some.label.output),
                                some.count)
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList();
        };
    }
}
