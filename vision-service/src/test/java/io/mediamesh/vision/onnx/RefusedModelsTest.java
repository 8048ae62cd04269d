package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are no models, or none that can be used; those that need a model have one of tiny_models.py. */
final class RefusedModelsTest {
    private static Path folder;

    @BeforeAll
    static void write(@TempDir Path shared) {
        folder = shared;
        Python.run("tiny_models.py", folder);
    }

    private static void load(Path file, long maxBytes) {
        DetectorModel.load("vision.models", file, maxBytes, 1).close();
    }

    private static void assertRefused(Path file, String... reasons) {
        assertThatThrownBy(() -> load(file, OnnxFile.MOST_BYTES))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("vision.models")
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContainingAll(reasons);
    }

    private static Path copy(String model, String name) throws IOException {
        return Files.copy(folder.resolve(model + ".onnx"), folder.resolve(name + ".onnx"));
    }

    private static void manifest(Path model, String text) throws IOException {
        Files.writeString(Manifest.fileFor(model), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flat | 1×3×height×width | [64, 64]",
                "grey | three colours | [1, 1, 64, 64]",
                "batch | 1×3×height×width | [4, 3, 64, 64]",
                "vast | 4096 | [1, 3, 100000, 100000]",
                "whole | float32, float16 or uint8 | INT64",
                "classes | no detector that is known | [1, 1000]",
                "heads | family: yolov5 | [1, 3, 8, 8, 85]",
                "turned | upright boxes | obb",
                "nan | no numbers | output0",
                "rt-detr-or-detr | family: detr | [1, 300, 3]",
            })
    void aModelThatCannotBeUsedIsRefusedWithWhatIsWrongAndWhatIsThere(String name, String reason, String found) {
        assertRefused(folder.resolve(name + ".onnx"), reason, found);
    }

    @Test
    void whatNoManifestCouldSettleIsNotAskedOfOne() {
        assertThatThrownBy(() -> load(folder.resolve("turned.onnx"), OnnxFile.MOST_BYTES))
                .message()
                .doesNotContain("would settle");
    }

    @Test
    void aMissingFileAFolderAndAFileOfAnotherKindAreRefused() throws IOException {
        assertRefused(folder.resolve("gone.onnx"), "no file that can be read");
        assertRefused(Files.createDirectory(folder.resolve("folder.onnx")), "no file that can be read");
        assertRefused(Files.createFile(folder.resolve("empty.onnx")), "no model that ONNX Runtime can use");
        assertRefused(
                Files.writeString(folder.resolve("text.onnx"), "a text".repeat(1000)),
                "no model that ONNX Runtime can use");
    }

    @Test
    void aFileBeyondTheLimitIsRefusedBeforeItIsRead() throws IOException {
        Path large = folder.resolve("large.onnx");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            // Takes no space on the disk.
            file.setLength(2L << 30);
        }
        assertThatThrownBy(() -> load(large, 512 << 20))
                .isInstanceOf(MeshException.class)
                .hasMessageContainingAll("large.onnx", "2147483648 bytes", "536870912");
    }

    @Test
    void aFileThatIsNotTheOneOfItsManifestIsRefused() throws IOException {
        Path model = copy("yolov8", "exchanged");
        manifest(model, "sha256: " + "ab".repeat(32));
        assertRefused(model, "sha256", "ab".repeat(32));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "famly: yolov8 | family",
                "family: yolov99 | yolov8",
                "confidence: -0.1 | 0.0 to 1.0",
                "confidence: high | 0.0 to 1.0",
                "labels: dog | a list",
                "labels: [dog, cat] | 2 labels, and the model has 3 classes",
                "input: {width: 5} | 16 to 4096",
                "input: {deviation: 0} | a number",
                "input: {mean: [1, 2]} | a list of three",
                "input: letterbox | keys below it",
                "boxes: {form: round} | corners-yx",
                "family: yolox | not those of the family yolox",
                "[a: | no YAML",
                "just words | no keys",
            })
    void aManifestThatIsWrongIsRefusedWithTheKeyAndWhatIsAllowed(String text, String allowed) throws IOException {
        Path model = folder.resolve("said.onnx");
        Files.copy(folder.resolve("yolov8.onnx"), model, StandardCopyOption.REPLACE_EXISTING);
        manifest(model, text);
        assertRefused(model, allowed);
    }

    @Test
    void aManifestSettlesWhatTheShapesLeaveOpen() throws IOException {
        Path model = copy("rt-detr-or-detr", "settled");
        manifest(model, "family: rt-detr\nlabels: [dog, cat, bird]\nconfidence: 0.65\nlicence: none\n");
        try (DetectorModel loaded = DetectorModel.load("the test", model, OnnxFile.MOST_BYTES, 1)) {
            assertThat(String.join("\n", loaded.description())).contains("RT-DETR", "dog, cat, bird", "0.65");
        }
    }

    /** Most of what is flipped is in names, shapes, types and operators. None of it may end the process. */
    @Test
    void flippedBitsAreRefusedOrHarmless() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("yolox.onnx"));
        Random random = new Random(7);
        Path file = folder.resolve("flipped.onnx");
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            // The structure is at the beginning and at the end, the numbers lie between.
            int place = random.nextInt(700);
            int index = round % 2 == 0 ? place : damaged.length - 1 - place;
            damaged[index] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                load(file, OnnxFile.MOST_BYTES);
            } catch (MeshException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(50);
    }

    @Test
    void aTornFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("yolox.onnx"));
        for (int length = 1; length < whole.length; length += 1 + whole.length / 40) {
            byte[] torn = Arrays.copyOf(whole, length);
            Path file = Files.write(folder.resolve("torn.onnx"), torn);
            assertThatThrownBy(() -> load(file, OnnxFile.MOST_BYTES)).isInstanceOf(MeshException.class);
        }
    }

    @Test
    void namesInMetadataThatAreNoDictionaryAreLeftOut() {
        assertThat(Labels.ofMetadata("{0: 'it''s', 1: \"driver's cab\", 3: 'a\\'b'}"))
                .hasValueSatisfying(labels -> assertThat(labels.names()).contains("driver's cab", "class 2", "a'b"));
        assertThat(Labels.ofMetadata("{".repeat(100_000))).isEmpty();
        assertThat(Labels.ofMetadata("{0: '" + "x".repeat(1_000_000) + "'"))
                .hasValueSatisfying(labels -> assertThat(labels.names()).hasSize(1));
        assertThat(Labels.ofMetadata("{999999999999: 'x'}")).isEmpty();
    }
}
