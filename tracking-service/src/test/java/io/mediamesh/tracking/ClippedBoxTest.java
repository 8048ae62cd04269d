package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClippedBoxTest {
    @Test
    void cornersComeInAnyOrder() {
        assertThat(clipped(new Box(10, 20, 30, 50))).isEqualTo(new ClippedBox(10, 20, 20, 30));
        assertThat(clipped(new Box(30, 20, 10, 50))).isEqualTo(new ClippedBox(10, 20, 20, 30));
        assertThat(clipped(new Box(30, 50, 10, 20))).isEqualTo(new ClippedBox(10, 20, 20, 30));
    }

    @Test
    void whatLiesOutsideThePictureIsCutOff() {
        assertThat(clipped(new Box(-50, -1e300, 20, 1e300))).isEqualTo(new ClippedBox(0, 0, 20, 480));
        assertThat(clipped(new Box(600.4, 10, 700, 20))).isEqualTo(new ClippedBox(600, 10, 40, 10));
    }

    @Test
    void aRefusalNamesTheBoxAndTheLimit() {
        assertThatThrownBy(() -> clipped(new Box(Double.NaN, 0, 20, 20)))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("box 0")
                .hasMessageContaining("no number");
        assertThatThrownBy(() -> ClippedBox.all(List.of(new Box(0, 0, 9, 9), new Box(700, 0, 800, 9)), 640, 480))
                .hasMessageContaining("box 1")
                .hasMessageContaining("640×480");
        assertThatThrownBy(() -> ClippedBox.all(Collections.nCopies(10_000, new Box(0, 0, 9, 9)), 640, 480))
                .hasMessageContaining("1 to 64")
                .hasMessageContaining("10000");
        assertThatThrownBy(() -> ClippedBox.all(List.of(), 640, 480)).hasMessageContaining("1 to 64");
    }

    private static ClippedBox clipped(Box box) {
        return ClippedBox.all(List.of(box), 640, 480).getFirst();
    }
}
