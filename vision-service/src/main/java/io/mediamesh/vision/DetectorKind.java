package io.mediamesh.vision;

import java.util.function.Supplier;

/**
 * A way to detect, from which every stream gets a detector of its own.
 *
 * @param name the word that chooses it in the settings
 * @param opener opens a detector; may block for milliseconds, and fails when the detector cannot work here
 */
public record DetectorKind(String name, Supplier<Detector> opener) {
    /** A detector for one more stream. */
    public Detector open() {
        return opener.get();
    }
}
