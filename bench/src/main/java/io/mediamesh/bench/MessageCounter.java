package io.mediamesh.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A client of a WebSocket that counts text messages and notes how old the time in each is when it has come. It offers
 * compression, as browsers do. Both ends read the same wall clock.
 */
final class MessageCounter implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final String TIMESTAMP = "\"timestamp\":";

    private final WebSocketClient client;
    private final AtomicLong messages = new AtomicLong();
    private final ConcurrentHistogram micros = new ConcurrentHistogram(3);

    private MessageCounter(WebSocketClient client) {
        this.client = client;
    }

    /** Opens one. */
    static MessageCounter open(Vertx vertx, int port, String path) {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES)
                .setTryUsePerMessageCompression(true));
        MessageCounter counter = new MessageCounter(client);
        Future<Void> open = client.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI(path))
                .map(socket -> {
                    socket.textMessageHandler(counter::took);
                    return null;
                });
        open.await();
        return counter;
    }

    private void took(String message) {
        Instant now = Instant.now();
        messages.incrementAndGet();
        int from = message.lastIndexOf(TIMESTAMP) + TIMESTAMP.length();
        int to = from;
        while (to == from || (to < message.length() && ",}".indexOf(message.charAt(to)) < 0)) {
            to++;
        }
        double captured = Double.parseDouble(message.substring(from, to).strip());
        micros.recordValue(Math.max(0, Math.round((now.getEpochSecond() + now.getNano() / 1e9 - captured) * 1e6)));
    }

    /** How many came so far. */
    long messages() {
        return messages.get();
    }

    /** The ages of what came since the last time this was asked, in microseconds. */
    Histogram takeAges() {
        Histogram seen = micros.copy();
        micros.reset();
        return seen;
    }

    /** Messages a second of each while some time passes. */
    static Map<MessageCounter, Double> rates(Lab lab, Iterable<MessageCounter> counters, long millis)
            throws InterruptedException {
        Map<MessageCounter, Long> before = new LinkedHashMap<>();
        counters.forEach(counter -> before.put(counter, counter.messages()));
        long begin = System.nanoTime();
        lab.pause(millis);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Map<MessageCounter, Double> rates = new LinkedHashMap<>();
        before.forEach((counter, count) -> rates.put(counter, (counter.messages() - count) / seconds));
        return rates;
    }

    @Override
    public void close() {
        client.close().await();
    }
}
