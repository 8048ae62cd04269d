package io.mediamesh.e2e;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of the WebSocket for analyses of sound that keeps what it gets. */
final class SoundSocket implements AutoCloseable {
    private static final int LARGEST = 4 << 20;

    /** What came, in order. */
    final List<JsonObject> messages = new CopyOnWriteArrayList<>();

    private final WebSocketClient client;
    private final WebSocket socket;

    private SoundSocket(WebSocketClient client, WebSocket socket) {
        this.client = client;
        this.socket = socket;
    }

    /**
     * Opens one.
     *
     * @param query what follows the question mark
     */
    static SoundSocket open(Vertx vertx, int port, String query) {
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(LARGEST).setMaxMessageSize(LARGEST));
        return Await.result(client.connect(port, "127.0.0.1", "/?" + query).map(socket -> {
            SoundSocket opened = new SoundSocket(client, socket);
            socket.textMessageHandler(text -> opened.messages.add(new JsonObject(text)));
            return opened;
        }));
    }

    WebSocket socket() {
        return socket;
    }

    /** The code that it was closed with, once it is. */
    Optional<Integer> closed() {
        return socket.isClosed() ? Optional.of((int) socket.closeStatusCode()) : Optional.empty();
    }

    /** Results of this type so far. */
    List<JsonObject> results(String type) {
        return messages.stream()
                .filter(message -> message.containsKey("metadata"))
                .filter(message -> type.equals(message.getJsonObject("metadata").getString("data_type")))
                .toList();
    }

    /** What is wrong, as soon as that is said. */
    JsonObject complaint() {
        Await.until("a complaint", () -> messages.stream().anyMatch(message -> message.containsKey("error")));
        return messages.stream()
                .filter(message -> message.containsKey("error"))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        Await.result(client.close());
    }
}
