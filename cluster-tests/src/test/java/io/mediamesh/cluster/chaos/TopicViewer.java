package io.mediamesh.cluster.chaos;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A viewer of a topic as a good client is: when its connection ends it opens another one, at whatever gateway it is given
 * then, at once after a farewell and a moment later after a break.
 */
final class TopicViewer implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    /** Data that came, over all connections. */
    final AtomicLong items = new AtomicLong();
    /** What was told of the topic: live, lost, ended. */
    final List<String> states = new CopyOnWriteArrayList<>();
    /** How connections ended. */
    final List<Integer> closes = new CopyOnWriteArrayList<>();

    private final AtomicInteger connection = new AtomicInteger();
    private final String path;
    private final Supplier<Gateway> gateways;
    private volatile @Nullable WebSocket socket;
    private volatile boolean closed;

    private TopicViewer(String path, Supplier<Gateway> gateways) {
        this.path = path;
        this.gateways = gateways;
    }

    /** Watches a topic and waits for the first item. */
    static TopicViewer of(String stream, String topic, Supplier<Gateway> gateways) {
        TopicViewer viewer = new TopicViewer("/api/v1/streams/" + stream + "/topics/" + topic, gateways);
        viewer.connect();
        viewer.await(1);
        return viewer;
    }

    static TopicViewer of(String stream, String topic, Gateway gateway) {
        return of(stream, topic, () -> gateway);
    }

    /** Waits for so many more items; what came before does not count. */
    void await(int more) {
        await(more, Duration.ofSeconds(20));
    }

    void await(int more, Duration limit) {
        long wanted = items.get() + more;
        try {
            Await.until(more + " more items of " + path, limit, () -> items.get() >= wanted);
        } catch (AssertionError inVain) {
            throw new AssertionError("there came " + items + ", told " + states + ", closed " + closes, inVain);
        }
    }

    private void connect() {
        int mine = connection.incrementAndGet();
        HTTP.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .buildAsync(gateways.get().socket(path), new Listener(mine))
                .whenComplete((opened, failure) -> {
                    if (failure != null) {
                        over(mine, 0);
                    } else if (closed) {
                        opened.abort();
                    } else {
                        socket = opened;
                    }
                });
    }

    private void over(int which, int status) {
        if (closed || which != connection.get()) {
            return;
        }
        if (status != 0) {
            closes.add(status);
        }
        long pauseMillis = status == 1001 || status == 1012
                ? 0
                : 50 + ThreadLocalRandom.current().nextLong(100);
        Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
            if (!closed) {
                connect();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final int which;
        private final StringBuilder text = new StringBuilder();

        Listener(int which) {
            this.which = which;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                text.setLength(0);
                if ("state".equals(message.getString("type"))) {
                    states.add(message.getString("state"));
                } else {
                    items.incrementAndGet();
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            over(which, status);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            over(which, 1006);
        }
    }
}
