package io.mediamesh.tracking.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.tracking.onnx.ModelWriter.NumberType;
import io.mediamesh.tracking.onnx.Painted.Thing;
import io.mediamesh.tracking.onnx.TinySam.Export;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models are taken, and what whoever named others is told. */
final class SamModelTest {
    private final Path directory;

    SamModelTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Path encoder() {
        return TinySam.encoder(Export.SAM).write(directory.resolve("encoder.onnx"));
    }

    private Path decoder() {
        return TinySam.decoder(Export.SAM).write(directory.resolve("decoder.onnx"));
    }

    private static AbstractStringAssert<?> refusal(Path encoder, Path decoder) {
        var thrown = assertThatThrownBy(() -> SamModel.load(encoder, decoder, 1));
        thrown.isInstanceOfSatisfying(
                MeshException.class, refused -> assertThat(refused.code()).isEqualTo(FailureCode.UNAVAILABLE));
        return thrown.message();
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        refusal(encoder(), directory.resolve("none.onnx")).contains("tracking.decoder", "none.onnx");
        refusal(directory, decoder()).contains("tracking.encoder");
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws IOException {
        refusal(Files.writeString(directory.resolve("text.onnx"), "this is a text"), decoder())
                .contains("tracking.encoder", "text.onnx");
        Path cut = directory.resolve("cut.onnx");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(decoder()), 300));
        refusal(encoder(), cut).contains("tracking.decoder", "cut.onnx");
    }

    @Test
    void modelsInEachOthersPlaceAreRefusedWithWhatTheyTake() {
        refusal(decoder(), encoder()).contains("tracking.encoder", "point_coords FLOAT [1, ?, 2]");
        refusal(encoder(), encoder()).contains("tracking.decoder", "point_coords", "image FLOAT [1, 3, 512, 512]");
    }

    @Test
    void anEncoderOfOtherPicturesIsRefused() {
        for (NumberType type : List.of(NumberType.FLOAT, NumberType.FLOAT16)) {
            ModelWriter model = new ModelWriter();
            long colours = type == NumberType.FLOAT ? 4 : 3;
            model.input("x", type, 1, colours, 64, 64);
            model.applyAs("y", "Identity", List.of("x"));
            model.output("y", type, 1, colours, 64, 64);
            refusal(model.write(directory.resolve("other.onnx")), decoder())
                    .contains("1×3×height×width", "x " + type + " [1, " + colours + ", 64, 64]");
        }
    }

    @Test
    void aDecoderOfAnotherEncoderIsRefused() {
        refusal(encoder(), TinySam.decoder(Export.SAM2).write(directory.resolve("other.onnx")))
                .contains("high_res_feats_0", "image_embeddings FLOAT [1, 3, 128, 128]");
        refusal(encoder(), TinySam.decoder(Export.SAM_PIXELS).write(directory.resolve("other.onnx")))
                .contains("image_embeddings FLOAT [1, 3, 256, 256]");
    }

    @Test
    void modelsThatAreRightByTheirInputsAndOutputsAndFailAreRefused() {
        ModelWriter model = new ModelWriter();
        model.input("image_embeddings", NumberType.FLOAT, ModelWriter.OPEN, ModelWriter.OPEN, ModelWriter.OPEN, 128);
        model.input("point_coords", NumberType.FLOAT, 1, ModelWriter.OPEN, 2);
        model.input("point_labels", NumberType.FLOAT, 1, ModelWriter.OPEN);
        model.applyAs("masks", "Reshape", List.of("image_embeddings", model.integers(1, 1, 7, 7)));
        model.output("masks", NumberType.FLOAT, 1, 1, 7, 7);
        model.applyAs("iou_predictions", "Reshape", List.of("point_labels", model.integers(1, -1)));
        model.output("iou_predictions", NumberType.FLOAT, 1, ModelWriter.OPEN);
        refusal(encoder(), model.write(directory.resolve("other.onnx"))).contains("fail together", "Reshape");
    }

    @Test
    void aSceneThatIsOpenOutlivesItsModel() {
        Thing red = Thing.red(300, 200);
        I420 picture = Painted.USUAL.with(red);
        SamModel model = SamModel.load(encoder(), decoder(), 1);
        try (SamModel.Scene scene = model.see(picture)) {
            model.close();
            model.close();
            assertThat(scene.in(red.box()).score()).isGreaterThan(0.9);
        }
        assertThatThrownBy(() -> model.see(picture)).isInstanceOf(MeshException.class);
    }
}
