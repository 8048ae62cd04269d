package io.mediamesh.cluster.container;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A WebSocket and the messages that came over it, as JSON; one that is none has a field text. */
final class Socket implements AutoCloseable, WebSocket.Listener {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ConcurrentLinkedQueue<JsonObject> messages = new ConcurrentLinkedQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    private Socket() {}

    static Socket open(HttpClient http, URI uri) {
        Socket client = new Socket();
        client.socket = http.newWebSocketBuilder()
                .connectTimeout(LIMIT)
                .buildAsync(uri, client)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        return client;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String message = partial.toString();
            messages.add(message.startsWith("{") ? new JsonObject(message) : new JsonObject().put("text", message));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    void send(JsonObject message) {
        if (socket != null) {
            socket.sendText(message.encode(), true).join();
        }
    }

    /** Waits for a message that is as wanted; those before it are dropped. */
    JsonObject await(String what, Predicate<JsonObject> wanted) {
        JsonObject[] found = new JsonObject[1];
        Await.until(what, LIMIT, () -> {
            JsonObject message = messages.poll();
            if (message != null && wanted.test(message)) {
                found[0] = message;
            }
            return found[0] != null;
        });
        return found[0];
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }
}
