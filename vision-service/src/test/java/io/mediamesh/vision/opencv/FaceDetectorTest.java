package io.mediamesh.vision.opencv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FaceDetectorTest {
    private final FaceDetector faces = new FaceDetector(0.5);

    @AfterEach
    void close() {
        faces.close();
    }

    /** From cheek to cheek and from hairline to chin the face goes from x 176 to 270 and y 72 to 168, to a person's eye. */
    @Test
    void theFaceInAPortraitIsFoundWhereItIs() {
        List<Detection> found = faces.detect(Photos.read("astronaut.jpg"));

        assertThat(found).singleElement().satisfies(face -> {
            assertThat(face.label()).isEqualTo("face");
            assertThat(face.confidence()).isBetween(0.8, 1.0);
            assertThat((face.x1() + face.x2()) / 2).isCloseTo(223, within(10.0));
            assertThat((face.y1() + face.y2()) / 2).isCloseTo(120, within(10.0));
            assertThat(Overlapping.iou(face, 176, 72, 270, 168)).isGreaterThan(0.7);
        });
    }

    @Test
    void aDogHasNoFaceForIt() {
        assertThat(faces.detect(Photos.read("dog.jpg"))).isEmpty();
    }

    @Test
    void theSameFaceAtLimitedRangeIsFoundToo() {
        I420 full = Photos.read("astronaut.jpg");
        byte[] planes = full.planes().toArray();
        for (int index = 0; index < full.widthPx() * full.heightPx(); index++) {
            planes[index] = (byte) Math.round(16 + (planes[index] & 0xff) * 219 / 255.0);
        }
        I420 limited = new I420(full.widthPx(), full.heightPx(), I420.Range.LIMITED, Bytes.takeOver(planes));

        assertThat(faces.detect(limited)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 500", "500, 2", "23, 23", "24, 24", "641, 479"})
    void picturesOfAnySizeAreLookedAt(int widthPx, int heightPx) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];

        assertThat(faces.detect(new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes))))
                .isEmpty();
    }

    @Test
    void aHigherThresholdFindsLess() {
        I420 portrait = Photos.read("astronaut.jpg");

        try (FaceDetector strict = new FaceDetector(0.99)) {
            assertThat(strict.detect(portrait)).isEmpty();
        }
    }

    @Test
    void nativeObjectsDoNotPileUpAndClosingTwiceIsHarmless() {
        I420 picture = new I420(320, 240, I420.Range.FULL, Bytes.takeOver(new byte[I420.sizeBytes(320, 240)]));
        faces.detect(picture);
        long before = Pointer.totalCount();

        for (int round = 0; round < 20; round++) {
            faces.detect(picture);
        }
        FaceDetector another = new FaceDetector(0.5);
        another.close();
        another.close();

        assertThat(Pointer.totalCount()).isEqualTo(before);
    }
}
