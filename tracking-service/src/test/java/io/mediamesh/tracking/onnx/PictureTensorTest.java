package io.mediamesh.tracking.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OnnxPort;
import io.mediamesh.tracking.onnx.Signature.Family;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Pictures in the form that encoders take. */
final class PictureTensorTest {
    @Test
    void aPlaneOfOneValueKeepsItInEverySize() {
        Bytes plane = Bytes.takeOver(new byte[] {0, 77, 77, 77, 77, 77, 77});
        for (float value : Resampling.of(plane, 1, 3, 2, 7, 5)) {
            assertThat(value).isCloseTo(77, within(0.01f));
        }
        assertThat(Resampling.of(plane, 1, 3, 2, 1, 1)).containsExactly(new float[] {77}, within(0.01f));
    }

    @Test
    void smallerPicturesAreMeansByATriangle() {
        Bytes plane = Bytes.takeOver(new byte[] {0, 40, 80, 120});
        float[] half = Resampling.of(plane, 0, 4, 1, 2, 1);
        // Weights 0.75, 0.75 and 0.25 of samples at −0.5, 0.5 and 1.5 from 0.5: (0.75·0 + 0.75·40 + 0.25·80) / 1.75.
        assertThat(half[0]).isCloseTo(28.571f, within(0.01f));
        assertThat(half[1]).isCloseTo(91.429f, within(0.01f));
    }

    @Test
    void largerPicturesLieHalfwayBetweenTheirSamples() {
        Bytes plane = Bytes.takeOver(new byte[] {0, 100});
        assertThat(Resampling.of(plane, 0, 2, 1, 4, 1)).containsExactly(new float[] {0, 25, 75, 100}, within(0.01f));
    }

    /** Red by JFIF 1.02: Y 76, Cb 85, Cr 255 (254, 0, 0); at limited range by BT.601: 81, 90, 240. */
    @Test
    void theLongerSideFillsTheModelAndColoursAreNormalisedByImageNet() {
        assertRed(new Painted(4, 2, I420.Range.FULL), 76, 85, 255);
        assertRed(new Painted(4, 2, I420.Range.LIMITED), 81, 90, 240);
    }

    private static void assertRed(Painted size, int luma, int blue, int red) {
        byte[] planes = new byte[I420.sizeBytes(size.widthPx(), size.heightPx())];
        Arrays.fill(planes, 0, 8, (byte) luma);
        Arrays.fill(planes, 8, 10, (byte) blue);
        Arrays.fill(planes, 10, 12, (byte) red);
        I420 picture = new I420(size.widthPx(), size.heightPx(), size.range(), Bytes.takeOver(planes));
        Signature signature = signature(Family.SAM, 1, 3, 8, 8);
        FloatBuffer tensor = FloatBuffer.allocate(3 * 8 * 8);
        PictureTensor.fill(tensor, picture, Fit.of(signature, 4, 2), signature);
        assertThat(tensor.get(0)).isCloseTo((255 - 123.675f) / 58.395f, within(0.03f));
        assertThat(tensor.get(64)).isCloseTo(-116.28f / 57.12f, within(0.03f));
        assertThat(tensor.get(128)).isCloseTo(-103.53f / 57.375f, within(0.03f));
        assertThat(tensor.get(3 * 8 + 7)).as("the last pixel of the picture").isGreaterThan(2);
        assertThat(tensor.get(4 * 8)).as("below the picture").isZero();
    }

    @Test
    void otherFamiliesStretchAndOthersTakeValuesAsTheyAre() {
        byte[] planes = new byte[I420.sizeBytes(2, 2)];
        Arrays.fill(planes, (byte) 128);
        I420 grey = new I420(2, 2, I420.Range.FULL, Bytes.takeOver(planes));
        Signature stretched = signature(Family.EFFICIENT_SAM, 1, 3, 2, 4);
        FloatBuffer unit = FloatBuffer.allocate(3 * 2 * 4);
        PictureTensor.fill(unit, grey, Fit.of(stretched, 2, 2), stretched);
        assertThat(unit.array()).containsOnly(128 / 255f);
        Signature pixels = signature(Family.SAM, 2, 4, 3);
        FloatBuffer bytes = FloatBuffer.allocate(3 * 2 * 4);
        PictureTensor.fill(bytes, grey, Fit.of(pixels, 2, 2), pixels);
        assertThat(bytes.get(0)).isEqualTo(128f);
        assertThat(bytes.get(5)).isEqualTo(128f);
        assertThat(bytes.get(6)).as("right of the picture").isZero();
    }

    private static Signature signature(Family family, long... shape) {
        OnnxPort image = new OnnxPort(
                "image", OnnxJavaType.FLOAT, LongStream.of(shape).boxed().toList());
        return new Signature(
                family,
                image,
                Map.of(),
                image,
                image,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                image,
                image,
                true);
    }
}
