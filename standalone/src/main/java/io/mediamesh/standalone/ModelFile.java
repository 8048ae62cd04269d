package io.mediamesh.standalone;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxFile;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.vision.onnx.DetectorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files that the commands for models take. */
final class ModelFile {
    private static final int WIDTH_PX = 1280;
    private static final int HEIGHT_PX = 720;
    private static final byte GREY = (byte) 128;

    private ModelFile() {}

    static DetectorModel load(@Nullable Path file, int threads) {
        if (file == null) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT, MeshException.invalid("file", "no file of a model is given"));
        }
        try {
            return DetectorModel.load("the command line", file, OnnxFile.MOST_BYTES, threads);
        } catch (MeshException refused) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, refused);
        }
    }

    /** A JPEG or PNG, or an even picture where none is given. */
    static I420 picture(Optional<Path> file) {
        if (file.isEmpty()) {
            byte[] planes = new byte[I420.sizeBytes(WIDTH_PX, HEIGHT_PX)];
            Arrays.fill(planes, GREY);
            return new I420(WIDTH_PX, HEIGHT_PX, I420.Range.FULL, Bytes.takeOver(planes));
        }
        try {
            return new OpenCvPictureCodec().decodeFile(Bytes.takeOver(Files.readAllBytes(file.get())));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT,
                    new MeshException(
                            FailureCode.NOT_FOUND, "there is no picture that can be read: " + file.get(), unreadable));
        } catch (MeshException noPicture) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, noPicture);
        }
    }
}
