package io.mediamesh.gateway;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** An answer that is compressed as it goes: what was written can be read at once. Not thread-safe. */
final class GzipStream {
    private static final int WINDOW_BYTES = 512;

    private final ByteArrayOutputStream coded = new ByteArrayOutputStream();
    private final GZIPOutputStream gzip;

    GzipStream() {
        try {
            gzip = new GZIPOutputStream(coded, WINDOW_BYTES, true);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    /** The bytes that come next for this text. */
    Buffer code(Buffer text) {
        try {
            gzip.write(text.getBytes());
            gzip.flush();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return taken();
    }

    /** The last bytes; frees the compressor. */
    Buffer end() {
        try {
            gzip.close();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return taken();
    }

    private Buffer taken() {
        Buffer bytes = Buffer.buffer(coded.toByteArray());
        coded.reset();
        return bytes;
    }
}
