package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.onnx.InputForm.Colours;
import io.mediamesh.vision.onnx.InputForm.Fit;
import io.mediamesh.vision.onnx.OutputForm.Activation;
import io.mediamesh.vision.onnx.OutputForm.Background;
import io.mediamesh.vision.onnx.OutputForm.BoxForm;
import io.mediamesh.vision.onnx.OutputForm.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What its owner says about a model, in a YAML file beside it: {@code yolo.yaml} for {@code yolo.onnx}. Everything may be
 * left out that can be recognised.
 *
 * @param widthPx of the input, where the model leaves it open
 * @param heightPx likewise
 * @param planar whether the colours come one after the other
 * @param mean of the three colours
 * @param deviation of the three colours
 * @param padding beside the picture, 0 to 255
 * @param confidence below which objects are left out
 * @param overlap from which on boxes of a class mean the same object
 * @param sha256 of the model's file, in hexadecimal digits
 */
record Manifest(
        Optional<Family> family,
        List<String> labels,
        OptionalInt widthPx,
        OptionalInt heightPx,
        Optional<Boolean> planar,
        Optional<Colours> colours,
        Optional<List<Double>> mean,
        Optional<List<Double>> deviation,
        Optional<Fit> fit,
        OptionalInt padding,
        Optional<BoxForm> boxForm,
        Optional<Unit> unit,
        Optional<Activation> activation,
        Optional<Background> background,
        OptionalDouble confidence,
        OptionalDouble overlap,
        Optional<String> licence,
        Optional<String> sha256) {
    private static final long MOST_BYTES = 1 << 20;

    /** The one beside the model; one that says nothing where there is none. */
    static Manifest beside(Path model) {
        Path file = fileFor(model);
        if (!Files.exists(file)) {
            return of("", file.getFileName().toString());
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new MeshException(
                        FailureCode.TOO_LARGE, "the manifest " + file.getFileName() + " has more than a mebibyte");
            }
            return of(Files.readString(file), file.getFileName().toString());
        } catch (IOException unreadable) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE, "the manifest " + file.getFileName() + " cannot be read", unreadable);
        }
    }

    /** Where the manifest of a model is looked for. */
    static Path fileFor(Path model) {
        String name = model.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return model.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".yaml");
    }

    /**
     * Reads the text.
     *
     * @param name of the file, for messages
     * @throws MeshException naming the key and what is allowed
     */
    static Manifest of(String yaml, String name) {
        ManifestReader all = ManifestReader.of(yaml, name);
        ManifestReader input = all.under("input");
        ManifestReader boxes = all.under("boxes");
        ManifestReader scores = all.under("scores");
        Manifest manifest = new Manifest(
                all.word("family", Family.ids()).flatMap(Family::ofId),
                all.texts("labels"),
                input.whole("width", 16, InputPort.MOST_SIDE_PX),
                input.whole("height", 16, InputPort.MOST_SIDE_PX),
                input.word("layout", List.of("nchw", "nhwc")).map("nchw"::equals),
                input.choice("colours", Colours.values()),
                input.three("mean"),
                input.three("deviation"),
                input.choice("fit", Fit.values()),
                input.whole("padding", 0, 255),
                boxes.choice("form", BoxForm.values()),
                boxes.choice("unit", Unit.values()),
                scores.choice("activation", Activation.values()),
                scores.choice("background", Background.values()),
                all.number("confidence", 0, 1),
                all.number("overlap", 0, 1),
                all.text("licence"),
                all.text("sha256"));
        for (ManifestReader part : List.of(input, boxes, scores, all)) {
            part.checkAllKnown();
        }
        return manifest;
    }
}
