package io.mediamesh.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A client of a video topic's WebSocket: for each frame a text message and then the JPEG. */
final class TopicViewer {
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final WebSocketClient client;
    private final WebSocket socket;

    private TopicViewer(WebSocketClient client, WebSocket socket) {
        this.client = client;
        this.socket = socket;
    }

    /** Called on the client's event loop as soon as the last byte of a frame is there. */
    interface Watcher {
        /**
         * A frame.
         *
         * @param header the text message before the picture
         * @param jpeg the picture
         */
        void frame(JsonObject header, Buffer jpeg);
    }

    /** Opens a viewer. */
    static Future<TopicViewer> open(Vertx vertx, int port, String path, Watcher watcher) {
        WebSocketClientOptions options =
                new WebSocketClientOptions().setMaxFrameSize(MAX_MESSAGE_BYTES).setMaxMessageSize(MAX_MESSAGE_BYTES);
        WebSocketClient client = vertx.createWebSocketClient(options);
        WebSocketConnectOptions target =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
        return client.connect(target)
                .map(socket -> {
                    Pairing pairing = new Pairing(watcher);
                    socket.textMessageHandler(pairing::text);
                    socket.binaryMessageHandler(pairing::binary);
                    return new TopicViewer(client, socket);
                })
                .onFailure(failed -> client.close());
    }

    Future<Void> close() {
        return socket.close().otherwiseEmpty().compose(closed -> client.close());
    }

    private static final class Pairing {
        private final Watcher watcher;
        private @Nullable JsonObject header;

        Pairing(Watcher watcher) {
            this.watcher = watcher;
        }

        void text(String message) {
            header = new JsonObject(message);
        }

        void binary(Buffer jpeg) {
            JsonObject before = header;
            header = null;
            if (before != null) {
                watcher.frame(before, jpeg);
            }
        }
    }
}
