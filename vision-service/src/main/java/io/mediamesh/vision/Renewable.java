package io.mediamesh.vision;

/** What all detectors of a kind share, and what may be exchanged while they work. Thread-safe. */
public interface Renewable extends AutoCloseable {
    /**
     * Looks whether there is something newer, and takes it. Takes up to seconds; detectors go on meanwhile.
     *
     * @return whether it is another one now
     * @throws RuntimeException once for each newer one that is no good; what was there before stays
     */
    boolean renew();

    /** Frees what it took, when the last detector is done with it; safe to call twice. */
    @Override
    void close();
}
