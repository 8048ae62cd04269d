package io.mediamesh.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lines in {@code NAME.jsonl}. When it is as large as it may be it becomes {@code NAME.1.jsonl}, that one {@code
 * NAME.2.jsonl} and so on, and the oldest is deleted. Every call blocks, and there is one at a time.
 */
final class RotatingFile implements AutoCloseable {
    private static final String ENDING = ".jsonl";

    private final Path folder;
    private final String name;
    private final long mostBytes;
    private final int mostFiles;
    private FileChannel current;
    private long size;

    private RotatingFile(Path folder, String name, long mostBytes, int mostFiles) throws IOException {
        this.folder = folder;
        this.name = name;
        this.mostBytes = mostBytes;
        this.mostFiles = mostFiles;
        this.current = openCurrent();
        this.size = current.size();
    }

    /** Goes on where the file ends; half a line that a crash left behind is ended. */
    static RotatingFile open(Path folder, String name, long mostBytes, int mostFiles) throws IOException {
        Files.createDirectories(folder);
        RotatingFile file = new RotatingFile(folder, name, mostBytes, mostFiles);
        file.endLine();
        return file;
    }

    private FileChannel openCurrent() throws IOException {
        return FileChannel.open(
                path(folder, name, 0),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    private void endLine() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0 && current.read(last, size - 1) == 1 && last.get(0) != '\n') {
            write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    /** Appends a line. */
    void append(byte[] line) throws IOException {
        if (size > 0 && size + line.length + 1 > mostBytes) {
            rotate();
        }
        write(ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip());
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            size += current.write(bytes, size);
        }
    }

    private void rotate() throws IOException {
        current.close();
        Files.deleteIfExists(path(folder, name, mostFiles - 1));
        for (int index = mostFiles - 2; index >= 0; index--) {
            Path younger = path(folder, name, index);
            if (Files.exists(younger)) {
                Files.move(younger, path(folder, name, index + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        current = openCurrent();
        size = 0;
    }

    @Override
    public void close() throws IOException {
        current.close();
    }

    /** The files of this name that there are, the newest first. */
    static List<Path> files(Path folder, String name, int mostFiles) {
        return IntStream.range(0, mostFiles)
                .mapToObj(index -> path(folder, name, index))
                .filter(Files::isRegularFile)
                .toList();
    }

    private static Path path(Path folder, String name, int index) {
        return folder.resolve(index == 0 ? name + ENDING : name + "." + index + ENDING);
    }
}
