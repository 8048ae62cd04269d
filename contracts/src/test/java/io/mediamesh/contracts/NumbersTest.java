package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class NumbersTest {
    @Test
    void writesARowRoundedToWhatItMeans() {
        assertThat(json(Numbers.fixed(new double[] {-3.0103, 0, Double.NaN, 12.5}, 2)))
                .isEqualTo("[-3.01,0,null,12.5]");
        assertThat(json(Numbers.significant(new double[] {0.123456, 1e-7, 1}, 3)))
                .isEqualTo("[0.123,0.0000001,1]");
        assertThat(json(Numbers.fixed(new double[0], 2))).isEqualTo("[]");
    }

    @Test
    void givesTheValuesAsTheyWereGiven() {
        Numbers row = Numbers.fixed(new double[] {1.2345, Double.NaN}, 1);
        assertThat(row.size()).isEqualTo(2);
        assertThat(row.at(0)).isEqualTo(1.2345);
        assertThat(row.at(1)).isNaN();
        assertThatThrownBy(() -> row.at(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void itsJsonIsTheSameHoweverOftenItIsWanted() {
        Numbers row = Numbers.fixed(new double[] {1, 2.25, Double.NaN}, 1);
        for (int time = 0; time < 4; time++) {
            assertThat(json(row)).isEqualTo("[1,2.3,null]");
        }
    }

    @Test
    void fewerAreEveryNthOrThePeaksAndKeepTheirRounding() {
        Numbers row = Numbers.fixed(new double[] {1.004, 5, 2, 3, 9, 7, 4.006}, 2);
        assertThat(json(row.every(3))).isEqualTo("[1,3,4.01]");
        assertThat(json(row.peaksOfEvery(3))).isEqualTo("[5,9,4.01]");
        assertThat(row.every(1)).isSameAs(row);
        assertThat(row.peaksOfEvery(0)).isSameAs(row);
    }

    private static String json(Numbers row) {
        JsonText out = new JsonText(0);
        row.write(out);
        return new String(out.toBytes().toArray(), StandardCharsets.UTF_8);
    }
}
