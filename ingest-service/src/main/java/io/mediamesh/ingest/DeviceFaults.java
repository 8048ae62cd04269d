package io.mediamesh.ingest;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What error numbers mean for a camera of this machine, in words for the person who can put it right. None of them is
 * final: cameras are plugged in again, and let go by other programs.
 *
 * @param path of its device file
 */
record DeviceFaults(String path) implements ErrorMeaning {
    // Negative numbers of errno.h, the same on Linux and macOS.
    private static final int NOT_PERMITTED = -1;
    private static final int NO_ENTRY = -2;
    private static final int IO_ERROR = -5;
    private static final int NO_ADDRESS = -6;
    private static final int ACCESS_DENIED = -13;
    private static final int BUSY = -16;
    private static final int NO_DEVICE = -19;
    private static final int INVALID_ARGUMENT = -22;
    private static final int NOT_A_TERMINAL = -25;

    @Override
    public SourceFault whenOpening(int error) {
        return SourceFault.retry(
                switch (error) {
                    case NO_ENTRY, NO_ADDRESS -> "the camera " + path + " is not there; plug it in";
                    case NOT_PERMITTED, ACCESS_DENIED ->
                        "no permission to open the camera " + path + "; add the user of this server to the group of the"
                                + " file, mostly video";
                    case BUSY -> "the camera " + path + " is in use by another program; close that program";
                    case NO_DEVICE ->
                        Files.exists(Path.of(path))
                                ? path + " gives no pictures; many cameras have a second device file, try that one"
                                : "the camera " + path + " is not there; plug it in";
                    case NOT_A_TERMINAL -> path + " is not a camera";
                    case INVALID_ARGUMENT -> "the camera " + path + " does not take the size, fps or format asked for";
                    default -> "the camera " + path + " can't be opened: " + AvFaults.text(error);
                });
    }

    @Override
    public SourceFault whenReading(int error) {
        return SourceFault.retry(
                switch (error) {
                    case NO_DEVICE, NO_ADDRESS, NO_ENTRY, IO_ERROR ->
                        "the camera " + path + " was unplugged, or is broken";
                    default -> "the camera " + path + " stopped: " + AvFaults.text(error);
                });
    }
}
