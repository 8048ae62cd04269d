package io.mediamesh.e2e;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A client of {@code /ws/video-stream} without a browser. */
final class CameraClient implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Capture times of the frames, in Unix seconds. */
    final List<Double> timestamps = new CopyOnWriteArrayList<>();
    /** What came beside frames, each as {@code type: message}. */
    final List<String> words = new CopyOnWriteArrayList<>();

    final AtomicInteger frames = new AtomicInteger();
    volatile int closeStatus;
    private volatile String lastFrame = "";
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    CameraClient(Product product, String query) {
        socket = HTTP.newWebSocketBuilder()
                .buildAsync(URI.create(product.socketUrl("/ws/video-stream" + query)), this)
                .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            JsonObject message = new JsonObject(text.toString());
            text.setLength(0);
            if (message.getString("type").equals("frame")) {
                lastFrame = message.getString("data");
                timestamps.add(message.getDouble("timestamp"));
                frames.incrementAndGet();
            } else {
                words.add(message.getString("type") + ": " + message.getString("message"));
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closeStatus = status;
        return null;
    }

    void awaitFrames(int more) {
        int before = frames.get();
        Await.until(
                more + " more frames",
                () -> frames.get() - before + " and " + words,
                seen -> frames.get() >= before + more);
    }

    void awaitWord(String word) {
        Await.until("the message " + word, () -> words, all -> all.contains(word));
    }

    /** Width and height of the frame that came last, which must be a JPEG. */
    List<Integer> frameSize() {
        try {
            var picture =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(lastFrame)));
            return List.of(picture.getWidth(), picture.getHeight());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Frames a second by their capture times. */
    double rate() {
        List<Double> times = new ArrayList<>(timestamps);
        return (times.size() - 1) / (times.getLast() - times.getFirst());
    }

    @Override
    public void close() {
        socket.abort();
    }
}
