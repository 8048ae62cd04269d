package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A viewer on a WebSocket. Handshake, control frames and closing are the library's; messages come laid out as frames
 * and enter the connection below the library's encoder, so that the same bytes serve every viewer without a copy.
 */
final class SocketViewer extends Viewer implements ChannelFutureListener {
    private static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;
    private static final short POLICY_VIOLATION = 1008;
    private static final int MAX_REASON_BYTES = 123;
    private static final long PING_NANOS = 20_000_000_000L;
    private static final long SILENCE_NANOS = 60_000_000_000L;

    private final ServerWebSocket socket;
    private final ChannelHandlerContext belowEncoder;
    private final SocketForm form;
    private Optional<Viewer> companion = Optional.empty();
    private long heardNanos = System.nanoTime();
    private long pingedNanos = System.nanoTime();

    /**
     * @param channel the connection that the socket lives on
     */
    SocketViewer(
            Channel channel, ServerWebSocket socket, SocketForm form, ViewOptions options, ViewerCounters counters) {
        super(options, counters);
        this.socket = socket;
        this.form = form;
        ChannelHandlerContext encoder = channel.pipeline().context(WebSocketFrameEncoder.class);
        if (encoder == null) {
            throw new IllegalStateException("the connection has no WebSocket encoder");
        }
        this.belowEncoder = encoder;
        socket.closeHandler(closed -> gone());
        socket.exceptionHandler(broken -> gone());
        socket.pongHandler(pong -> heardNanos = System.nanoTime());
        // Viewers have nothing to say: what they send is read and dropped, so that closing and pongs are seen.
        socket.handler(unused -> heardNanos = System.nanoTime());
    }

    /** Where messages enter that are laid out as frames. */
    ChannelHandlerContext belowEncoder() {
        return belowEncoder;
    }

    /** The other viewer leaves with this one. */
    void accompaniedBy(Viewer other) {
        companion = Optional.of(other);
    }

    private void gone() {
        left();
        companion.ifPresent(Viewer::left);
    }

    @Override
    void write(Packet packet, long dropped) {
        ByteBuf bytes =
                switch (form) {
                    case TOPIC -> packet.messages(dropped);
                    case CAMERA -> packet.cameraMessage();
                    case CONNECTION -> packet.connectionMessage();
                    case LIVE -> packet.liveMessage();
                };
        belowEncoder.writeAndFlush(bytes).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture writing) {
        written(writing.isSuccess());
    }

    @Override
    void tell(Change change) {
        if (form == SocketForm.TOPIC) {
            socket.writeTextMessage(state(change.state().name().toLowerCase(Locale.ROOT), change.reason()));
        }
    }

    @Override
    void finish(String reason) {
        switch (form) {
            case TOPIC -> socket.writeTextMessage(state("ended", reason));
            case CAMERA -> socket.writeTextMessage(error("the stream has ended: " + reason));
            case CONNECTION, LIVE -> {
                // Their clients take every message for an intensity, or for sound.
            }
        }
        Transport.expect(belowEncoder.channel(), socket.close(NORMAL, fitting(reason)));
    }

    @Override
    void fail(MeshException failure) {
        Transport.expect(
                belowEncoder.channel(),
                form == SocketForm.CONNECTION ? close(socket, failure) : refuse(socket, failure));
    }

    @Override
    void cut() {
        Transport.cut(belowEncoder.channel());
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        if (nowNanos - heardNanos > SILENCE_NANOS) {
            cut();
            left();
        } else if (nowNanos - pingedNanos > PING_NANOS) {
            pingedNanos = nowNanos;
            socket.writePing(Buffer.buffer());
        }
    }

    /** Tells a client whose connection was accepted why it gets nothing, and closes. */
    static Future<Void> refuse(ServerWebSocket socket, MeshException failure) {
        socket.writeTextMessage(error(String.valueOf(failure.getMessage())));
        return close(socket, failure);
    }

    private static Future<Void> close(ServerWebSocket socket, MeshException failure) {
        short status = failure.code().httpStatus() < 500 ? POLICY_VIOLATION : GOING_AWAY;
        return socket.close(status, fitting(String.valueOf(failure.getMessage())));
    }

    private static String state(String state, String reason) {
        return new JsonObject()
                .put("type", "state")
                .put("state", state)
                .put("reason", reason)
                .encode();
    }

    private static String error(String message) {
        return new JsonObject().put("type", "error").put("message", message).encode();
    }

    /** A close reason has at most 123 bytes (RFC 6455, section 5.5.1). */
    static String fitting(String reason) {
        String text = reason;
        while (text.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
        }
        return text;
    }
}
