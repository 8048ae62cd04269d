package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxProvider;
import io.mediamesh.testkit.Await;
import io.mediamesh.vision.Detector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two models that are exchanged for each other: one has labels, the other only numbers. */
final class NamedModelTest {
    private static final I420 PICTURE =
            new I420(128, 64, I420.Range.FULL, Bytes.takeOver(new byte[I420.sizeBytes(128, 64)]));
    private static Path models;

    private final Path file;
    private final Path chosen;
    private final NamedModel model;

    NamedModelTest(@TempDir Path folder) {
        this.file = folder.resolve("model.onnx");
        this.chosen = folder.resolve("models");
        this.model = model();
    }

    private NamedModel model() {
        return new NamedModel(
                "guard",
                ModelSource.parse(file.toString()),
                new ModelStore(chosen, ModelHosts.parse(""), 1 << 20),
                new NamedModel.Limits(1 << 20, 1, 0));
    }

    @BeforeAll
    static void write(@TempDir Path folder) {
        models = folder;
        Python.run("tiny_models.py", folder);
    }

    @BeforeEach
    void begin() {
        exchange("yolov8");
    }

    @AfterEach
    void close() {
        model.close();
    }

    private void exchange(String name) {
        try {
            Path fresh = file.resolveSibling("fresh");
            Files.copy(models.resolve(name + ".onnx"), fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The file has to be seen twice as it is. */
    private boolean renew() {
        boolean atOnce = model.renew();
        return atOnce || model.renew();
    }

    private static String best(Detector detector) {
        return detector.detect(PICTURE).getFirst().label();
    }

    @Test
    void theDetectorsOfAllStreamsLookWithTheNewModelAsSoonAsItIsThere() {
        Detector one = model.kind().open();
        Detector other = model.kind().open();
        assertThat(best(one)).isEqualTo("cat");

        exchange("yolov5");

        assertThat(renew()).isTrue();
        assertThat(best(one)).isEqualTo("class 1");
        assertThat(best(other)).isEqualTo("class 1");
        assertThat(renew()).as("nothing newer").isFalse();
    }

    @Test
    void anotherManifestIsTakenToo() throws IOException {
        Detector detector = model.kind().open();
        Files.writeString(Manifest.fileFor(file), "labels: [x, y, z]");

        assertThat(renew()).isTrue();
        assertThat(best(detector)).isEqualTo("y");
    }

    @Test
    void aFileThatIsNoGoodIsToldOnceAndTheFormerModelGoesOn() throws IOException {
        Detector detector = model.kind().open();

        Files.writeString(file, "no model");
        assertThatThrownBy(this::renew).isInstanceOf(MeshException.class).hasMessageContaining("vision.models");
        assertThat(renew()).isFalse();
        assertThat(best(detector)).isEqualTo("cat");

        exchange("nan");
        assertThatThrownBy(this::renew).hasMessageContaining("no numbers");
        Files.delete(file);
        assertThatThrownBy(this::renew).hasMessageContaining("no file");
        assertThat(best(detector)).isEqualTo("cat");

        exchange("yolov5");
        assertThat(renew()).isTrue();
        assertThat(best(detector)).isEqualTo("class 1");
    }

    @Test
    void aModelThatCouldNotBeUsedAtFirstIsUsedWhenItsFileIsPutRight() throws IOException {
        Files.delete(file);
        assertThatThrownBy(() -> model.kind().open()).hasMessageContaining("no file that can be read");

        exchange("yolov8");

        assertThat(renew()).isTrue();
        assertThat(best(model.kind().open())).isEqualTo("cat");
    }

    @Test
    void noPictureIsLeftOutWhileModelsAreExchangedUnderLoad() throws InterruptedException {
        Detector first = model.kind().open();
        assertThat(best(first)).isEqualTo("cat");
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> streams = new ArrayList<>();
        for (int stream = 0; stream < 3; stream++) {
            Detector detector = model.kind().open();
            streams.add(Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    try {
                        List<Detection> found = detector.detect(PICTURE);
                        assertThat(found).hasSize(3);
                        looks.incrementAndGet();
                    } catch (RuntimeException | Error failure) {
                        failures.add(failure);
                    }
                }
            }));
        }
        for (int round = 0; round < 60; round++) {
            exchange(round % 2 == 0 ? "yolov5" : "yolov8");
            assertThat(renew()).isTrue();
            int before = looks.get();
            Await.until("the streams go on", () -> looks.get() > before + 3 || !failures.isEmpty());
        }
        done.set(true);
        for (Thread stream : streams) {
            stream.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void afterTheEndNothingIsLookedAtAndNothingIsLoaded() {
        Detector detector = model.kind().open();
        model.close();
        model.close();

        assertThatThrownBy(() -> detector.detect(PICTURE)).isInstanceOf(MeshException.class);
        exchange("yolov5");
        assertThatThrownBy(this::renew).isInstanceOf(MeshException.class);
    }

    private void offer(String name) throws IOException {
        Files.createDirectories(chosen);
        Files.copy(models.resolve(name + ".onnx"), chosen.resolve(name + ".onnx"));
    }

    private static Optional<ModelSource> file(String text) {
        return Optional.of(ModelSource.parse(text));
    }

    @Test
    void anotherModelIsChosenAndKeptOverARestartUntilTheSettingsHoldAgain() throws IOException {
        Detector detector = model.kind().open();
        offer("yolov5");

        model.choose(file("yolov5.onnx"), true);
        assertThat(best(detector)).as("only tried").isEqualTo("cat");
        model.choose(file("yolov5.onnx"), false);
        assertThat(best(detector)).isEqualTo("class 1");
        assertThat(model.report().exchanged()).isTrue();

        try (NamedModel restarted = model()) {
            assertThat(best(restarted.kind().open())).isEqualTo("class 1");
            restarted.choose(Optional.empty(), false);
            assertThat(restarted.report().exchanged()).isFalse();
        }
        try (NamedModel restarted = model()) {
            assertThat(best(restarted.kind().open())).isEqualTo("cat");
        }
    }

    @Test
    void whatCannotBeChosenChangesNothing() throws IOException {
        Detector detector = model.kind().open();
        offer("nan");
        Files.writeString(chosen.resolve("text.onnx"), "no model");
        Files.createSymbolicLink(chosen.resolve("link.onnx"), models.resolve("yolov5.onnx"));

        assertRefused("nan.onnx", FailureCode.UNPROCESSABLE);
        assertRefused("text.onnx", FailureCode.UNPROCESSABLE);
        assertRefused("absent.onnx", FailureCode.UNPROCESSABLE);
        assertRefused("nan.onnx#sha256=" + "0".repeat(64), FailureCode.UNPROCESSABLE);
        assertRefused("../model.onnx", FailureCode.FORBIDDEN);
        assertRefused(file.toString(), FailureCode.FORBIDDEN);
        assertRefused("link.onnx", FailureCode.FORBIDDEN);
        assertRefused("https://models.example.com/a.onnx", FailureCode.FORBIDDEN);

        assertThat(best(detector)).isEqualTo("cat");
        assertThat(model.report().exchanged()).isFalse();
        try (NamedModel restarted = model()) {
            assertThat(best(restarted.kind().open())).isEqualTo("cat");
        }
    }

    private void assertRefused(String source, FailureCode code) {
        assertThatThrownBy(() -> model.choose(file(source), false))
                .isInstanceOfSatisfying(
                        MeshException.class,
                        refused -> assertThat(refused.code()).as(source).isEqualTo(code));
    }

    @Test
    void aModelThatCouldNotBeUsedIsPutRightByChoosingAnother() throws IOException {
        Files.writeString(file, "no model");
        assertThatThrownBy(() -> model.kind().open()).isInstanceOf(MeshException.class);
        assertThat(model.report().loaded()).isEmpty();
        offer("yolov5");

        model.choose(file("yolov5.onnx"), false);

        assertThat(best(model.kind().open())).isEqualTo("class 1");
        assertThat(model.report().problem()).isEmpty();
    }

    /** The library of the build knows the CPU only. */
    @Test
    void aProcessorThatIsNotThereIsReplacedByTheCpuAndThatIsSaid() {
        try (NamedModel wanting = new NamedModel(
                "guard",
                ModelSource.parse(file.toString()),
                new ModelStore(chosen, ModelHosts.parse(""), 1 << 20),
                new NamedModel.Limits(1 << 20, 1, 0, OnnxProvider.CUDA))) {
            assertThat(best(wanting.kind().open())).isEqualTo("cat");
            assertThat(wanting.report().loaded()).hasValueSatisfying(loaded -> {
                assertThat(loaded.provider()).isEqualTo(OnnxProvider.CPU);
                assertThat(loaded.fallback()).startsWith("cuda does not work here: ");
            });
        }
    }
}
