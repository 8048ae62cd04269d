package io.mediamesh.vision;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A way to detect, from which every stream gets a detector of its own.
 *
 * @param name the word that chooses it in the settings
 * @param opener opens a detector; may block for milliseconds, the first time for seconds, and fails when the detector
 *     cannot work here
 * @param shared what its detectors have in common, where that can be exchanged or has to be freed
 * @param classes the labels that its detectors give now; empty where that is not known
 */
public record DetectorKind(
        String name, Supplier<Detector> opener, Optional<Renewable> shared, Supplier<Optional<List<String>>> classes) {
    /** One whose detectors have nothing in common. */
    public DetectorKind(String name, Supplier<Detector> opener) {
        this(name, opener, Optional.empty(), Optional::empty);
    }

    /** One whose detectors work with something in common. */
    public DetectorKind(String name, Supplier<Detector> opener, Renewable shared) {
        this(name, opener, Optional.of(shared), Optional::empty);
    }

    /** The same where it is known which labels its detectors give. */
    public DetectorKind giving(Supplier<Optional<List<String>>> known) {
        return new DetectorKind(name, opener, shared, known);
    }

    /** A detector for one more stream. */
    public Detector open() {
        return opener.get();
    }
}
