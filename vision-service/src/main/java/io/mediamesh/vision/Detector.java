package io.mediamesh.vision;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import java.util.List;

/**
 * Finds objects in the pictures of one stream. It may remember earlier pictures. Calls come one at a time, in the
 * order of the pictures, but on changing threads; pictures may be left out and may change their size.
 */
public interface Detector extends AutoCloseable {
    /** The word that chooses it in the settings, for example {@code motion}. */
    String name();

    /**
     * What is in this picture, with boxes in its pixels. Takes milliseconds: call it on a bounded executor.
     *
     * @throws RuntimeException when the detector cannot go on; it is closed then and another one opened
     */
    List<Detection> detect(I420 picture);

    /** Frees what it took; safe to call twice. */
    @Override
    void close();
}
