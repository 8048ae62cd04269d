package io.mediamesh.tracking;

import java.util.Arrays;

/**
 * Which row belongs to which column so that the sum of the costs is the least: the Hungarian method (Kuhn, "The Hungarian
 * method for the assignment problem", 1955) by shortest augmenting paths with potentials (Jonker and Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems", 1987). Takes time with the
 * square of the smaller side times the larger one.
 */
final class Assignment {
    /** The cost of what must not be. */
    static final double FORBIDDEN = 1e6;
    /** No column. */
    static final int NONE = -1;

    private Assignment() {}

    /**
     * The column of each row.
     *
     * @param costs by row and column, {@link #FORBIDDEN} for pairs that must not be; all rows are equally long
     * @return {@link #NONE} for rows that have none; as few as can be
     */
    static int[] of(double[][] costs) {
        int rows = costs.length;
        int columns = rows == 0 ? 0 : costs[0].length;
        if (columns == 0) {
            return filled(rows);
        }
        if (rows <= columns) {
            return solved(costs, rows, columns);
        }
        double[][] turned = new double[columns][rows];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column][row] = costs[row][column];
            }
        }
        int[] rowOf = solved(turned, columns, rows);
        int[] columnOf = filled(rows);
        for (int column = 0; column < columns; column++) {
            if (rowOf[column] != NONE) {
                columnOf[rowOf[column]] = column;
            }
        }
        return columnOf;
    }

    private static int[] filled(int rows) {
        int[] none = new int[rows];
        Arrays.fill(none, NONE);
        return none;
    }

    /** With no more rows than columns. Rows and columns count from 1; column 0 stands for the row that looks for one. */
    private static int[] solved(double[][] costs, int rows, int columns) {
        double[] rowPotential = new double[rows + 1];
        double[] columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] before = new int[columns + 1];
        for (int row = 1; row <= rows; row++) {
            rowOf[0] = row;
            int column = 0;
            double[] shortest = new double[columns + 1];
            Arrays.fill(shortest, Double.POSITIVE_INFINITY);
            boolean[] reached = new boolean[columns + 1];
            do {
                reached[column] = true;
                int from = rowOf[column];
                double step = Double.POSITIVE_INFINITY;
                int next = 0;
                for (int to = 1; to <= columns; to++) {
                    if (!reached[to]) {
                        double length = costs[from - 1][to - 1] - rowPotential[from] - columnPotential[to];
                        if (length < shortest[to]) {
                            shortest[to] = length;
                            before[to] = column;
                        }
                        if (shortest[to] < step) {
                            step = shortest[to];
                            next = to;
                        }
                    }
                }
                for (int to = 0; to <= columns; to++) {
                    if (reached[to]) {
                        rowPotential[rowOf[to]] += step;
                        columnPotential[to] -= step;
                    } else {
                        shortest[to] -= step;
                    }
                }
                column = next;
            } while (rowOf[column] != 0);
            while (column != 0) {
                rowOf[column] = rowOf[before[column]];
                column = before[column];
            }
        }
        int[] columnOf = filled(rows);
        for (int column = 1; column <= columns; column++) {
            int row = rowOf[column] - 1;
            if (row >= 0 && costs[row][column - 1] < FORBIDDEN) {
                columnOf[row] = column - 1;
            }
        }
        return columnOf;
    }
}
