package io.mediamesh.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client of the WebSocket for sound that notes how old each result of a type is when it has come, and parses nothing
 * else of it. Both ends read the same wall clock.
 */
final class SoundViewer {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final int HEAD_CHARACTERS = 400;

    private final WebSocketClient client;
    private final Map<String, List<Double>> ages = new ConcurrentHashMap<>();

    private SoundViewer(WebSocketClient client) {
        this.client = client;
    }

    /** Opens one for all types of a stream. */
    static Future<SoundViewer> open(Vertx vertx, int port, String stream, String types) {
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(MAX_MESSAGE_BYTES).setMaxMessageSize(MAX_MESSAGE_BYTES));
        SoundViewer viewer = new SoundViewer(client);
        return client.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI("/?stream=" + stream + "&types=" + types))
                .map(socket -> {
                    socket.textMessageHandler(viewer::took);
                    return viewer;
                });
    }

    private void took(String message) {
        Instant now = Instant.now();
        String head = message.substring(0, Math.min(HEAD_CHARACTERS, message.length()));
        String type = after(head, "\"data_type\":\"", "\"");
        double timestamp = Double.parseDouble(after(head, "\"timestamp\":", ","));
        double age = now.getEpochSecond() + now.getNano() / 1e9 - timestamp;
        ages.computeIfAbsent(type, first -> new ArrayList<>()).add(1e3 * age);
    }

    private static String after(String text, String begin, String end) {
        int from = text.indexOf(begin);
        int to = text.indexOf(end, from + begin.length());
        if (from < 0 || to < 0) {
            throw new IllegalStateException("this is no result of an analysis: " + text);
        }
        return text.substring(from + begin.length(), to);
    }

    /** The ages in milliseconds of what has come since the last time this was asked, by type. */
    Future<Map<String, List<Double>>> takeAges(Vertx vertx) {
        return Future.future(taken -> vertx.setTimer(1, soon -> {
            Map<String, List<Double>> seen = new HashMap<>(ages);
            ages.clear();
            taken.complete(seen);
        }));
    }

    Future<Void> close() {
        return client.close();
    }
}
