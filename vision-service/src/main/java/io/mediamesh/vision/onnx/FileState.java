package io.mediamesh.vision.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** By what it is seen that a model or its manifest was exchanged; absent where there is no such file. */
record FileState(Optional<Version> model, Optional<Version> manifest) {
    /** The key tells a file from another one that was moved to its place. */
    record Version(long bytes, long modifiedMillis, String key) {
        static Optional<Version> of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return Optional.of(new Version(
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis(),
                        String.valueOf(attributes.fileKey())));
            } catch (IOException absent) {
                return Optional.empty();
            }
        }
    }

    static FileState of(Path model) {
        return new FileState(Version.of(model), Version.of(Manifest.fileFor(model)));
    }
}
