package io.mediamesh.recorder;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** What faults of the disk say to a person. */
final class Faults {
    private Faults() {}

    static String text(IOException fault) {
        if (fault instanceof FileSystemException file && file.getReason() == null) {
            return file.getClass().getSimpleName() + ": " + file.getFile();
        }
        String message = fault.getMessage();
        return message == null ? fault.getClass().getSimpleName() : message;
    }
}
