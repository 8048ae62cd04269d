package io.mediamesh.recorder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file that is being written. Everything but {@link #path} and {@link #size} belongs to the disk's thread. */
final class DiskFile {
    private final Path path;
    private volatile long size;
    private @Nullable FileChannel channel;
    private boolean touched;

    DiskFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Bytes written so far, all of them whole. */
    long size() {
        return size;
    }

    void append(byte[] data) throws IOException {
        put(ByteBuffer.wrap(data), size);
    }

    void put(ByteBuffer data, long position) throws IOException {
        FileChannel open = opened();
        long end = position + data.remaining();
        try {
            long at = position;
            while (data.hasRemaining()) {
                at += open.write(data, at);
            }
        } catch (IOException failed) {
            takeBack(open, failed);
            throw failed;
        }
        touched = true;
        size = Math.max(size, end);
    }

    /** What was begun and did not fit makes room again. */
    private void takeBack(FileChannel open, IOException failed) {
        try {
            open.truncate(size);
        } catch (IOException worse) {
            failed.addSuppressed(worse);
        }
    }

    private FileChannel opened() throws IOException {
        FileChannel present = channel;
        if (present == null) {
            present = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            size = present.size();
            channel = present;
        }
        return present;
    }

    /** Whether anything was written since it was forced to the disk. */
    boolean touched() {
        return touched;
    }

    void force() throws IOException {
        FileChannel present = channel;
        if (present != null && touched) {
            touched = false;
            present.force(false);
        }
    }

    void close() throws IOException {
        FileChannel present = channel;
        channel = null;
        if (present != null) {
            present.close();
        }
    }
}
