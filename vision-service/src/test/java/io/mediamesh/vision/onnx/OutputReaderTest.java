package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.onnx.OutputForm.Activation;
import io.mediamesh.vision.onnx.OutputForm.Background;
import io.mediamesh.vision.onnx.OutputForm.BoxForm;
import io.mediamesh.vision.onnx.OutputForm.Boxes;
import io.mediamesh.vision.onnx.OutputForm.Candidates;
import io.mediamesh.vision.onnx.OutputForm.Slab;
import io.mediamesh.vision.onnx.OutputForm.Unit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that are none, in one of two candidates with a box and two classes, wherever they stand. */
final class OutputReaderTest {
    private static final float[] TABLE = {8, 8, 4, 4, 0.1f, 0.9f, 20, 20, 6, 6, 0.8f, 0.2f};

    private static List<Box> read(float[] table, boolean columnwise) {
        float[] values = table.clone();
        if (columnwise) {
            for (int index = 0; index < table.length; index++) {
                values[index % 6 * 2 + index / 6] = table[index];
            }
        }
        int perCandidate = columnwise ? 1 : 6;
        int perNumber = columnwise ? 2 : 1;
        Candidates form = new Candidates(
                2,
                new Boxes(new Slab("all", 0, perCandidate, perNumber, 4), BoxForm.CENTRE, Unit.PIXELS),
                Optional.empty(),
                new Slab("all", 4 * perNumber, perCandidate, perNumber, 2),
                Activation.NONE,
                Background.NONE,
                Optional.empty());
        return new OutputReader(form, 32, 32).read(Map.of("all", Output.of("all", values)), 0.5);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void boxesAreReadInEitherOrder(boolean columnwise) {
        assertThat(read(TABLE, columnwise))
                .containsExactly(new Box(1, 0.9f, 6, 6, 10, 10), new Box(0, 0.8f, 17, 17, 23, 23));
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "4", "5", "10", "11"})
    void aNumberThatIsNoneIsRefusedAndDoesNotBecomeABox(int place) {
        float[] table = TABLE.clone();
        table[place] = Float.NaN;

        assertThatThrownBy(() -> read(table, false))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> read(table, true))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("NaN");
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "5"})
    void anInfiniteNumberIsRefusedToo(int place) {
        float[] table = TABLE.clone();
        table[place] = Float.POSITIVE_INFINITY;

        assertThatThrownBy(() -> read(table, false)).isInstanceOf(MeshException.class);
    }
}
