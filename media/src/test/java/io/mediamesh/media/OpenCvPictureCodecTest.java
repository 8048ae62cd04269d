package io.mediamesh.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenCvPictureCodecTest {
    private static final JpegForm BEST = JpegForm.ofQuality(100);

    private final OpenCvPictureCodec codec = new OpenCvPictureCodec();

    /** The grey levels of ITU-R BT.601-7, table 3 (limited) and JFIF 1.02 (full). */
    @ParameterizedTest
    @CsvSource({
        "LIMITED, 16, 0",
        "LIMITED, 235, 255",
        "LIMITED, 126, 128",
        "FULL, 0, 0",
        "FULL, 255, 255",
        "FULL, 128, 128"
    })
    void greyLevelsReachTheViewerAtFullRange(I420.Range range, int luma, int grey) {
        Jpeg jpeg = codec.encode(Pictures.uniform(64, 48, range, luma, 128, 128), BEST);

        int rgb = Pictures.readByJdk(jpeg).getRGB(20, 20);

        assertThat(rgb >> 16 & 0xff).isCloseTo(grey, within(1));
        assertThat(rgb >> 8 & 0xff).isCloseTo(grey, within(1));
        assertThat(rgb & 0xff).isCloseTo(grey, within(1));
    }

    /** The colour bars of 100 % of ITU-R BT.601-7 as 8-bit limited-range triples (as listed in ITU-R BT.1729). */
    @ParameterizedTest
    @CsvSource({
        "210, 16, 146, 255, 255, 0",
        "170, 166, 16, 0, 255, 255",
        "145, 54, 34, 0, 255, 0",
        "106, 202, 222, 255, 0, 255",
        "81, 90, 240, 255, 0, 0",
        "41, 240, 110, 0, 0, 255"
    })
    void colourBarsKeepTheirColours(int y, int u, int v, int red, int green, int blue) {
        Jpeg jpeg = codec.encode(Pictures.uniform(64, 48, I420.Range.LIMITED, y, u, v), BEST);

        int rgb = Pictures.readByJdk(jpeg).getRGB(20, 20);

        assertThat(rgb >> 16 & 0xff).isCloseTo(red, within(3));
        assertThat(rgb >> 8 & 0xff).isCloseTo(green, within(3));
        assertThat(rgb & 0xff).isCloseTo(blue, within(3));
    }

    /** Expected values by the equations of JFIF 1.02. */
    @ParameterizedTest
    @CsvSource({"0xFF0000, 76, 85, 255", "0x00FF00, 150, 44, 21", "0x0000FF, 29, 255, 107", "0x808080, 128, 128, 128"})
    void aJpegOfAnotherWriterDecodesToFullRangePlanes(String rgb, int y, int u, int v) {
        I420 picture = codec.decode(Pictures.writtenByJdk(Pictures.uniformRgb(50, 38, Integer.decode(rgb))));

        assertThat(picture.range()).isEqualTo(I420.Range.FULL);
        assertThat(Pictures.luma(picture, 20, 20)).isCloseTo(y, within(2));
        assertThat(Pictures.blue(picture, 20, 20)).isCloseTo(u, within(3));
        assertThat(Pictures.red(picture, 20, 20)).isCloseTo(v, within(3));
    }

    @ParameterizedTest
    @CsvSource({"64, 48", "63, 48", "64, 47", "63, 47", "17, 16", "1, 1", "2, 1", "641, 479"})
    void picturesOfEverySizeComeBackAsTheyWere(int widthPx, int heightPx) {
        I420 picture = Pictures.gradient(widthPx, heightPx);

        I420 back = codec.decode(codec.encode(picture, BEST).bytes());

        assertThat(back.widthPx()).isEqualTo(widthPx);
        assertThat(back.heightPx()).isEqualTo(heightPx);
        for (int index = 0; index < picture.planes().length(); index++) {
            assertThat(back.planes().unsignedAt(index))
                    .isCloseTo(picture.planes().unsignedAt(index), within(5));
        }
    }

    @Test
    void aPictureIsScaledDownToFitAndKeepsItsShape() {
        I420 picture = Pictures.gradient(640, 480);

        Jpeg jpeg = codec.encode(picture, new JpegForm(95, 200, 200));

        assertThat(jpeg.widthPx()).isEqualTo(200);
        assertThat(jpeg.heightPx()).isEqualTo(150);
        BufferedImage image = Pictures.readByJdk(jpeg);
        assertThat(image.getWidth()).isEqualTo(200);
        assertThat(image.getHeight()).isEqualTo(150);
        I420 small = codec.decode(jpeg.bytes());
        assertThat(Pictures.luma(small, 100, 75)).isCloseTo(Pictures.luma(picture, 320, 240), within(3));
        assertThat(Pictures.blue(small, 100, 20)).isCloseTo(Pictures.blue(picture, 320, 64), within(3));
        assertThat(Pictures.red(small, 100, 140)).isCloseTo(Pictures.red(picture, 320, 448), within(3));
    }

    @Test
    void aPictureIsNeverScaledUp() {
        Jpeg jpeg = codec.encode(Pictures.gradient(100, 80), new JpegForm(80, 4000, 4000));

        assertThat(jpeg.widthPx()).isEqualTo(100);
        assertThat(jpeg.heightPx()).isEqualTo(80);
    }

    @Test
    void quality100IsBetterAndLargerThanQuality10() {
        I420 picture = Pictures.noise(160, 120, 1);

        assertThat(codec.encode(picture, JpegForm.ofQuality(10)).bytes().length())
                .isLessThan(codec.encode(picture, BEST).bytes().length() / 4);
    }

    @Test
    void aGreyJpegHasNeutralChroma() {
        BufferedImage grey = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);

        I420 picture = codec.decode(Pictures.writtenByJdk(grey));

        assertThat(Pictures.luma(picture, 5, 5)).isZero();
        assertThat(Pictures.blue(picture, 5, 5)).isEqualTo(128);
        assertThat(Pictures.red(picture, 5, 5)).isEqualTo(128);
    }

    @Test
    void aJpegCutOffAnywhereIsRefused() {
        byte[] whole = codec.encode(Pictures.noise(48, 32, 2), BEST).bytes().toArray();

        for (int length = 0; length < whole.length; length++) {
            Bytes cut = Bytes.takeOver(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> codec.decode(cut))
                    .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                            .isEqualTo(FailureCode.INVALID));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedBytesAreDecodedOrRefusedButNothingElse(long seed) {
        Random random = new Random(seed);
        byte[] whole = codec.encode(Pictures.noise(48, 32, seed), JpegForm.ofQuality(80))
                .bytes()
                .toArray();
        for (int round = 0; round < 500; round++) {
            byte[] damaged = whole.clone();
            for (int hit = 0; hit < 3; hit++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(codec.decode(Bytes.takeOver(damaged)).widthPx()).isPositive();
            } catch (MeshException refused) {
                assertThat(refused.code()).isIn(FailureCode.INVALID, FailureCode.TOO_LARGE);
            }
        }
    }

    @Test
    void manyThreadsShareOneCodec() throws Exception {
        I420 picture = Pictures.gradient(160, 120);
        Jpeg expected = codec.encode(picture, JpegForm.ofQuality(80));
        List<Callable<Jpeg>> work = new ArrayList<>();
        for (int task = 0; task < 200; task++) {
            work.add(() -> codec.encode(picture, JpegForm.ofQuality(80)));
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<Jpeg> done : threads.invokeAll(work)) {
                assertThat(done.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void nativeMemoryDoesNotGrow() {
        I420 picture = Pictures.noise(640, 480, 3);
        for (int round = 0; round < 20; round++) {
            codec.decode(codec.encode(picture, BEST).bytes());
        }
        long before = Pointer.totalCount();

        for (int round = 0; round < 20; round++) {
            codec.decode(codec.encode(picture, BEST).bytes());
        }

        assertThat(Pointer.totalCount()).isEqualTo(before);
    }
}
