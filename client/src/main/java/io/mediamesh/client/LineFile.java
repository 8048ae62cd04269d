package io.mediamesh.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines, and older ones beside it with {@code .1}, {@code .2} … at the end of their names. Lines are whole: what
 * could be written in part only is taken back. Not thread-safe.
 */
final class LineFile implements AutoCloseable {
    private static final int MOST_PENDING_BYTES = 64 * 1024;

    private final Path path;
    private final long largestBytes;
    private final int maxFiles;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private int pendingLines;
    private @Nullable FileChannel file;
    private long fileBytes;

    LineFile(Path path, long largestBytes, int maxFiles) {
        this.path = path;
        this.largestBytes = largestBytes;
        this.maxFiles = maxFiles;
    }

    /** Adds a line to those that wait; true where there are so many that they ought to be flushed. */
    boolean add(String line) {
        pending.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        pending.write('\n');
        pendingLines++;
        return pending.size() >= MOST_PENDING_BYTES;
    }

    int pendingLines() {
        return pendingLines;
    }

    /**
     * Writes what waits. What fails is given up: the lines that waited are gone, and the next ones are tried again.
     *
     * @return how many lines were written
     */
    int flush() throws IOException {
        if (pendingLines == 0) {
            return 0;
        }
        int lines = pendingLines;
        ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
        pending.reset();
        pendingLines = 0;
        FileChannel open = opened();
        if (fileBytes > 0 && fileBytes + bytes.remaining() > largestBytes) {
            close();
            rotate();
            open = opened();
        }
        try {
            while (bytes.hasRemaining()) {
                open.write(bytes);
            }
            fileBytes += bytes.limit();
        } catch (IOException failure) {
            takeBack(open, failure);
            throw failure;
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        FileChannel open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    private FileChannel opened() throws IOException {
        FileChannel open = file;
        if (open == null) {
            open = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            fileBytes = open.size();
            open.position(fileBytes);
            file = open;
        }
        return open;
    }

    private void takeBack(FileChannel open, IOException failure) {
        try {
            open.truncate(fileBytes);
            open.position(fileBytes);
        } catch (IOException alsoThat) {
            failure.addSuppressed(alsoThat);
        }
    }

    private void rotate() throws IOException {
        Files.deleteIfExists(aged(maxFiles - 1));
        for (int age = maxFiles - 2; age >= 0; age--) {
            Path younger = aged(age);
            if (Files.exists(younger)) {
                Files.move(younger, aged(age + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path aged(int age) {
        return age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
    }
}
