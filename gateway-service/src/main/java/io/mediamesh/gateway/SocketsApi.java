package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** Topics over WebSockets. */
final class SocketsApi {
    /** Messages that wait for a watcher of a connection, about two seconds of them. */
    static final int CONNECTION_BUFFER = 64;

    private final Mesh mesh;
    private final ViewerHubs hubs;
    private final Origins origins;
    private final ViewerCounters counters;

    SocketsApi(Mesh mesh, ViewerHubs hubs, Origins origins, ViewerCounters counters) {
        this.mesh = mesh;
        this.hubs = hubs;
        this.origins = origins;
        this.counters = counters;
    }

    /** Whether the request wants to become a WebSocket. */
    static boolean isUpgrade(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    /** {@code WS /api/v1/streams/{id}/topics/{topic}}: everything that can be wrong is told before the upgrade. */
    void topic(RoutingContext context) {
        HttpServerRequest request = context.request();
        checkOrigin(request);
        Topic topic = ViewsApi.topic(context);
        ViewOptions options = ViewOptions.of(context.queryParams(), topic);
        request.pause();
        hubs.join(topic, options)
                .onSuccess(hub -> open(context, hub, SocketForm.TOPIC, options))
                .onFailure(failure -> {
                    request.resume();
                    context.fail(failure);
                });
    }

    /** {@code WS /api/connections/{id}/intensity}. */
    void connection(RoutingContext context) {
        HttpServerRequest request = context.request();
        checkOrigin(request);
        StreamId id = new StreamId(context.pathParam("id"));
        ViewOptions options = ViewOptions.buffered(CONNECTION_BUFFER);
        request.pause();
        ConnectionsApi.existing(mesh, id)
                .compose(stream -> hubs.join(new Topic(id, Topic.INTENSITY), options))
                .onSuccess(hub -> open(context, hub, SocketForm.CONNECTION, options))
                .onFailure(failure -> {
                    request.resume();
                    context.fail(failure);
                });
    }

    /** Fails for a page of a foreign origin. */
    void checkOrigin(HttpServerRequest request) {
        origins.checkWebSocket(request);
    }

    /** Makes the paused request a viewer of a hub that expects one. */
    void open(RoutingContext context, ViewerHub hub, SocketForm form, ViewOptions options) {
        HttpServerRequest request = context.request();
        Channel channel = Transport.of(request.connection());
        request.toWebSocket()
                .onSuccess(
                        socket -> hub.add(new SocketViewer(new FramedSocket(channel, socket), form, options, counters)))
                .onFailure(failure -> {
                    hub.expectNoMore();
                    if (!context.response().ended()) {
                        context.fail(MeshException.invalid("Upgrade", "this is not a valid WebSocket handshake"));
                    }
                });
    }
}
