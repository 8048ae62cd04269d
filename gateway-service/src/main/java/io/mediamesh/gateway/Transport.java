package io.mediamesh.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;

/** The socket below a connection of Vert.x, for what Vert.x does not offer. On the connection's event loop. */
final class Transport {
    private static final long LAST_WRITE_SECONDS = 5;

    private Transport() {}

    static Channel of(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().channel();
    }

    /** Whether the connection has become a WebSocket. */
    static boolean isWebSocket(Channel channel) {
        return channel.pipeline().get(WebSocketFrameEncoder.class) != null;
    }

    /**
     * Ends a connection at once. Vert.x closes after what was written has gone out, which for a client that does not
     * read is never; and without the reset the kernel would go on to keep its share of it.
     */
    static void cut(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.pipeline().firstContext().close();
    }

    /** Cuts the connection when its last words do not go out in time. */
    static void expect(Channel channel, io.vertx.core.Future<Void> lastWrite) {
        Future<?> timer = channel.eventLoop().schedule(() -> cut(channel), LAST_WRITE_SECONDS, TimeUnit.SECONDS);
        lastWrite.onComplete(written -> timer.cancel(false));
    }
}
