package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OnnxPort;
import io.mediamesh.vision.onnx.InputForm.Colours;
import io.mediamesh.vision.onnx.InputForm.Fit;
import io.mediamesh.vision.onnx.InputForm.Placement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model gets to see. Expected colours are those of JFIF 1.02 and ITU-R BT.601-7 for the given Y, U and V. */
final class PictureInputTest {
    private static final int WIDTH = 32;
    private static final int HEIGHT = 16;
    private static final Family.Scale PLAIN = Family.Scale.BYTES;

    private static InputForm form(OnnxJavaType type, boolean planar, Colours colours, Family.Scale scale, Fit fit) {
        List<Long> shape = planar ? List.of(1L, 3L, 16L, 32L) : List.of(1L, 16L, 32L, 3L);
        return new InputForm(new OnnxPort("x", type, shape), WIDTH, HEIGHT, planar, colours, scale, fit, 114);
    }

    /** Red: Y 81, U 90, V 240 at limited range. */
    private static I420 red(int widthPx, int heightPx) {
        return even(widthPx, heightPx, I420.Range.LIMITED, 81, 90, 240);
    }

    private static I420 even(int widthPx, int heightPx, I420.Range range, int y, int u, int v) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        int luma = widthPx * heightPx;
        int chroma = (planes.length - luma) / 2;
        Arrays.fill(planes, 0, luma, (byte) y);
        Arrays.fill(planes, luma, luma + chroma, (byte) u);
        Arrays.fill(planes, luma + chroma, planes.length, (byte) v);
        return new I420(widthPx, heightPx, range, Bytes.takeOver(planes));
    }

    private static float[] filled(InputForm form, I420... pictures) {
        try (PictureInput input = new PictureInput(form)) {
            for (I420 picture : pictures) {
                input.fill(picture);
            }
            return switch (form.port().type()) {
                case UINT8 -> {
                    var bytes = input.onnx().getByteBuffer();
                    float[] values = new float[bytes.remaining()];
                    for (int index = 0; index < values.length; index++) {
                        values[index] = bytes.get(index) & 0xff;
                    }
                    yield values;
                }
                default -> {
                    float[] values = new float[3 * WIDTH * HEIGHT];
                    input.onnx().getFloatBuffer().get(values);
                    yield values;
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "FLOAT16", "UINT8"})
    void coloursComeOneAfterTheOtherInTheOrderAskedFor(OnnxJavaType type) {
        float[] values = filled(form(type, true, Colours.RGB, PLAIN, Fit.STRETCH), red(64, 64));
        float[] turned = filled(form(type, true, Colours.BGR, PLAIN, Fit.STRETCH), red(64, 64));

        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            assertThat(values[pixel]).isCloseTo(255, within(2f));
            assertThat(values[WIDTH * HEIGHT + pixel]).isCloseTo(0, within(2f));
            assertThat(values[2 * WIDTH * HEIGHT + pixel]).isCloseTo(0, within(2f));
            assertThat(turned[2 * WIDTH * HEIGHT + pixel]).isCloseTo(255, within(2f));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "UINT8"})
    void coloursOfAPixelLieTogetherWhereTheModelWantsThat(OnnxJavaType type) {
        float[] values = filled(form(type, false, Colours.RGB, PLAIN, Fit.STRETCH), red(64, 64));

        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            assertThat(values[3 * pixel]).isCloseTo(255, within(2f));
            assertThat(values[3 * pixel + 1]).isCloseTo(0, within(2f));
            assertThat(values[3 * pixel + 2]).isCloseTo(0, within(2f));
        }
    }

    @Test
    void theMeanIsSubtractedAndTheRestDivided() {
        Family.Scale scale = new Family.Scale(List.of(10.0, 20.0, 30.0), List.of(2.0, 4.0, 5.0));
        I420 grey = even(32, 16, I420.Range.FULL, 100, 128, 128);

        float[] values = filled(form(OnnxJavaType.FLOAT, true, Colours.RGB, scale, Fit.STRETCH), grey);

        assertThat(values[0]).isCloseTo(45, within(0.01f));
        assertThat(values[WIDTH * HEIGHT]).isCloseTo(20, within(0.01f));
        assertThat(values[2 * WIDTH * HEIGHT]).isCloseTo(14, within(0.01f));
    }

    /** A square picture in an input of 32×16 covers 16×16 in the middle; one of 32×16 before it leaves nothing behind. */
    @Test
    void besideAPictureThereIsPaddingWhateverWasThereBefore() {
        I420 white = even(32, 16, I420.Range.FULL, 255, 128, 128);
        I420 black = even(40, 40, I420.Range.FULL, 0, 128, 128);

        float[] values = filled(form(OnnxJavaType.FLOAT, true, Colours.RGB, PLAIN, Fit.LETTERBOX), white, black);

        for (int index = 0; index < values.length; index++) {
            int column = index % WIDTH;
            assertThat(values[index]).isEqualTo(column >= 8 && column < 24 ? 0 : 114);
        }
    }

    @Test
    void aPictureIsPlacedInTheMiddleInTheCornerOrStretched() {
        assertThat(form(OnnxJavaType.FLOAT, true, Colours.RGB, PLAIN, Fit.LETTERBOX)
                        .place(64, 64))
                .isEqualTo(new Placement(8, 0, 16, 16, 0.25, 0.25));
        assertThat(form(OnnxJavaType.FLOAT, true, Colours.RGB, PLAIN, Fit.CORNER)
                        .place(64, 64))
                .isEqualTo(new Placement(0, 0, 16, 16, 0.25, 0.25));
        assertThat(form(OnnxJavaType.FLOAT, true, Colours.RGB, PLAIN, Fit.STRETCH)
                        .place(64, 64))
                .isEqualTo(new Placement(0, 0, 32, 16, 0.5, 0.25));
    }
}
