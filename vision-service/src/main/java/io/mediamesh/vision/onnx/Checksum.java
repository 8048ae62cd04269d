package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Whether a file is the one that its manifest speaks of. */
final class Checksum {
    private Checksum() {}

    static void check(String namedBy, Path file, long maxBytes, String expected) {
        OnnxFile.check(namedBy, file, maxBytes);
        try {
            String found = sha256(file);
            if (!found.equalsIgnoreCase(expected)) {
                throw new MeshException(
                        FailureCode.UNAVAILABLE,
                        namedBy + " names " + file.getFileName()
                                + ", which is not the file of its manifest: its sha256 is " + found
                                + ", and the manifest says " + expected);
            }
        } catch (IOException unreadable) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    namedBy + " names no file that can be read: " + file.getFileName(),
                    unreadable);
        }
    }

    /** In small hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
