package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OnnxFile;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.vision.opencv.Overlapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Models and pictures that lie beside the checkout, against ONNX Runtime in Python with the pre-processing of the models'
 * own demonstrations (reference.py).
 */
final class RealModelsTest {
    private static final double SCORE_TOLERANCE = 0.01;
    private static final double LEAST_OVERLAP = 0.9;

    private static I420 picture(String name) throws IOException {
        return new OpenCvPictureCodec().decode(Bytes.takeOver(Files.readAllBytes(Python.shared("images/" + name))));
    }

    /** Those that a reference finds beyond doubt, as LABEL SCORE X1 Y1 X2 Y2. */
    private static List<double[]> reference(String family, Path model, String picture) {
        return Python.run("reference.py", family, model, Python.shared("images/" + picture))
                .lines()
                .map(line -> Arrays.stream(line.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .filter(found -> found[1] > 0.5)
                .toList();
    }

    private static void assertSame(List<Detection> found, List<double[]> expected, List<String> labels) {
        assertThat(found).extracting(Detection::label).containsExactlyInAnyOrderElementsOf(labels);
        assertThat(expected).hasSameSizeAs(found);
        for (double[] each : expected) {
            assertThat(found).anySatisfy(detection -> {
                assertThat(Overlapping.iou(detection, each[2], each[3], each[4], each[5]))
                        .isGreaterThan(LEAST_OVERLAP);
                assertThat(detection.confidence()).isCloseTo(each[1], within(SCORE_TOLERANCE));
            });
        }
    }

    @Test
    void yoloxFindsTheDogTheBicycleAndTheCarAsItsDemonstrationDoes() throws IOException {
        Path file = Python.shared("models/yolox_nano.onnx");
        try (DetectorModel model = DetectorModel.load("the test", file, OnnxFile.MOST_BYTES, 1)) {
            assertThat(model.description().getFirst()).contains("YOLOX");

            List<Detection> found = model.detect(picture("dog.jpg"), 0.5);

            assertSame(found, reference("yolox", file, "dog.jpg"), List.of("dog", "bicycle", "car"));
        }
    }

    @Test
    void ultraFaceFindsTheOneFaceAsItsDemonstrationDoes() throws IOException {
        Path file = Python.shared("models/ultraface-rfb-320.onnx");
        try (DetectorModel model = DetectorModel.load("the test", file, OnnxFile.MOST_BYTES, 1)) {
            assertThat(model.description().getFirst()).contains("UltraFace");

            List<Detection> found = model.detect(picture("astronaut.jpg"), 0);

            assertSame(found, reference("ultraface", file, "astronaut.jpg"), List.of("face"));
            assertThat(model.detect(picture("dog.jpg"), 0)).isEmpty();
        }
    }
}
