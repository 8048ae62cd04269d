package io.mediamesh.vision.onnx;

import io.mediamesh.vision.onnx.OutputForm.Activation;
import io.mediamesh.vision.onnx.OutputForm.Background;
import io.mediamesh.vision.onnx.OutputForm.BoxForm;
import io.mediamesh.vision.onnx.OutputForm.Boxes;
import io.mediamesh.vision.onnx.OutputForm.Candidates;
import io.mediamesh.vision.onnx.OutputForm.Findings;
import io.mediamesh.vision.onnx.OutputForm.Slab;
import io.mediamesh.vision.onnx.OutputForm.Unit;
import io.mediamesh.vision.onnx.Recognition.Seen;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Models that tell everything in one table: the YOLO family, and RT-DETR as Ultralytics exports it. */
final class TableForms {
    private static final int BOX = 4;
    private static final int MOST_FINDINGS = 1_000;
    /** Candidates of YOLOv5 and v7 for each cell of the grid. */
    private static final int ANCHORS = 3;

    private TableForms() {}

    static Optional<Seen> of(Trial trial) {
        return trial.tables().stream()
                .flatMap(table -> of(trial, table).stream())
                .filter(seen -> trial.manifest()
                        .family()
                        .map(wanted -> wanted == seen.family())
                        .orElse(true))
                .findFirst();
    }

    private static Optional<Seen> of(Trial trial, Output table) {
        Optional<Family> said = trial.manifest().family();
        int rows = table.dimension(-2);
        int columns = table.dimension(-1);
        List<Long> cells = Grid.counts(trial.input().widthPx(), trial.input().heightPx());
        if (said.isPresent()) {
            return said(trial, table, said.get());
        }
        if (cells.contains((long) columns) && rows > BOX) {
            return Optional.of(yolov8(trial, table, true));
        }
        if (cells.contains((long) rows) && columns > BOX) {
            boolean withoutObjectness = trial.names().isEmpty()
                    ? columns == BOX + 80
                    : trial.names().size() == columns - BOX;
            return withoutObjectness || columns == BOX + 1
                    ? Optional.of(yolov8(trial, table, false))
                    : Optional.of(perCell(trial, table));
        }
        if (cells.stream().anyMatch(count -> ANCHORS * count == rows) && columns > BOX + 1) {
            return Optional.of(yolov5(trial, table, Family.YOLOV5));
        }
        boolean rtDetr = trial.metadata()
                        .getOrDefault("description", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("rtdetr")
                || (!trial.names().isEmpty() && trial.names().size() == columns - BOX && columns != 6);
        if (rtDetr && rows <= MOST_FINDINGS && columns > BOX) {
            return Optional.of(queries(trial, table));
        }
        return rows <= MOST_FINDINGS ? withoutOverlapping(trial, table) : Optional.empty();
    }

    private static Optional<Seen> said(Trial trial, Output table, Family family) {
        int rows = table.dimension(-2);
        int columns = table.dimension(-1);
        return switch (family) {
            case YOLOV5, YOLOV6 ->
                columns > BOX + 1 && rows > 0 ? Optional.of(yolov5(trial, table, family)) : Optional.empty();
            case YOLOV8 ->
                Math.min(rows, columns) > BOX ? Optional.of(yolov8(trial, table, columns > rows)) : Optional.empty();
            case YOLOX ->
                columns > BOX + 1 && grid(trial, rows).isPresent()
                        ? Optional.of(perCell(trial, table))
                        : Optional.empty();
            case RT_DETR -> columns > BOX && rows > 0 ? Optional.of(queries(trial, table)) : Optional.empty();
            case YOLO_NMS -> withoutOverlapping(trial, table);
            case YOLO_NAS, DETR, RF_DETR, ULTRAFACE, SSD, SSD_NMS -> Optional.empty();
        };
    }

    private static Optional<Grid> grid(Trial trial, int cells) {
        return Grid.of(trial.input().widthPx(), trial.input().heightPx(), cells);
    }

    private static Seen yolov8(Trial trial, Output table, boolean columnwise) {
        int count = columnwise ? table.dimension(-1) : table.dimension(-2);
        int numbers = columnwise ? table.dimension(-2) : table.dimension(-1);
        int perCandidate = columnwise ? 1 : numbers;
        int perNumber = columnwise ? count : 1;
        // What comes after the classes are points or the coefficients of masks.
        int classes = trial.classesWithin(numbers - BOX);
        Slab boxes = new Slab(table.name(), 0, perCandidate, perNumber, BOX);
        Slab scores = new Slab(table.name(), BOX * perNumber, perCandidate, perNumber, classes);
        return new Seen(
                Family.YOLOV8, candidates(trial, table, count, boxes, Optional.empty(), scores, Optional.empty()));
    }

    private static Seen yolov5(Trial trial, Output table, Family family) {
        int numbers = table.dimension(-1);
        int classes = trial.classesWithin(numbers - BOX - 1);
        Slab boxes = new Slab(table.name(), 0, numbers, 1, BOX);
        Slab objectness = new Slab(table.name(), BOX, numbers, 1, 1);
        Slab scores = new Slab(table.name(), BOX + 1, numbers, 1, classes);
        return new Seen(
                family,
                candidates(
                        trial, table, table.dimension(-2), boxes, Optional.of(objectness), scores, Optional.empty()));
    }

    /** YOLOX, or YOLOv6, whose objectness is 1 everywhere. */
    private static Seen perCell(Trial trial, Output table) {
        Seen plain = yolov5(trial, table, Family.YOLOX);
        if (isRelative(trial, table)) {
            Candidates found = (Candidates) plain.output();
            return new Seen(
                    Family.YOLOX,
                    candidates(
                            trial,
                            table,
                            found.count(),
                            found.boxes().slab(),
                            found.objectness(),
                            found.scores(),
                            grid(trial, found.count())));
        }
        boolean always = true;
        for (int row = 0; row < table.dimension(-2); row++) {
            always &= table.values()[row * table.dimension(-1) + BOX] == 1;
        }
        return always && trial.manifest().family().isEmpty() ? new Seen(Family.YOLOV6, plain.output()) : plain;
    }

    /** Centres that were put into the picture are spread over it; those within cells are all near their cell. */
    private static boolean isRelative(Trial trial, Output table) {
        double sum = 0;
        for (int row = 0; row < table.dimension(-2); row++) {
            sum += Math.abs(table.values()[row * table.dimension(-1)]);
        }
        return sum / table.dimension(-2) < trial.input().widthPx() / 8.0;
    }

    private static Candidates candidates(
            Trial trial,
            Output table,
            int count,
            Slab boxes,
            Optional<Slab> objectness,
            Slab scores,
            Optional<Grid> grid) {
        float[] numbers = new float[count * BOX];
        for (int index = 0; index < numbers.length; index++) {
            numbers[index] = table.values()[boxes.index(index / BOX, index % BOX)];
        }
        Unit unit = grid.isEmpty() && isInShares(numbers) ? Unit.SHARES : Unit.PIXELS;
        return new Candidates(
                count,
                new Boxes(
                        boxes,
                        trial.manifest().boxForm().orElse(BoxForm.CENTRE),
                        trial.manifest().unit().orElse(unit)),
                objectness,
                scores,
                trial.manifest().activation().orElse(Activation.NONE),
                trial.manifest().background().orElse(Background.NONE),
                grid);
    }

    private static Seen queries(Trial trial, Output table) {
        Seen boxesAndClasses = yolov8(trial, table, false);
        return new Seen(Family.RT_DETR, boxesAndClasses.output());
    }

    /** Six numbers for each box, with the score before the class, or seven that begin with the number of the picture. */
    private static Optional<Seen> withoutOverlapping(Trial trial, Output table) {
        int numbers = table.dimension(-1);
        // YOLOv7 puts the class before the score, SuperGradients after it.
        boolean scoreFirst = numbers == 6 || table.name().contains("flat");
        int first = numbers - 6;
        if (first < 0 || first > 1) {
            return Optional.empty();
        }
        Slab boxes = new Slab(table.name(), first, numbers, 1, BOX);
        Slab score = new Slab(table.name(), first + BOX + (scoreFirst ? 0 : 1), numbers, 1, 1);
        Slab label = new Slab(table.name(), first + BOX + (scoreFirst ? 1 : 0), numbers, 1, 1);
        Findings findings = new Findings(
                new Boxes(
                        boxes,
                        trial.manifest().boxForm().orElse(BoxForm.CORNERS),
                        trial.manifest().unit().orElse(Unit.EITHER)),
                score,
                label,
                Optional.empty(),
                0);
        return Optional.of(new Seen(Family.YOLO_NMS, findings));
    }

    static boolean isInShares(float[] numbers) {
        for (float number : numbers) {
            if (Math.abs(number) > Recognition.LARGEST_SHARE) {
                return false;
            }
        }
        return true;
    }
}
