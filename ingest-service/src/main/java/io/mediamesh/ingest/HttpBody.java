package io.mediamesh.ingest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands the body of a response from the event loop to one reading thread. At most about a megabyte waits; then the
 * connection is not read any more, which holds back the server.
 */
final class HttpBody implements AutoCloseable {
    private static final int HIGH_WATER_BYTES = 1 << 20;
    private static final int LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;
    private static final long SLICE_MILLIS = 20;

    private sealed interface Part {
        record Data(Buffer buffer) implements Part {}

        record End() implements Part {}

        record Broken(String why) implements Part {}
    }

    private final HttpClientResponse response;
    private final ReadGuard guard;
    // Bounded by HIGH_WATER_BYTES and what one read of the socket adds to it.
    private final LinkedBlockingQueue<Part> parts = new LinkedBlockingQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile boolean paused;
    private @Nullable Buffer current;
    private int used;

    /** Takes a paused response over; called on its event loop. */
    HttpBody(HttpClientResponse response, ReadGuard guard) {
        this.response = response;
        this.guard = guard;
        response.handler(buffer -> {
            parts.add(new Part.Data(buffer));
            if (waitingBytes.addAndGet(buffer.length()) > HIGH_WATER_BYTES) {
                paused = true;
                response.pause();
            }
        });
        response.endHandler(end -> parts.add(new Part.End()));
        response.exceptionHandler(failure -> parts.add(new Part.Broken(String.valueOf(failure.getMessage()))));
        response.resume();
    }

    HttpClientResponse response() {
        return response;
    }

    /** See {@link ByteFeed#read}. */
    int read(byte[] target, int most) throws SourceFault {
        Buffer from = current;
        if (from == null) {
            from = next();
            if (from == null) {
                return 0;
            }
        }
        int count = Math.min(most, from.length() - used);
        from.getBytes(used, used + count, target, 0);
        used += count;
        current = used == from.length() ? null : from;
        return count;
    }

    private @Nullable Buffer next() throws SourceFault {
        while (true) {
            switch (poll()) {
                case Part.Data data -> {
                    Buffer buffer = data.buffer();
                    if (waitingBytes.addAndGet(-buffer.length()) < LOW_WATER_BYTES && paused) {
                        paused = false;
                        response.resume();
                    }
                    if (buffer.length() > 0) {
                        used = 0;
                        return buffer;
                    }
                }
                case Part.End end -> {
                    parts.add(end);
                    return null;
                }
                case Part.Broken broken -> {
                    parts.add(broken);
                    throw SourceFault.retry("the connection broke: " + broken.why());
                }
            }
        }
    }

    private Part poll() throws SourceFault {
        try {
            while (true) {
                Part part = parts.poll(SLICE_MILLIS, TimeUnit.MILLISECONDS);
                if (part != null) {
                    return part;
                }
                if (guard.isStopped()) {
                    throw SourceFault.stopped();
                }
                if (guard.isLate()) {
                    throw SourceFault.retry("the server stopped sending");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw SourceFault.stopped();
        }
    }

    /** Ends the connection. */
    @Override
    public void close() {
        response.request().reset();
    }
}
