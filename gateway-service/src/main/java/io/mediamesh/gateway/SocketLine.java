package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A consumer on a WebSocket. Messages go out laid out as frames, the same bytes for everybody, but for a consumer that
 * wants them compressed.
 */
final class SocketLine extends AudioLine {

    private final FramedSocket frames;
    private final ServerWebSocket socket;
    private final boolean compressed;

    SocketLine(FramedSocket frames, boolean compressed) {
        this.frames = frames;
        this.socket = frames.socket();
        this.compressed = compressed;
    }

    /** The client is there. */
    void heardFrom() {
        frames.heardFrom();
    }

    @Override
    void send(Packet packet, AudioForm form, long dropped, AudioViewer sender) {
        if (compressed) {
            sendText(packet.audio().message(form).json(dropped), sender::written);
        } else {
            frames.writeFrameSoon(packet.audio().frame(form, dropped)).addListener((ChannelFutureListener) sender);
        }
    }

    @Override
    void sendText(byte[] json, Consumer<Boolean> done) {
        if (compressed) {
            socket.writeTextMessage(new String(json, StandardCharsets.UTF_8))
                    .onComplete(written -> done.accept(written.succeeded()));
        } else {
            frames.writeFrameSoon(WebSocketFraming.textFrame(json))
                    .addListener((ChannelFutureListener) written -> done.accept(written.isSuccess()));
        }
    }

    @Override
    void say(String name, JsonObject message) {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            socket.writeTextMessage(message.encode());
        }
    }

    @Override
    void refuse(MeshException failure) {
        short status =
                switch (failure.code()) {
                    case NOT_FOUND -> CloseStatus.NOT_FOUND;
                    case INVALID -> CloseStatus.INVALID;
                    default -> CloseStatus.GOING_AWAY;
                };
        say("error", Failures.toJson(failure));
        frames.close(status, String.valueOf(failure.getMessage()));
    }

    @Override
    void finish(String reason) {
        frames.close(CloseStatus.NORMAL, reason);
    }

    @Override
    void dismiss(String reason) {
        frames.close(CloseStatus.GOING_AWAY, reason);
    }

    @Override
    void cut() {
        frames.cut();
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        if (!frames.isThereAt(nowNanos)) {
            cut();
        }
    }
}
