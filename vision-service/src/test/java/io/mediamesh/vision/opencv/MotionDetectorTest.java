package io.mediamesh.vision.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.testkit.SyntheticSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MotionDetectorTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int SIDE = SyntheticSource.SQUARE_PX;

    private final MotionDetector motion = new MotionDetector(0.002);

    @AfterEach
    void close() {
        motion.close();
    }

    @Test
    void aMovingSquareIsFoundWhereItIs() {
        int checked = 0;
        for (int index = 0; index < 60; index++) {
            List<Detection> found = motion.detect(SyntheticSource.squareAt(WIDTH, HEIGHT, index));
            if (index >= 20) {
                double left = SyntheticSource.squareLeftPx(WIDTH, index);
                double top = (HEIGHT - SIDE) / 2.0;
                assertThat(found).as("picture %s", index).singleElement().satisfies(object -> {
                    assertThat(object.label()).isEqualTo("motion");
                    assertThat(Overlapping.iou(object, left, top, left + SIDE, top + SIDE))
                            .isGreaterThan(0.7);
                    assertThat(object.confidence()).isBetween(0.9, 1.0);
                });
                checked++;
            }
        }
        assertThat(checked).isEqualTo(40);
    }

    @Test
    void whatComesBackAgainAndAgainIsStillFound() {
        for (int index = 0; index < 300; index++) {
            List<Detection> found = motion.detect(SyntheticSource.squareAt(WIDTH, HEIGHT, index));
            if (index > 250) {
                double left = SyntheticSource.squareLeftPx(WIDTH, index);
                assertThat(found).as("picture %s", index).anySatisfy(object -> assertThat(
                                Overlapping.iou(object, left, 208, left + SIDE, 208 + SIDE))
                        .isGreaterThan(0.7));
            }
        }
    }

    @Test
    void aFaintObjectIsFoundWithLessConfidence() {
        double strong = confidenceOfStep(100);
        double faint = confidenceOfStep(24);

        assertThat(strong).isGreaterThan(0.9);
        assertThat(faint).isBetween(0.4, 0.8);
    }

    /** A square that is brighter than its background by so many steps of luma appears. */
    private static double confidenceOfStep(int step) {
        try (MotionDetector fresh = new MotionDetector(0.002)) {
            for (int index = 0; index < 15; index++) {
                fresh.detect(scene(100, 100, 0));
            }
            return fresh.detect(scene(100, 100 + step, 64)).getFirst().confidence();
        }
    }

    @Test
    void aStillSceneWithCameraNoiseHasNoMotion() {
        Random random = new Random(7);
        int[] noise = random.doubles(1 << 20, -1, 1)
                .mapToInt(value -> (int) Math.round(value * 5))
                .toArray();
        byte[] scene = SyntheticSource.squareAt(WIDTH, HEIGHT, 10).planes().toArray();
        for (int index = 0; index < 60; index++) {
            byte[] noisy = scene.clone();
            int start = random.nextInt(noise.length - WIDTH * HEIGHT);
            for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
                noisy[pixel] = (byte) Math.clamp((scene[pixel] & 0xff) + noise[start + pixel], 0, 255);
            }
            List<Detection> found = motion.detect(new I420(WIDTH, HEIGHT, I420.Range.LIMITED, Bytes.takeOver(noisy)));
            assertThat(found).as("picture %s", index).isEmpty();
        }
    }

    @Test
    void aCutToAnotherSceneIsNoObject() {
        for (int index = 0; index < 15; index++) {
            motion.detect(scene(60, 60, 0));
        }
        for (int index = 0; index < 15; index++) {
            assertThat(motion.detect(scene(180, 180, 0))).isEmpty();
        }
        assertThat(motion.detect(scene(180, 240, 64)))
                .as("and it goes on afterwards")
                .hasSize(1);
    }

    @Test
    void whatStopsMovingBecomesBackground() {
        for (int index = 0; index < 40; index++) {
            motion.detect(scene(100, 100, 0));
        }
        assertThat(motion.detect(scene(100, 200, 64))).hasSize(1);

        int pictures = 0;
        while (!motion.detect(scene(100, 200, 64)).isEmpty()) {
            pictures++;
            assertThat(pictures).isLessThan(100);
        }
        assertThat(pictures).isGreaterThan(30);
    }

    @Test
    void objectsBelowTheLimitAreLeftOut() {
        for (int index = 0; index < 15; index++) {
            motion.detect(scene(100, 100, 0));
        }

        assertThat(motion.detect(scene(100, 230, 16)))
                .as("256 of 307200 pixels")
                .isEmpty();
        assertThat(motion.detect(scene(100, 230, 64))).as("4096 pixels").hasSize(1);
    }

    @Test
    void aPictureOfAnotherSizeStartsOver() {
        for (int index = 0; index < 15; index++) {
            motion.detect(SyntheticSource.squareAt(WIDTH, HEIGHT, index));
        }

        for (int index = 0; index < 5; index++) {
            assertThat(motion.detect(SyntheticSource.squareAt(200, 300, 0))).isEmpty();
        }
        assertThat(motion.detect(SyntheticSource.squareAt(1, 1, 0))).isEmpty();
    }

    @Test
    void nativeObjectsDoNotPileUpAndClosingTwiceIsHarmless() {
        for (int index = 0; index < 20; index++) {
            motion.detect(SyntheticSource.squareAt(WIDTH, HEIGHT, index));
        }
        long before = Pointer.totalCount();

        for (int index = 20; index < 40; index++) {
            assertThat(motion.detect(SyntheticSource.squareAt(WIDTH, HEIGHT, index)))
                    .isNotEmpty();
        }
        MotionDetector another = new MotionDetector(0.002);
        another.close();
        another.close();

        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    private static I420 scene(int background, int object, int sidePx) {
        byte[] planes = new byte[I420.sizeBytes(WIDTH, HEIGHT)];
        Arrays.fill(planes, (byte) 128);
        Arrays.fill(planes, 0, WIDTH * HEIGHT, (byte) background);
        for (int row = 200; row < 200 + sidePx; row++) {
            Arrays.fill(planes, row * WIDTH + 300, row * WIDTH + 300 + sidePx, (byte) object);
        }
        return new I420(WIDTH, HEIGHT, I420.Range.FULL, Bytes.takeOver(planes));
    }
}
