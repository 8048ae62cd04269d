package io.mediamesh.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broadcaster that sends each frame when the one before has come to its viewer, as pages do. On one event loop. */
final class PacedBroadcast {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    /** Enough for the region of one object, with its outline. */
    private static final int TAIL_BYTES = 1500;

    private static final long OPEN_SECONDS = 20;
    private static final long AGAIN_MILLIS = 1_000;

    private final List<WebSocketFrame> messages;
    private final WebSocket broadcaster;
    private final WebSocket viewer;
    private final WebSocketClient client;
    private long came;
    private long cameWithRegion;

    private PacedBroadcast(
            WebSocketClient client, WebSocket viewer, WebSocket broadcaster, List<WebSocketFrame> messages) {
        this.client = client;
        this.viewer = viewer;
        this.broadcaster = broadcaster;
        this.messages = messages;
    }

    /**
     * How much came so far.
     *
     * @param frames to the viewer
     * @param withRegion of these, those in which an object was found
     */
    record Counts(long frames, long withRegion) {}

    /** Sends the messages, again and again, from now on. */
    static PacedBroadcast begin(Vertx vertx, int port, String stream, List<String> messages) {
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(MAX_MESSAGE_BYTES).setMaxMessageSize(MAX_MESSAGE_BYTES));
        List<WebSocketFrame> frames = messages.stream()
                .map(text -> WebSocketFrame.binaryFrame(Buffer.buffer(text), true))
                .toList();
        return client.connect(port, "127.0.0.1", "/viewer?stream=" + stream)
                .compose(viewer -> client.connect(port, "127.0.0.1", "/broadcaster?stream=" + stream)
                        .map(broadcaster -> new PacedBroadcast(client, viewer, broadcaster, frames)))
                .compose(opened -> opened.first(vertx))
                .timeout(OPEN_SECONDS, TimeUnit.SECONDS)
                .await();
    }

    /** The first frame goes out until the viewer is let in. */
    private Future<PacedBroadcast> first(Vertx vertx) {
        Promise<PacedBroadcast> begun = Promise.promise();
        viewer.frameHandler(frame -> {
            if (frame.isText()) {
                came++;
                cameWithRegion += tail(frame.binaryData()).contains("\"masks_detected\":1") ? 1 : 0;
                begun.tryComplete(this);
                send();
            }
        });
        long again = vertx.setPeriodic(AGAIN_MILLIS, due -> send());
        return begun.future().onComplete(done -> vertx.cancelTimer(again));
    }

    private void send() {
        broadcaster.writeFrame(messages.get((int) (came % messages.size())));
    }

    private static String tail(Buffer message) {
        return message.getString(
                Math.max(0, message.length() - TAIL_BYTES), message.length(), StandardCharsets.US_ASCII.name());
    }

    Counts counts(Vertx vertx) {
        return Future.<Counts>future(
                        counted -> vertx.setTimer(1, soon -> counted.complete(new Counts(came, cameWithRegion))))
                .await();
    }

    void end() {
        broadcaster.close((short) 1000).compose(closed -> client.close()).await();
    }
}
