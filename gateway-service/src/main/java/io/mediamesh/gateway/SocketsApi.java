package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** Topics over WebSockets. */
final class SocketsApi {
    private static final double CAMERA_RATE_HZ = 15;
    private static final int CAMERA_QUALITY = 80;
    /** Messages that wait for a watcher of a connection, about two seconds of them. */
    static final int CONNECTION_BUFFER = 64;

    private final Mesh mesh;
    private final ViewerHubs hubs;
    private final Origins origins;
    private final StreamId defaultCamera;
    private final ViewerCounters counters;

    SocketsApi(Mesh mesh, ViewerHubs hubs, Origins origins, StreamId defaultCamera, ViewerCounters counters) {
        this.mesh = mesh;
        this.hubs = hubs;
        this.origins = origins;
        this.defaultCamera = defaultCamera;
        this.counters = counters;
    }

    /** Whether the request wants to become a WebSocket. */
    static boolean isUpgrade(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    /** {@code WS /api/v1/streams/{id}/topics/{topic}}: everything that can be wrong is told before the upgrade. */
    void topic(RoutingContext context) {
        HttpServerRequest request = context.request();
        origins.checkWebSocket(request);
        Topic topic = ViewsApi.topic(context);
        ViewOptions options = ViewOptions.of(context.queryParams());
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
        origins.checkWebSocket(request);
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

    /**
     * {@code WS /ws/video-stream}. Its clients learn the reason of a failure only from a message, so the connection is
     * accepted first. Without anybody who draws boxes they get the pictures without.
     */
    void camera(RoutingContext context) {
        HttpServerRequest request = context.request();
        origins.checkWebSocket(request);
        ViewOptions options = ViewOptions.latest(CAMERA_RATE_HZ, CAMERA_QUALITY);
        request.pause();
        cameraHub(context.queryParams().get("stream"), options)
                .onSuccess(hub -> open(context, hub, SocketForm.CAMERA, options))
                .onFailure(failure -> request.toWebSocket()
                        .onSuccess(socket -> SocketViewer.refuse(socket, Failures.asMeshException(failure, 500)))
                        .onFailure(notUpgraded -> context.fail(400, notUpgraded)));
    }

    private Future<ViewerHub> cameraHub(String named, ViewOptions options) {
        StreamId stream;
        try {
            stream = named == null ? defaultCamera : new StreamId(named);
        } catch (MeshException invalid) {
            return Future.failedFuture(invalid);
        }
        return StreamsApi.existing(mesh, stream).compose(found -> hubs.join(new Topic(stream, Topic.ANNOTATED), options)
                .recover(failure -> nobodyDraws(failure)
                        ? hubs.join(new Topic(stream, Topic.VIDEO), options)
                        : Future.failedFuture(failure)));
    }

    private static boolean nobodyDraws(Throwable failure) {
        return failure instanceof MeshException mesh
                && (mesh.code() == FailureCode.NOT_FOUND || mesh.code() == FailureCode.UNAVAILABLE);
    }

    private void open(RoutingContext context, ViewerHub hub, SocketForm form, ViewOptions options) {
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
