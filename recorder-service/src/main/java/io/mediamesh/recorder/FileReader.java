package io.mediamesh.recorder;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.RecorderProtocol;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Reads pieces of files, also of those that are being written. Blocks. */
final class FileReader {
    /**
     * Whether a request can be answered at all.
     *
     * @param names those of the recording's files
     */
    static void check(RecorderProtocol.Read request, Set<String> names) {
        if (!names.contains(request.file()) && !request.file().equals(Manifest.NAME)) {
            throw new MeshException(
                    FailureCode.NOT_FOUND,
                    "the recording " + request.recording() + " has no file " + Quoted.of(request.file()),
                    "file");
        }
        if (request.offset() < 0) {
            throw MeshException.invalid("offset", "the offset must be 0 or more, not " + request.offset());
        }
        if (request.length() < 1 || request.length() > RecorderProtocol.MOST_READ_BYTES) {
            throw MeshException.invalid(
                    "length",
                    "the length must be 1 to " + RecorderProtocol.MOST_READ_BYTES + " bytes, not " + request.length());
        }
    }

    Buffer read(Path file, RecorderProtocol.Read request) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            int length = Math.clamp(channel.size() - request.offset(), 0, request.length());
            ByteBuffer target = ByteBuffer.allocate(length);
            long at = request.offset();
            while (target.hasRemaining()) {
                int count = channel.read(target, at);
                if (count < 0) {
                    break;
                }
                at += count;
            }
            return Buffer.buffer(target.position()).appendBytes(target.array(), 0, target.position());
        } catch (NoSuchFileException notYet) {
            return Buffer.buffer();
        }
    }
}
