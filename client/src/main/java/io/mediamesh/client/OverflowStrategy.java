package io.mediamesh.client;

/** What a full queue does with one more. */
public enum OverflowStrategy {
    /** The oldest makes room. */
    DROP_OLDEST,
    /** The new one is left out. */
    DROP_NEWEST,
    /** The oldest makes room, and the newest comes out first. */
    LIFO
}
