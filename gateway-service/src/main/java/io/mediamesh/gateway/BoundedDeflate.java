package io.mediamesh.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.http.HttpServerOptions;

/**
 * Compression of WebSocket messages (RFC 7692) that a small message of a client can't inflate without bound. Vert.x has no
 * such bound, so its own negotiation is replaced on each connection before the first request.
 */
final class BoundedDeflate {
    private static final int LEVEL = 6;
    private static final int MOST_INFLATED_BYTES = 64 * 1024;
    private static final int WINDOW_BITS = PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE;

    private BoundedDeflate() {}

    /** The options of a server whose connections {@link #install} is called for. */
    static HttpServerOptions negotiatedBy(HttpServerOptions options) {
        return options.setPerMessageWebSocketCompressionSupported(true);
    }

    /** Bounds the compression of a new connection where it has any. */
    static void install(Channel channel) {
        ChannelHandlerContext unbounded = channel.pipeline().context(WebSocketServerExtensionHandler.class);
        if (unbounded != null) {
            channel.pipeline()
                    .replace(
                            unbounded.name(),
                            unbounded.name(),
                            new WebSocketServerExtensionHandler(new PerMessageDeflateServerExtensionHandshaker(
                                    LEVEL,
                                    ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
                                    WINDOW_BITS,
                                    true,
                                    true,
                                    MOST_INFLATED_BYTES)));
        }
    }
}
