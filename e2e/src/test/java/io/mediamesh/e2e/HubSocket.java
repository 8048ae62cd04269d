package io.mediamesh.e2e;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A broadcaster, a viewer or somebody who chats, with the JDK's client, which sends long messages in fragments. */
final class HubSocket implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long LIMIT_SECONDS = 60;

    final List<String> texts = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private HubSocket(Product product, String path) {
        socket = HTTP.newWebSocketBuilder()
                .buildAsync(URI.create(product.socketUrl(path)), this)
                .join();
    }

    static HubSocket open(Product product, String path) {
        return new HubSocket(product, path);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            texts.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(1006);
    }

    void send(String text) {
        socket.sendText(text, true).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** A frame, with what stands behind it in the message. */
    void send(String frame, String rest) {
        send("{\"frame\":\"" + frame + "\"," + rest + "}");
    }

    /** Waits for so many messages and gives the last of them. */
    String text(int count) {
        Await.until("message " + count + ", behind " + texts.size(), () -> texts.size() >= count);
        return texts.get(count - 1);
    }

    JsonObject json(int count) {
        return new JsonObject(text(count));
    }

    JsonObject metadata(int count) {
        return json(count).getJsonObject("metadata");
    }

    int closeCode() {
        return closed.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Says that there is nothing more to come. */
    void finish() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
