package io.mediamesh.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A viewer of a topic, who counts what comes. */
final class TopicViewer implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final AtomicLong messages = new AtomicLong();
    private final WebSocket socket;

    TopicViewer(Product product, String stream, String topic) {
        socket = HTTP.newWebSocketBuilder()
                .buildAsync(URI.create(product.socketUrl("/api/v1/streams/" + stream + "/topics/" + topic)), this)
                .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        messages.incrementAndGet();
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
