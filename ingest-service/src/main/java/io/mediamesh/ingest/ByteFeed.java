package io.mediamesh.ingest;

import java.util.OptionalLong;

/** Bytes that libavformat reads through us instead of opening them itself. Used by one thread. */
interface ByteFeed extends AutoCloseable {
    /** The name of the only format that this can be; empty to find out. */
    String formatName();

    /** The number of bytes, where it is known. */
    OptionalLong lengthBytes();

    /**
     * Reads some bytes; blocks no longer than the source's guard allows.
     *
     * @return how many, at least 1; 0 at the end
     */
    int read(byte[] target, int most) throws SourceFault;

    /** Goes on from this byte; false where that is impossible. */
    boolean seek(long position) throws SourceFault;

    @Override
    void close();
}
