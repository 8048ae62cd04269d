package io.mediamesh.tracking.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.PicturePoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values reckoned by hand. */
final class PolygonTest {
    /** An L in a frame of 100×200: 10 to 90 wide and 20 to 180 high, without its upper right quarter. */
    private static final Polygon ELL = Polygon.of(
            List.of(
                    new PicturePoint(0.1, 0.1),
                    new PicturePoint(0.5, 0.1),
                    new PicturePoint(0.5, 0.5),
                    new PicturePoint(0.9, 0.5),
                    new PicturePoint(0.9, 0.9),
                    new PicturePoint(0.1, 0.9)),
            100,
            200);

    @ParameterizedTest
    @CsvSource({
        "30, 50, true, 20", // 20 from the left edge and from the inner one
        "70, 50, false, 20", // in the notch: 20 right of the inner edge
        "70, 99, false, 1",
        "70, 101, true, 1",
        "55, 105, true, 5",
        "5, 100, false, 5",
        "93, 184, false, 5", // 3 and 4 off a corner
        "30, 10, false, 10",
        "30, 100, true, 20"
    })
    void itIsKnownWhatIsInsideAndHowFarTheBorderIs(double x, double y, boolean inside, double distance) {
        assertThat(ELL.contains(x, y)).isEqualTo(inside);
        assertThat(ELL.distance(x, y)).isCloseTo(distance, within(1e-9));
    }

    @Test
    void whatABowTieEnclosesOnceIsInside() {
        Polygon tie = Polygon.of(
                List.of(new PicturePoint(0, 0), new PicturePoint(1, 1), new PicturePoint(1, 0), new PicturePoint(0, 1)),
                100,
                100);
        assertThat(tie.contains(10, 50)).isTrue();
        assertThat(tie.contains(90, 50)).isTrue();
        assertThat(tie.contains(50, 10)).isFalse();
        assertThat(tie.contains(50, 90)).isFalse();
    }

    @Test
    void theSidesOfAnArrowAreAsOneSeesThem() {
        Arrow up = new Arrow(50, 100, 50, 0);
        assertThat(up.offset(70, 30)).isCloseTo(20, within(1e-9));
        assertThat(up.offset(20, 300)).isCloseTo(-30, within(1e-9));
        Arrow slope = new Arrow(0, 0, 30, 40);
        // The normal of a line with the sides 3, 4 and 5.
        assertThat(slope.offset(0, 10)).isCloseTo(6, within(1e-9));
        assertThat(slope.distance(0, 10)).isCloseTo(6, within(1e-9));
        assertThat(slope.distance(33, 44)).isCloseTo(5, within(1e-9));
    }

    @Test
    void waysMeetAnArrowBetweenItsEndsOnly() {
        Arrow up = new Arrow(50, 100, 50, 0);
        assertThat(new Arrow(40, 50, 60, 60).meets(up)).isTrue();
        assertThat(new Arrow(60, 50, 40, 60).meets(up)).isTrue();
        assertThat(new Arrow(40, 110, 60, 110).meets(up)).isFalse();
        assertThat(new Arrow(40, 50, 49, 60).meets(up)).isFalse();
    }
}
