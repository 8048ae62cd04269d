package io.mediamesh.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * A viewer of a topic as a good client is: when its connection ends, it opens another one at whatever port it is given then.
 * Its event loop notes when items come.
 */
final class ResumingViewer implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final long RETRY_MILLIS = 50;
    private static final short GOING_AWAY = 1001;

    private final Vertx vertx;
    private final WebSocketClient client;
    private final String path;
    private final IntSupplier ports;
    private final AtomicLong items = new AtomicLong();
    private final AtomicLong longestGapNanos = new AtomicLong();
    private volatile long lastNanos = System.nanoTime();
    private final AtomicInteger losses = new AtomicInteger();
    private volatile long backNanos;
    private volatile long connectedNanos;
    private volatile long firstOnConnectionNanos;
    private volatile boolean closed;

    private ResumingViewer(Vertx vertx, String path, IntSupplier ports) {
        this.vertx = vertx;
        this.path = path;
        this.ports = ports;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(1_000)
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES));
    }

    /** Begins to watch a topic. */
    static ResumingViewer open(Lab lab, String stream, String topic, IntSupplier ports) {
        ResumingViewer viewer = new ResumingViewer(lab.vertx(), Product.topicPath(stream, topic), ports);
        viewer.connect();
        return viewer;
    }

    private void connect() {
        client.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(ports.getAsInt())
                        .setURI(path))
                .onSuccess(this::watch)
                .onFailure(refused -> later(RETRY_MILLIS));
    }

    private void watch(WebSocket socket) {
        connectedNanos = System.nanoTime();
        firstOnConnectionNanos = 0;
        socket.textMessageHandler(this::text);
        socket.closeHandler(over -> {
            Short status = socket.closeStatusCode();
            later(status != null && status == GOING_AWAY ? 1 : RETRY_MILLIS);
        });
        if (closed) {
            socket.close();
        }
    }

    private void later(long millis) {
        if (!closed) {
            vertx.setTimer(millis, due -> connect());
        }
    }

    private void text(String message) {
        JsonObject json = new JsonObject(message);
        if ("state".equals(json.getString("type"))) {
            if (json.getString("state").equals("lost")) {
                backNanos = 0;
                losses.incrementAndGet();
            }
            return;
        }
        long now = System.nanoTime();
        longestGapNanos.accumulateAndGet(now - lastNanos, Math::max);
        lastNanos = now;
        if (firstOnConnectionNanos == 0) {
            firstOnConnectionNanos = now;
        }
        if (backNanos == 0) {
            backNanos = now;
        }
        items.incrementAndGet();
    }

    long items() {
        return items.get();
    }

    /** How often it was told that there is no producer. */
    int losses() {
        return losses.get();
    }

    /** When the first item came after the last loss; 0 while none has. */
    long backNanos() {
        return backNanos;
    }

    /** When the first item came on the present connection; 0 while none has. */
    long firstOnConnectionNanos() {
        return firstOnConnectionNanos;
    }

    long connectedNanos() {
        return connectedNanos;
    }

    /** Forgets how long it waited so far. */
    void resetGap() {
        lastNanos = System.nanoTime();
        longestGapNanos.set(0);
    }

    /** The longest time without an item. */
    double longestGapMillis() {
        return Math.max(longestGapNanos.get(), System.nanoTime() - lastNanos) / 1e6;
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }
}
