package io.mediamesh.standalone;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.BoxPainter;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.vision.onnx.DetectorModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a model is taken for, and what it finds in a picture. */
@Command(
        name = "check",
        description = "Tell what a model is taken for, and what it finds in a picture.",
        mixinStandardHelpOptions = true)
final class ModelCheck implements Callable<Integer> {
    private static final int QUALITY = 92;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The model, an ONNX file; a manifest beside it is read.")
    private @Nullable Path file;

    @Option(names = "--picture", paramLabel = "PICTURE", description = "A JPEG or PNG to look at.")
    private @Nullable Path picture;

    @Option(
            names = "--out",
            paramLabel = "JPEG",
            description = "Where the picture with boxes is written; else PICTURE-found.jpg in the working folder.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        if (spec == null) {
            return ExitCode.FAILED;
        }
        PrintWriter terminal = spec.commandLine().getOut();
        try (DetectorModel model = ModelFile.load(file, 1)) {
            model.description().forEach(terminal::println);
            if (picture == null) {
                terminal.println("It runs. With --picture FILE it tells what it finds there.");
            } else {
                look(model, picture, terminal);
            }
            return 0;
        }
    }

    private void look(DetectorModel model, Path photo, PrintWriter terminal) {
        I420 seen = ModelFile.picture(Optional.of(photo));
        List<Detection> found = model.detect(seen, 0);
        terminal.println();
        terminal.println("found        " + (found.isEmpty() ? "nothing" : ""));
        found.forEach(each -> terminal.println(String.format(
                Locale.ROOT,
                "  %-20s %3.0f %%  (%.0f, %.0f) to (%.0f, %.0f)",
                each.label(),
                each.confidence() * 100,
                each.x1(),
                each.y1(),
                each.x2(),
                each.y2())));
        Path target = out == null ? Path.of(stem(photo) + "-found.jpg") : out;
        I420 painted =
                new BoxPainter().paint(seen, new Detections(model.family(), seen.widthPx(), seen.heightPx(), 0, found));
        try {
            Files.write(
                    target,
                    new OpenCvPictureCodec()
                            .encode(painted, JpegForm.ofQuality(QUALITY))
                            .bytes()
                            .toArray());
        } catch (IOException refused) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    new MeshException(FailureCode.INVALID, "the picture cannot be written to " + target, refused));
        }
        terminal.println("written to   " + target);
    }

    private static String stem(Path photo) {
        String name = String.valueOf(photo.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
