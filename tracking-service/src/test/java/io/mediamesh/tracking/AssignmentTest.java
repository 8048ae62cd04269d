package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AssignmentTest {
    private static final double NO = Assignment.FORBIDDEN;

    @Test
    void theSumCountsAndNotTheBestPair() {
        assertThat(Assignment.of(new double[][] {{0.1, 0.2}, {0.15, 0.9}})).containsExactly(1, 0);
    }

    @Test
    void forbiddenPairsStayApart() {
        assertThat(Assignment.of(new double[][] {{NO, 0.3}, {NO, 0.1}})).containsExactly(Assignment.NONE, 1);
        assertThat(Assignment.of(new double[][] {{NO}})).containsExactly(Assignment.NONE);
    }

    @Test
    void thereMayBeMoreOfTheOneOrTheOther() {
        assertThat(Assignment.of(new double[0][0])).isEmpty();
        assertThat(Assignment.of(new double[2][0])).containsExactly(Assignment.NONE, Assignment.NONE);
        assertThat(Assignment.of(new double[][] {{0.5, 0.1, 0.9}})).containsExactly(1);
        assertThat(Assignment.of(new double[][] {{0.5}, {0.1}, {0.9}}))
                .containsExactly(Assignment.NONE, 0, Assignment.NONE);
    }

    /** Against trying all permutations. */
    @Test
    void noOtherAssignmentCostsLess() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 300; round++) {
            int rows = random.nextInt(1, 6);
            int columns = random.nextInt(1, 6);
            double[][] costs = new double[rows][columns];
            for (double[] row : costs) {
                for (int column = 0; column < columns; column++) {
                    row[column] = random.nextInt(4) == 0 ? NO : random.nextDouble();
                }
            }
            int[] columnOf = Assignment.of(costs);
            double sum = 0;
            int assigned = 0;
            for (int row = 0; row < rows; row++) {
                if (columnOf[row] != Assignment.NONE) {
                    sum += costs[row][columnOf[row]];
                    assigned++;
                }
            }
            // As if each one left over cost so much.
            double total = sum + NO * (Math.min(rows, columns) - assigned);
            assertThat(total)
                    .isCloseTo(least(costs, 0, new boolean[columns], Math.max(0, rows - columns)), within(1e-6));
        }
    }

    private static double least(double[][] costs, int row, boolean[] taken, int mayBeLeftOut) {
        if (row == costs.length) {
            return 0;
        }
        double best = mayBeLeftOut > 0 ? least(costs, row + 1, taken, mayBeLeftOut - 1) : Double.POSITIVE_INFINITY;
        for (int column = 0; column < taken.length; column++) {
            if (!taken[column]) {
                taken[column] = true;
                best = Math.min(best, costs[row][column] + least(costs, row + 1, taken, mayBeLeftOut));
                taken[column] = false;
            }
        }
        return best;
    }
}
