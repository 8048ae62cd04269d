package io.mediamesh.tracking.opencv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Track;
import java.util.function.IntBinaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** What is told of masks whose pixels are known by arithmetic. */
final class FrameMaskTest {
    private static final int SIDE = 200;

    /** Of the mask of the pixels for which this is not 0, which begins at (30, 40) of the frame. */
    private static Region region(IntBinaryOperator pixels) {
        byte[] mask = new byte[SIDE * SIDE];
        for (int index = 0; index < mask.length; index++) {
            mask[index] = (byte) (pixels.applyAsInt(index % SIDE, index / SIDE) != 0 ? 255 : 0);
        }
        try (var _ = new PointerScope()) {
            return new FrameMask(30, 40, new Patch(SIDE, SIDE, mask)).region(0).orElseThrow();
        }
    }

    @Test
    void theOutlineOfARectangleAreItsCornersInTheFrame() {
        Region region = region((x, y) -> x >= 10 && x < 60 && y >= 20 && y < 50 ? 1 : 0);
        assertThat(region.areaPixels()).isEqualTo(50 * 30);
        assertThat(region.outline())
                .containsExactlyInAnyOrder(
                        new Track.Point(40, 60),
                        new Track.Point(89, 60),
                        new Track.Point(89, 89),
                        new Track.Point(40, 89));
    }

    @Test
    void theOutlineOfManyPartsIsThatOfTheLargest() {
        Region region = region((x, y) -> (x < 4 && y < 4) || (x >= 100 && x < 150 && y >= 100 && y < 150) ? 1 : 0);
        assertThat(region.xMin()).isEqualTo(30);
        assertThat(region.outline()).hasSize(4).allSatisfy(corner -> assertThat(corner.x())
                .isBetween(130, 179));
    }

    @Test
    void aRaggedEdgeHasNoMoreCornersThanAreAllowed() {
        Region region = region(
                (x, y) -> Math.hypot(x - 100, y - 100) < 80 + 8 * Math.cos(50 * Math.atan2(y - 100, x - 100)) ? 1 : 0);
        assertThat(region.outline()).hasSizeBetween(8, 64);
        assertThat((double) Filled.count(Filled.of(region.outline(), 320, 320)))
                .isCloseTo(region.areaPixels(), withinPercentage(20));
    }

    @Test
    void aSinglePixelIsItsOwnOutline() {
        Region region = region((x, y) -> x == 7 && y == 9 ? 1 : 0);
        assertThat(region.areaPixels()).isEqualTo(1);
        assertThat(region.outline()).containsExactly(new Track.Point(37, 49));
    }
}
