package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OnnxFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models in the form of every family, written by Python's onnx with known outputs; tiny_models.py tells which. */
final class KnownFamiliesTest {
    private static final int WIDTH = 128;
    private static final int HEIGHT = 64;
    /** Of the inputs of the models, which are square. */
    private static final int SIDE = 64;

    private static Path folder;

    @BeforeAll
    static void write(@TempDir Path shared) {
        folder = shared;
        Python.run("tiny_models.py", folder);
    }

    private static DetectorModel load(String name) {
        return DetectorModel.load("the test", folder.resolve(name + ".onnx"), OnnxFile.MOST_BYTES, 1);
    }

    private static List<Detection> detect(DetectorModel model) {
        return model.detect(grey(WIDTH, HEIGHT), 0.5);
    }

    private static I420 grey(int widthPx, int heightPx) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, (byte) 128);
        return new I420(widthPx, heightPx, I420.Range.LIMITED, Bytes.takeOver(planes));
    }

    @ParameterizedTest
    @CsvSource({
        "yolov5, yolov5, LETTERBOX, false",
        "yolov6, yolov6, LETTERBOX, false",
        "yolov8, yolov8, LETTERBOX, true",
        "yolov8-rows, yolov8, LETTERBOX, true",
        "yolov8-half, yolov8, LETTERBOX, true",
        "yolov8-open, yolov8, LETTERBOX, true",
        "yolov8-seg, yolov8, LETTERBOX, true",
        "yolox, yolox, CORNER, false",
        "yolox-decoded, yolox, CORNER, false",
        "yolo-nas, yolo-nas, LETTERBOX, false",
        "yolov10, yolo-nms, LETTERBOX, true",
        "yolov7-nms, yolo-nms, LETTERBOX, false",
        "yolo-nas-flat, yolo-nms, LETTERBOX, false",
        "tensorrt, yolo-nms, LETTERBOX, false",
        "detr, detr, STRETCH, true",
        "rt-detr, rt-detr, STRETCH, true",
        "rf-detr, rf-detr, STRETCH, false",
        "rt-detr-table, rt-detr, STRETCH, true",
        "rt-detr-sizes, rt-detr, STRETCH, false",
        "ssd, ssd, STRETCH, false",
        "tensorflow, ssd-nms, STRETCH, false",
        "torchvision, ssd-nms, STRETCH, false",
    })
    void aModelIsRecognisedAndItsBoxesComeBackInPixelsOfThePicture(
            String name, String family, InputForm.Fit fit, boolean named) {
        try (DetectorModel model = load(name)) {
            assertThat(model.description().getFirst()).contains("(" + family + ")");

            List<Detection> found = detect(model);
            boolean separate = model.description().stream().anyMatch(line -> line.contains("without overlapping"));
            boolean queries = family.contains("detr");
            if (separate || !queries) {
                assertThat(found).hasSize(3);
            } else {
                // These leave out what overlaps by themselves, so what they tell twice is there twice.
                assertThat(found).hasSize(4);
            }
            check(found.getFirst(), named ? "cat" : "class 1", 0.9, fit, 8, 20, 24, 40);
            check(found.get(found.size() - 2), named ? "dog" : "class 0", 0.7, fit, 8, 20, 24, 40);
            check(found.getLast(), named ? "bird" : "class 2", 0.6, fit, 40, 24, 60, 44);
        }
    }

    /** In the input the picture of 128×64 has 64×32 pixels, or 64×64 where it is stretched. */
    private static void check(
            Detection found,
            String label,
            double score,
            InputForm.Fit fit,
            double left,
            double top,
            double right,
            double bottom) {
        double scaleY =
                switch (fit) {
                    case LETTERBOX, CORNER -> 2;
                    case STRETCH -> 1;
                };
        double above = fit == InputForm.Fit.LETTERBOX ? (SIDE - HEIGHT / 2.0) / 2 : 0;
        assertThat(found.label()).isEqualTo(label);
        assertThat(found.confidence()).isCloseTo(score, within(0.001));
        assertThat(found.x1()).isCloseTo(left * 2, within(0.1));
        assertThat(found.y1()).isCloseTo((top - above) * scaleY, within(0.1));
        assertThat(found.x2()).isCloseTo(right * 2, within(0.1));
        assertThat(found.y2()).isCloseTo(Math.min(HEIGHT, (bottom - above) * scaleY), within(0.1));
    }

    @Test
    void aModelThatFindsNothingAtFirstIsRecognisedByItsColumns() {
        try (DetectorModel model = load("nothing")) {
            assertThat(model.description().getFirst()).contains("(yolo-nms)");
            assertThat(detect(model)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 4000", "4000, 2", "63, 65", "1921, 1081"})
    void picturesOfAnySizeAreLookedAtAndBoxesStayInThem(int widthPx, int heightPx) {
        try (DetectorModel model = load("yolov8")) {
            assertThat(model.detect(grey(widthPx, heightPx), 0)).allSatisfy(box -> {
                assertThat(box.x1()).isBetween(0.0, (double) widthPx);
                assertThat(box.x2()).isBetween(box.x1(), (double) widthPx);
                assertThat(box.y1()).isBetween(0.0, (double) heightPx);
                assertThat(box.y2()).isBetween(box.y1(), (double) heightPx);
            });
        }
    }

    @Test
    void lessCertainObjectsAreLeftOutAndTheModelsOwnLimitHoldsBesides() {
        try (DetectorModel model = load("yolov8")) {
            assertThat(model.detect(grey(WIDTH, HEIGHT), 0.65)).hasSize(2);
            assertThat(model.detect(grey(WIDTH, HEIGHT), 0)).hasSize(3);
        }
    }
}
