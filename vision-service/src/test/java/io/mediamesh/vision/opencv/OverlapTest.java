package io.mediamesh.vision.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Detection;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OverlapTest {
    @Test
    void theMostConfidentOfOverlappingBoxesStays() {
        Detection weak = box(0.6, 0, 0, 100, 100);
        Detection strong = box(0.9, 20, 0, 120, 100);
        Detection apart = box(0.7, 200, 0, 300, 100);

        assertThat(Overlap.suppress(List.of(weak, strong, apart), 0.5)).containsExactly(strong, apart);
    }

    @Test
    void aBoxWithinAnotherCountsAsTheSame() {
        Detection outer = box(0.9, 0, 0, 100, 100);
        Detection inner = box(0.8, 40, 40, 60, 60);

        assertThat(Overlap.suppress(List.of(inner, outer), 0.5)).containsExactly(outer);
    }

    @Test
    void boxesThatOnlyTouchBothStay() {
        Detection left = box(0.9, 0, 0, 100, 100);
        Detection right = box(0.8, 100, 0, 200, 100);

        assertThat(Overlap.suppress(List.of(left, right), 0.5)).containsExactly(left, right);
    }

    private static Detection box(double confidence, double x1, double y1, double x2, double y2) {
        return new Detection("person", confidence, x1, y1, x2, y2);
    }
}
