package io.mediamesh.mesh;

/** The life of a node and its services. */
public enum ServiceState {
    /** Parts are being opened; not ready. */
    STARTING,
    /** At work. */
    READY,
    /** Hands its work over and takes none. */
    DRAINING,
    /** Everything is closed. */
    STOPPED
}
