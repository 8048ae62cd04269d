package io.mediamesh.gateway;

import io.mediamesh.testkit.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A client of the hub whose messages are one frame each, however large. */
final class HubClient implements AutoCloseable {
    private static final int LARGEST_BYTES = 64 << 20;

    final List<String> texts = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final WebSocket socket;
    private final WebSocketClient client;

    private HubClient(RunningGateway gateway, String path) {
        client = gateway.vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(LARGEST_BYTES).setMaxMessageSize(LARGEST_BYTES));
        CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        client.webSocket()
                .textMessageHandler(texts::add)
                .connect(gateway.port(), "127.0.0.1", path)
                .onSuccess(socket -> {
                    socket.closeHandler(over -> closed.complete(status(socket)));
                    opened.complete(socket);
                })
                .onFailure(opened::completeExceptionally);
        socket = opened.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static int status(WebSocket socket) {
        Short status = socket.closeStatusCode();
        return status == null ? 1006 : status;
    }

    static HubClient open(RunningGateway gateway, String path) {
        return new HubClient(gateway, path);
    }

    HubClient send(String text) {
        Await.result(socket.writeFinalTextFrame(text));
        return this;
    }

    HubClient sendBinary(byte[] bytes) {
        Await.result(socket.writeFinalBinaryFrame(Buffer.buffer(bytes)));
        return this;
    }

    /** A frame of a broadcast, without a rectangle. */
    HubClient sendFrame(String frame) {
        return send("{\"frame\":\"" + frame + "\",\"hasrectangle\":false,\"rectangle\":{}}");
    }

    /** A frame in which an object is to be followed. */
    HubClient sendTracked(String frame, String rectangle) {
        return send("{\"frame\":\"" + frame + "\",\"hasrectangle\":true"
                + (rectangle.isEmpty() ? "" : ",\"rectangle\":" + rectangle) + "}");
    }

    /** Waits for so many messages and gives the last of them. */
    String text(int count) {
        Await.until("message " + count + " arrives", () -> texts.size() >= count);
        return texts.get(count - 1);
    }

    JsonObject metadata(int count) {
        return new JsonObject(text(count)).getJsonObject("metadata");
    }

    int closeCode() {
        return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Closes as a page does that has nothing more to send. */
    void finish() {
        socket.close((short) 1000);
    }

    /** Closes without a word, as if the process had been killed. */
    void kill() {
        Transport.cut(((WebSocketInternal) socket).channelHandlerContext().channel());
    }

    @Override
    public void close() {
        client.close();
    }
}
