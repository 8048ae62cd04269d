package io.mediamesh.gateway;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket client, which collects what it gets. */
final class SocketClient implements WebSocket.Listener, AutoCloseable {
    /** The texts that are JSON. */
    final List<JsonObject> texts = new CopyOnWriteArrayList<>();

    final List<String> rawTexts = new CopyOnWriteArrayList<>();
    final List<byte[]> binaries = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    volatile String closeReason = "";

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final CompletableFuture<WebSocket> socket;

    private SocketClient(HttpClient http, URI uri, String... headers) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        for (int index = 0; index < headers.length; index += 2) {
            builder.header(headers[index], headers[index + 1]);
        }
        this.socket = builder.buildAsync(uri, this);
    }

    /** Opens a connection, which must succeed. */
    static SocketClient open(RunningGateway gateway, String path, String... headers) {
        SocketClient client = new SocketClient(gateway.http, gateway.socketUri(path), headers);
        client.socket.orTimeout(20, TimeUnit.SECONDS).join();
        return client;
    }

    /** Opens a connection to any server, which must succeed. */
    static SocketClient open(HttpClient http, URI uri) {
        SocketClient client = new SocketClient(http, uri);
        client.socket.orTimeout(20, TimeUnit.SECONDS).join();
        return client;
    }

    /** Opens a connection to the port for analyses of sound. */
    static SocketClient openAudio(RunningGateway gateway, String path, String... headers) {
        SocketClient client = new SocketClient(gateway.http, audioUri(gateway, path), headers);
        client.socket.orTimeout(20, TimeUnit.SECONDS).join();
        return client;
    }

    static URI audioUri(RunningGateway gateway, String path) {
        return URI.create("ws://127.0.0.1:" + gateway.audioPort(AudioProtocolKind.WEBSOCKET) + path);
    }

    void send(String message) {
        socket.join().sendText(message, true).join();
    }

    /** Sends unless the server has closed. */
    void trySend(String message) {
        try {
            send(message);
        } catch (CompletionException alreadyClosed) {
            // told by closed
        }
    }

    void send(byte[] message) {
        socket.join().sendBinary(ByteBuffer.wrap(message), true).join();
    }

    /** The status of a handshake that must be refused. */
    static int refusal(RunningGateway gateway, String path, String... headers) {
        return refusal(gateway, gateway.socketUri(path), headers);
    }

    static int refusal(RunningGateway gateway, URI uri, String... headers) {
        SocketClient client = new SocketClient(gateway.http, uri, headers);
        try {
            client.socket.orTimeout(20, TimeUnit.SECONDS).join();
            throw new AssertionError("the handshake was accepted");
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw failed;
        }
    }

    int closeCode() {
        return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            rawTexts.add(text.toString());
            if (text.charAt(0) == '{') {
                texts.add(new JsonObject(text.toString()));
            }
            text.setLength(0);
        }
        webSocket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] chunk = new byte[data.remaining()];
        data.get(chunk);
        binary.writeBytes(chunk);
        if (last) {
            binaries.add(binary.toByteArray());
            binary.reset();
        }
        webSocket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closeReason = reason;
        closed.complete(statusCode);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    /** Closes without a word. */
    void kill() {
        socket.thenAccept(WebSocket::abort);
    }

    /** Closes in good order. */
    void finish() {
        socket.join().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Override
    public void close() {
        socket.thenAccept(WebSocket::abort);
    }
}
