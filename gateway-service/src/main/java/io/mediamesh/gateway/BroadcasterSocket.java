package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.MeshException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a broadcaster. While a frame waits for what is said of it nothing is read, so that frames keep their
 * order and a sender that does not wait is held up by its own connection. On the connection's event loop.
 */
final class BroadcasterSocket {
    private static final String DECODER = "broadcast frames";
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long CURRENT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CHALLENGE_MILLIS = 2_000;

    private final Channel channel;
    private final ServerWebSocket socket;
    private final Broadcast broadcast;
    private final HubCounters counters;
    private final int maxMessageBytes;
    private final Farewell farewell;
    /** What one read of the kernel brought behind a frame that waits. */
    private final ArrayDeque<Received> behind = new ArrayDeque<>();

    private @Nullable Buffer partial;
    private long heardNanos = System.nanoTime();
    private long pingedNanos = System.nanoTime();
    /** Nothing is read, so nothing can be heard. */
    private boolean waiting;

    private boolean closed;
    private boolean over;
    private Promise<Void> heard = Promise.promise();

    /** Why there is no more of a broadcaster. */
    enum End {
        /** It said so. */
        SAID,
        /** The connection broke off. */
        LOST
    }

    /** What becomes of the broadcast when its broadcaster is gone; called once. */
    interface Farewell {
        void gone(BroadcasterSocket socket, End end);
    }

    private record Received(Buffer message, CaptureTime captured) {}

    /** Reads from now on. */
    BroadcasterSocket(
            Channel channel,
            ServerWebSocket socket,
            Broadcast broadcast,
            int maxMessageBytes,
            HubCounters counters,
            Farewell farewell) {
        this.channel = channel;
        this.socket = socket;
        this.broadcast = broadcast;
        this.maxMessageBytes = maxMessageBytes;
        this.counters = counters;
        this.farewell = farewell;
        readFrames();
        socket.frameHandler(this::take);
        socket.pongHandler(pong -> heard());
        socket.exceptionHandler(broken -> {
            // The connection closes then, which is told.
        });
        socket.closeHandler(gone -> {
            closed = true;
            leave();
        });
    }

    /** What it has sent before it went is waited for. */
    private void leave() {
        if (!over && !waiting) {
            over = true;
            farewell.gone(this, end());
        }
    }

    /** The server's options hold for all WebSockets, whose clients have little to say as a rule. */
    private void readFrames() {
        ChannelHandlerContext usual = channel.pipeline().context(WebSocket08FrameDecoder.class);
        if (usual == null) {
            throw new IllegalStateException("the connection has no WebSocket decoder");
        }
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(maxMessageBytes)
                .allowExtensions(false)
                .expectMaskedFrames(true)
                .closeOnProtocolViolation(false)
                .build();
        channel.pipeline().replace(usual.name(), DECODER, new WebSocket13FrameDecoder(config));
        channel.pipeline().addAfter(DECODER, "refused broadcast frames", new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
                if (failure instanceof CorruptedWebSocketFrameException why) {
                    refuse(why);
                } else {
                    context.fireExceptionCaught(failure);
                }
            }
        });
    }

    /**
     * A frame is refused by its head. Vert.x would close at once, and the rest of the frame that comes then would make the
     * kernel reset the connection before the client has read why.
     */
    private void refuse(CorruptedWebSocketFrameException why) {
        channel.pipeline().replace(DECODER, "rest of a refused frame", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object rest) {
                ReferenceCountUtil.release(rest);
            }
        });
        boolean large = why.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
        socket.close((short) why.closeStatus().code(), large ? tooBig() : "this is no WebSocket frame");
    }

    private String tooBig() {
        return "messages have at most " + maxMessageBytes + " bytes";
    }

    private End end() {
        Short status = socket.closeStatusCode();
        // A page that is left or loaded again says 1001; one that stops says 1000, or nothing at all.
        boolean said = status != null && (status == CloseStatus.NORMAL || status == CloseStatus.NO_STATUS);
        return said ? End.SAID : End.LOST;
    }

    /** Whether it is there; asks it where it has not said anything for a moment. */
    Future<Boolean> isThere() {
        if (over || closed || waiting || System.nanoTime() - heardNanos < CURRENT_NANOS) {
            return Future.succeededFuture(!over && !closed);
        }
        Promise<Void> sign = Promise.promise();
        heard = sign;
        socket.writePing(Buffer.buffer());
        return sign.future()
                .timeout(CHALLENGE_MILLIS, TimeUnit.MILLISECONDS)
                .transform(answered -> Future.succeededFuture(answered.succeeded() && !over));
    }

    /** Pings now and then, and cuts a broadcaster that says nothing to that; to be called every second. */
    void check(long nowNanos) {
        if (over || closed || waiting) {
            return;
        }
        if (nowNanos - heardNanos > SILENCE_NANOS) {
            Transport.cut(channel);
        } else if (nowNanos - Math.max(heardNanos, pingedNanos) > PING_NANOS) {
            pingedNanos = nowNanos;
            socket.writePing(Buffer.buffer());
        }
    }

    /** Another connection takes its place, or the broadcast is over: nothing of it counts any more. */
    void dismiss(short status, String reason) {
        if (!over) {
            over = true;
            tell(reason);
            Transport.expect(channel, socket.close(status, FramedSocket.fitting(reason)));
        }
    }

    private void heard() {
        heardNanos = System.nanoTime();
        heard.tryComplete();
    }

    private void take(WebSocketFrame frame) {
        heard();
        if (over || !(frame.isText() || frame.isBinary() || frame.isContinuation())) {
            return;
        }
        Buffer bytes = frame.binaryData();
        Buffer before = partial;
        if (before == null && frame.isFinal()) {
            message(bytes);
            return;
        }
        Buffer whole = before == null ? Buffer.buffer() : before;
        if (whole.length() + bytes.length() > maxMessageBytes) {
            partial = null;
            socket.close(CloseStatus.TOO_BIG, tooBig());
            return;
        }
        whole.appendBuffer(bytes);
        partial = frame.isFinal() ? null : whole;
        if (frame.isFinal()) {
            message(whole);
        }
    }

    private void message(Buffer bytes) {
        Received received = new Received(bytes, CaptureTime.now());
        if (waiting) {
            behind.add(received);
        } else {
            take(received);
        }
    }

    private void take(Received received) {
        BroadcastMessage message;
        try {
            message = parse(received.message);
        } catch (MeshException malformed) {
            counters.malformed();
            tell(String.valueOf(malformed.getMessage()));
            return;
        }
        counters.frame();
        Future<Bytes> metadata = broadcast.annotator().annotate(message);
        if (metadata.isComplete()) {
            broadcast.publish(message, metadata.result(), received.captured);
            return;
        }
        waiting = true;
        channel.config().setAutoRead(false);
        metadata.onComplete(known -> {
            waiting = false;
            heard();
            if (over) {
                return;
            }
            broadcast.publish(message, known.result(), received.captured);
            while (!waiting && !behind.isEmpty()) {
                take(behind.remove());
            }
            if (!waiting) {
                channel.config().setAutoRead(true);
                if (closed) {
                    leave();
                }
            }
        });
    }

    private static BroadcastMessage parse(Buffer bytes) {
        ByteBuf text = ((BufferInternal) bytes).getByteBuf();
        if (text.hasArray()) {
            return BroadcastMessage.parse(text.array(), text.arrayOffset() + text.readerIndex(), text.readableBytes());
        }
        byte[] copy = bytes.getBytes();
        return BroadcastMessage.parse(copy, 0, copy.length);
    }

    private void tell(String message) {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            socket.writeTextMessage(FramedSocket.errorText(message));
        }
    }
}
