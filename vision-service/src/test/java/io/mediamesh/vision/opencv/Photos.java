package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OpenCvPictureCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Photographs that lie beside the checkout, in shared/images; a test that needs one is skipped where it is absent. */
final class Photos {
    private Photos() {}

    static I420 read(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared/images").resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    return new OpenCvPictureCodec().decode(Bytes.takeOver(Files.readAllBytes(file)));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
        }
        return Assumptions.abort("the picture shared/images/" + name + " is not beside the checkout");
    }
}
