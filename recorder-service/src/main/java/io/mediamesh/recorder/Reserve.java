package io.mediamesh.recorder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Room on the disk that a recording keeps free for its last words: on a disk that is full to the last byte nobody could
 * write down that it has ended, and it would be taken for one that was cut off. Blocks.
 */
final class Reserve {
    private static final String NAME = "reserve";
    /** The manifest of a recording of some hundred parts. */
    private static final int BYTES = 128 << 10;

    private Reserve() {}

    static void keep(Path folder) throws IOException {
        Files.write(folder.resolve(NAME), new byte[BYTES]);
    }

    static void giveBack(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }
}
