package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code WS /ws/video-stream}: a camera with boxes drawn in. Its clients learn what is wrong only from a message, so every
 * connection is accepted first.
 */
final class CameraSocketApi {
    private static final Logger LOG = LoggerFactory.getLogger(CameraSocketApi.class);
    private static final double RATE_HZ = 15;
    private static final int QUALITY = 80;
    /** The stream that is there where nothing else was asked for. */
    private static final StreamId TEST = new StreamId("test");

    private static final int MOST_NAMED = 5;

    private final Mesh mesh;
    private final ViewerHubs hubs;
    private final SocketsApi sockets;
    private final Optional<StreamId> defaultCamera;

    CameraSocketApi(Mesh mesh, ViewerHubs hubs, SocketsApi sockets, Optional<StreamId> defaultCamera) {
        this.mesh = mesh;
        this.hubs = hubs;
        this.sockets = sockets;
        this.defaultCamera = defaultCamera;
    }

    void view(RoutingContext context) {
        HttpServerRequest request = context.request();
        sockets.checkOrigin(request);
        ViewOptions options = ViewOptions.latest(RATE_HZ, QUALITY);
        request.pause();
        chosen(context.queryParams().get("stream"))
                .compose(stream -> hub(stream, options))
                .onSuccess(hub -> {
                    LOG.debug("a client at {} watches {}", request.remoteAddress(), hub.topic());
                    sockets.open(context, hub, SocketForm.CAMERA, options);
                })
                .onFailure(failure -> {
                    LOG.debug("a client at {} is shown no camera: {}", request.remoteAddress(), failure.getMessage());
                    request.toWebSocket()
                            .onSuccess(socket -> SocketViewer.refuse(socket, Failures.asMeshException(failure, 500)))
                            .onFailure(notUpgraded -> context.fail(400, notUpgraded));
                });
    }

    private Future<StreamId> chosen(@Nullable String named) {
        if (named == null && defaultCamera.isEmpty()) {
            return mesh.directory().list().map(CameraSocketApi::onlyOne);
        }
        try {
            StreamId stream = named == null ? defaultCamera.get() : new StreamId(named);
            return StreamsApi.existing(mesh, stream).map(StreamDescription::id);
        } catch (MeshException invalid) {
            return Future.failedFuture(invalid);
        }
    }

    private static StreamId onlyOne(List<StreamDescription> all) {
        List<StreamId> cameras = all.stream()
                .filter(stream -> !Broadcasts.isBroadcast(stream))
                .map(StreamDescription::id)
                .toList();
        if (cameras.contains(TEST)) {
            return TEST;
        }
        if (cameras.size() == 1) {
            return cameras.getFirst();
        }
        if (cameras.isEmpty()) {
            throw new MeshException(
                    FailureCode.NOT_FOUND, "there is no camera; add one with --source or on the dashboard", "stream");
        }
        String names = cameras.stream().limit(MOST_NAMED).map(StreamId::value).collect(Collectors.joining(", "));
        throw MeshException.invalid(
                "stream",
                "there are " + cameras.size() + " cameras (" + names + (cameras.size() > MOST_NAMED ? ", …" : "")
                        + "); choose one with ?stream=" + cameras.getFirst() + " or the setting "
                        + GatewayConfig.DEFAULT_CAMERA.key());
    }

    /** Without anybody who draws boxes there are the pictures without. */
    private Future<ViewerHub> hub(StreamId stream, ViewOptions options) {
        return hubs.joinCamera(new Topic(stream, Topic.ANNOTATED), options)
                .recover(failure -> nobodyDraws(failure)
                        ? hubs.joinCamera(new Topic(stream, Topic.VIDEO), options)
                        : Future.failedFuture(failure));
    }

    private static boolean nobodyDraws(Throwable failure) {
        return failure instanceof MeshException mesh
                && (mesh.code() == FailureCode.NOT_FOUND || mesh.code() == FailureCode.UNAVAILABLE);
    }
}
