package io.mediamesh.vision.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cells in which a detector without anchors looks: the input divided by each stride, row by row, the finest first
 * (Ge et al., "YOLOX: Exceeding YOLO Series in 2021").
 */
final class Grid {
    private static final List<List<Integer>> STRIDES =
            List.of(List.of(8, 16, 32), List.of(8, 16, 32, 64), List.of(4, 8, 16, 32), List.of(16, 32));

    private final float[] columns;
    private final float[] rows;
    private final float[] strides;

    private Grid(int widthPx, int heightPx, List<Integer> strides) {
        int cells = cells(widthPx, heightPx, strides);
        this.columns = new float[cells];
        this.rows = new float[cells];
        this.strides = new float[cells];
        int cell = 0;
        for (int stride : strides) {
            for (int row = 0; row < Math.ceilDiv(heightPx, stride); row++) {
                for (int column = 0; column < Math.ceilDiv(widthPx, stride); column++) {
                    columns[cell] = column;
                    rows[cell] = row;
                    this.strides[cell] = stride;
                    cell++;
                }
            }
        }
    }

    /** The grid with so many cells, of those that detectors have. */
    static Optional<Grid> of(int widthPx, int heightPx, long cells) {
        for (List<Integer> strides : STRIDES) {
            if (cells(widthPx, heightPx, strides) == cells) {
                return Optional.of(new Grid(widthPx, heightPx, strides));
            }
        }
        return Optional.empty();
    }

    /** How many cells the grids that detectors have have for this input. */
    static List<Long> counts(int widthPx, int heightPx) {
        List<Long> counts = new ArrayList<>();
        STRIDES.forEach(strides -> counts.add((long) cells(widthPx, heightPx, strides)));
        return counts;
    }

    private static int cells(int widthPx, int heightPx, List<Integer> strides) {
        return strides.stream()
                .mapToInt(stride -> Math.ceilDiv(widthPx, stride) * Math.ceilDiv(heightPx, stride))
                .sum();
    }

    float column(int cell) {
        return columns[cell];
    }

    float row(int cell) {
        return rows[cell];
    }

    float stride(int cell) {
        return strides[cell];
    }
}
