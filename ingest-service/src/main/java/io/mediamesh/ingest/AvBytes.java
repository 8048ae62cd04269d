package io.mediamesh.ingest;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Gives libavformat the bytes of a {@link ByteFeed}. JavaCPP has room for few callback objects, so all feeds share
 * one and are told apart by a number.
 */
final class AvBytes implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CURRENT = 1;
    private static final int SEEK_END = 2;
    private static final int ERROR_IO = -5;

    private static final Map<Long, AvBytes> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT_ID = new AtomicLong(1);
    private static final Read READ = new Read();
    private static final Seek SEEK = new Seek();

    private final ByteFeed feed;
    private final LongPointer id = new LongPointer(1);
    private final AVIOContext context;
    private final byte[] chunk = new byte[BUFFER_BYTES];
    private long position;
    private boolean closed;
    private @Nullable SourceFault fault;

    AvBytes(ByteFeed feed) {
        this.feed = feed;
        id.put(NEXT_ID.getAndIncrement());
        BytePointer buffer = new BytePointer(avutil.av_malloc(BUFFER_BYTES)).capacity(BUFFER_BYTES);
        this.context = avformat.avio_alloc_context(buffer, BUFFER_BYTES, 0, id, READ, null, SEEK);
        if (feed.lengthBytes().isEmpty()) {
            context.seekable(0);
        }
        OPEN.put(id.get(), this);
    }

    AVIOContext context() {
        return context;
    }

    /** The fault that the feed had, which says more than the error number that libavformat passes on. */
    Optional<SourceFault> fault() {
        return Optional.ofNullable(fault);
    }

    private int read(BytePointer target, int size) {
        try {
            int count = feed.read(chunk, Math.min(size, chunk.length));
            if (count == 0) {
                return avutil.AVERROR_EOF();
            }
            target.put(chunk, 0, count);
            position += count;
            return count;
        } catch (SourceFault failed) {
            fault = failed;
            return failed.remedy() == SourceFault.Remedy.STOP ? avutil.AVERROR_EXIT() : ERROR_IO;
        }
    }

    private long seek(long offset, int whence) {
        long length = feed.lengthBytes().orElse(-1);
        if ((whence & avformat.AVSEEK_SIZE) != 0) {
            return length < 0 ? ERROR_IO : length;
        }
        long wanted =
                switch (whence & ~avformat.AVSEEK_FORCE) {
                    case SEEK_SET -> offset;
                    case SEEK_CURRENT -> position + offset;
                    case SEEK_END -> length < 0 ? -1 : length + offset;
                    default -> -1;
                };
        try {
            if (wanted < 0 || !feed.seek(wanted)) {
                return ERROR_IO;
            }
            position = wanted;
            return wanted;
        } catch (SourceFault failed) {
            fault = failed;
            return ERROR_IO;
        }
    }

    /** Frees the native parts and closes the feed; the format context that used them must be closed already. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        OPEN.remove(id.get());
        // libavformat may have exchanged the buffer that it was given.
        avutil.av_free(context.buffer());
        avformat.avio_context_free(context);
        id.close();
        feed.close();
    }

    private static final class Read extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer opaque, BytePointer target, int size) {
            try {
                AvBytes bytes = OPEN.get(new LongPointer(opaque).get());
                return bytes == null ? avutil.AVERROR_EXIT() : bytes.read(target, size);
            } catch (RuntimeException | Error mustNotReachNativeCode) {
                return ERROR_IO;
            }
        }
    }

    private static final class Seek extends Seek_Pointer_long_int {
        @Override
        public long call(Pointer opaque, long offset, int whence) {
            try {
                AvBytes bytes = OPEN.get(new LongPointer(opaque).get());
                return bytes == null ? ERROR_IO : bytes.seek(offset, whence);
            } catch (RuntimeException | Error mustNotReachNativeCode) {
                return ERROR_IO;
            }
        }
    }
}
