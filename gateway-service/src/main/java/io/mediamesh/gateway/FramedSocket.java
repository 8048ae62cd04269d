package io.mediamesh.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket whose messages may come laid out as frames: they enter the connection below the library's encoder, so
 * that the same bytes serve everybody without a copy. Handshake, control frames and closing are the library's. On the
 * connection's event loop.
 */
final class FramedSocket {
    private static final int MAX_REASON_BYTES = 123;
    private static final long PING_NANOS = 20_000_000_000L;
    private static final long SILENCE_NANOS = 60_000_000_000L;

    private final ServerWebSocket socket;
    private final ChannelHandlerContext belowEncoder;
    private final Runnable flush = this::flush;
    private boolean flushing;
    private long heardNanos = System.nanoTime();
    private long pingedNanos = System.nanoTime();

    /**
     * A socket that pings from now on.
     *
     * @param channel the connection that the socket lives on
     */
    FramedSocket(Channel channel, ServerWebSocket socket) {
        this.socket = socket;
        ChannelHandlerContext encoder = channel.pipeline().context(WebSocketFrameEncoder.class);
        if (encoder == null) {
            throw new IllegalStateException("the connection has no WebSocket encoder");
        }
        this.belowEncoder = encoder;
        socket.pongHandler(pong -> heardFrom());
    }

    ServerWebSocket socket() {
        return socket;
    }

    /** The client is there. */
    void heardFrom() {
        heardNanos = System.nanoTime();
    }

    /** Sends a message that is laid out as a frame. */
    ChannelFuture writeFrame(ByteBuf frame) {
        return belowEncoder.writeAndFlush(frame);
    }

    /**
     * Sends a message that is laid out as a frame behind what the event loop has to do now: what belongs to the same
     * moment leaves in one call of the kernel.
     */
    ChannelFuture writeFrameSoon(ByteBuf frame) {
        if (!flushing) {
            flushing = true;
            belowEncoder.executor().execute(flush);
        }
        return belowEncoder.write(frame);
    }

    private void flush() {
        flushing = false;
        belowEncoder.flush();
    }

    /**
     * Asks the client now and then whether it is there; to be called every few seconds.
     *
     * @return whether it was heard from within the last minute
     */
    boolean isThereAt(long nowNanos) {
        if (nowNanos - heardNanos > SILENCE_NANOS) {
            return false;
        }
        if (nowNanos - pingedNanos > PING_NANOS) {
            pingedNanos = nowNanos;
            socket.writePing(Buffer.buffer());
        }
        return true;
    }

    /** Says farewell, and cuts the connection of a client that does not take it. */
    void close(int status, String reason) {
        if (!socket.isClosed()) {
            Transport.expect(belowEncoder.channel(), socket.close((short) status, fitting(reason)));
        }
    }

    /** Ends it without a word. */
    void cut() {
        Transport.cut(belowEncoder.channel());
    }

    /** The message that says what is wrong, which pages learn from nothing else. */
    static String errorText(String message) {
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
