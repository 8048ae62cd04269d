package io.mediamesh.cluster.chaos;

import io.mediamesh.testkit.Await;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A broadcaster or a viewer of a broadcast, on a thread of its own, that connects again whenever it is cut off. */
final class HubClient implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Frames that came. */
    final AtomicLong frames = new AtomicLong();

    final AtomicLong sent = new AtomicLong();

    private final String path;
    private final Supplier<Gateway> gateways;
    private final Optional<String> message;
    private final Thread thread;
    private volatile boolean closed;

    private HubClient(String path, Supplier<Gateway> gateways, Optional<String> message) {
        this.path = path;
        this.gateways = gateways;
        this.message = message;
        this.thread = Thread.ofVirtual().start(this::work);
    }

    /** Sends this frame twenty times a second. */
    static HubClient broadcaster(String name, String base64, Supplier<Gateway> gateways) {
        return new HubClient(
                "/broadcaster?stream=" + name,
                gateways,
                Optional.of("{\"frame\":\"" + base64 + "\",\"hasrectangle\":false,\"rectangle\":{}}"));
    }

    static HubClient viewer(String name, Supplier<Gateway> gateways) {
        return new HubClient("/viewer?stream=" + name + "&id=1", gateways, Optional.empty());
    }

    /** Waits for so many more frames. */
    void await(int more) {
        long wanted = frames.get() + more;
        Await.until(more + " more frames from " + path, () -> frames.get() >= wanted);
    }

    private void work() {
        while (!closed) {
            Listener listener = new Listener();
            try {
                WebSocket socket = HTTP.newWebSocketBuilder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .buildAsync(gateways.get().socket(path), listener)
                        .join();
                while (!closed && !listener.over) {
                    message.ifPresent(text -> {
                        socket.sendText(text, true).join();
                        sent.incrementAndGet();
                    });
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                socket.abort();
            } catch (RuntimeException cutOff) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Listener implements WebSocket.Listener {
        private volatile boolean over;
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                if (text.indexOf("\"frame\"") >= 0) {
                    frames.incrementAndGet();
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            over = true;
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            over = true;
        }
    }
}
